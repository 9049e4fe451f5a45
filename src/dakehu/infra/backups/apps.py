from __future__ import annotations

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "dakehu.infra.backups"
    label = "backups"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.backups.parameters import PARAMETERS
        from dakehu.infra.backups.permissions import LABELS, MESSAGES
        from dakehu.infra.backups.work import start_due
        from dakehu.infra.errors import register_messages
        from dakehu.infra.parameters.api import register_parameters
        from dakehu.infra.worker import register_loop

        register_permissions(LABELS)
        register_messages(MESSAGES)
        register_parameters(*PARAMETERS)
        register_loop("backups", start_due, idle_s=60.0)
