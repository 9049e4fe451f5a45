from __future__ import annotations

from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "dakehu.infra.rest"
    label = "rest"

    def ready(self) -> None:
        from dakehu.infra.errors import register_messages
        from dakehu.infra.rest.hub.sending import forget_done, send_due
        from dakehu.infra.rest.messages import MESSAGES
        from dakehu.infra.rest.replays import forget_old_keys
        from dakehu.infra.worker import register_loop

        register_messages(MESSAGES)
        register_loop("rest-keys", forget_old_keys, idle_s=3600.0)
        register_loop("rest-hub", send_due, idle_s=0.5)
        register_loop("rest-hub-done", forget_done, idle_s=3600.0)
