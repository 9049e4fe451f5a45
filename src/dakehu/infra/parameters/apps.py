from __future__ import annotations

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "dakehu.infra.parameters"
    label = "parameters"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.parameters.permissions import LABELS, MESSAGES

        register_permissions(LABELS)
        register_messages(MESSAGES)
