from __future__ import annotations

from django.apps import AppConfig


class RingbackConfig(AppConfig):
    name = "dakehu.ringback"
    label = "ringback"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.ringback import messages
        from dakehu.ringback.permissions import LABELS
        from dakehu.ringback.services import hanging
        from dakehu.ringback.web import registrations

        hanging.register()
        register_permissions(LABELS)
        register_messages(messages.MESSAGES)
        registrations.register()
