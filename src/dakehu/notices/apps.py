from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "dakehu.notices"
    label = "notices"

    def ready(self) -> None:
        from dakehu.infra.access.api import register_permissions
        from dakehu.infra.errors import register_messages
        from dakehu.infra.worker import register_loop
        from dakehu.notices import subscriptions
        from dakehu.notices.messages import MESSAGES
        from dakehu.notices.permissions import LABELS
        from dakehu.notices.services.sending import forget_old, send_due
        from dakehu.notices.services.telling import look_around
        from dakehu.notices.web import registrations

        register_permissions(LABELS)
        register_messages(MESSAGES)
        subscriptions.register()
        registrations.register()
        register_loop("notices", send_due, idle_s=1.0)
        register_loop("notices-clock", look_around, idle_s=300.0)
        register_loop("notices-old", forget_old, idle_s=3600.0)
