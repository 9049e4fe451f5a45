from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RestConfig(AppConfig):
    name = "dakehu.infra.rest"
    label = "rest"

    def ready(self) -> None:
        from dakehu.infra.errors import register_messages
        from dakehu.infra.rest.hub.sending import forget_done, send_due
        from dakehu.infra.rest.messages import MESSAGES
        from dakehu.infra.rest.replays import forget_old_keys
        from dakehu.infra.ui.api import Chapter, NavItem, register_nav
        from dakehu.infra.worker import register_loop

        register_messages(MESSAGES)
        register_nav(NavItem(Chapter.SYSTEM, _("Open API"), "rest-browse", "client.view", "api", 90))
        register_loop("rest-keys", forget_old_keys, idle_s=3600.0)
        register_loop("rest-hub", send_due, idle_s=0.5)
        register_loop("rest-hub-done", forget_done, idle_s=3600.0)
