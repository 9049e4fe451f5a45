from __future__ import annotations

from django.apps import AppConfig


class SwitchdConfig(AppConfig):
    name = "dakehu.switchd"
    label = "switchd"

    def ready(self) -> None:
        from dakehu.infra.errors import register_messages
        from dakehu.infra.worker import register_loop
        from dakehu.switchd import messages, tones
        from dakehu.switchd.intake import take_services
        from dakehu.switchd.publisher import rebuild_if_empty, subscribe_all
        from dakehu.switchd.web import registrations

        register_messages(messages.MESSAGES)
        registrations.register()
        tones.register()
        subscribe_all()
        register_loop("voice directory", rebuild_if_empty, idle_s=5.0)
        register_loop("telephones' services", take_services, idle_s=0.5)
