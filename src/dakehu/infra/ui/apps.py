from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "dakehu.infra.ui"
    label = "ui"

    def ready(self) -> None:
        from dakehu.infra.errors import register_messages
        from dakehu.infra.ui.jobs import JOBS_TILE
        from dakehu.infra.ui.lists.memory import MESSAGES
        from dakehu.infra.ui.registry import Chapter, NavItem, register_nav, register_tile

        register_messages(MESSAGES)
        register_nav(
            NavItem(Chapter.WORKBENCH, _("Workbench"), "ui-workbench", icon="layout-dashboard", order=0),
            NavItem(Chapter.WORKBENCH, _("My jobs"), "ui-job-list", icon="progress", order=90),
        )
        register_tile(JOBS_TILE)
