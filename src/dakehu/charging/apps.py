from __future__ import annotations

from django.apps import AppConfig


class ChargingConfig(AppConfig):
    name = "dakehu.charging"
    label = "charging"

    def ready(self) -> None:
        from dakehu.charging import messages
        from dakehu.charging.permissions import LABELS
        from dakehu.charging.services import hanging
        from dakehu.charging.services.rating import rate_spool
        from dakehu.charging.web import registrations
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.worker import register_loop

        hanging.register()
        register_permissions(LABELS)
        register_messages(messages.MESSAGES)
        registrations.register()
        register_loop("rating", rate_spool, idle_s=0.5)
