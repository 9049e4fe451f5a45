from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UiConfig(AppConfig):
    name = "dakehu.infra.ui"
    label = "ui"

    def ready(self) -> None:
        from dakehu.infra.errors import register_messages
        from dakehu.infra.ui.jobs import JOBS_TILE
        from dakehu.infra.ui.lists.memory import MESSAGES
        from dakehu.infra.ui.registry import (
            Chapter,
            NavItem,
            SearchSource,
            register_nav,
            register_search,
            register_tile,
        )
        from dakehu.infra.ui.web.search import find_pages

        register_messages(MESSAGES)
        register_nav(
            NavItem(Chapter.WORKBENCH, _("Workbench"), "ui-workbench", icon="layout-dashboard", order=0),
            NavItem(Chapter.WORKBENCH, _("My jobs"), "ui-job-list", icon="progress", order=90),
        )
        register_tile(JOBS_TILE)
        register_search(
            SearchSource("pages", pgettext_lazy("search", "Pages"), find_pages, icon="compass", order=5)
        )
