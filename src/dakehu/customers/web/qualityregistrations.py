"""Where data quality hangs into the frame: navigation, the tab of a customer, tile, words, loops."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.customers.permissions import Permission
from dakehu.customers.qualitytasks import quality_due, start_daily
from dakehu.customers.services.qualitysums import fold_sums, keep_month
from dakehu.customers.subjects import register_subject
from dakehu.customers.web.quality import reminders_tile
from dakehu.customers.web.qualitywords import CONFIRM_WORDS, QUALITY_RULE_WORDS, SUBJECTS
from dakehu.infra.ui.api import (
    Chapter,
    NavItem,
    Panel,
    Tile,
    extend_words,
    register_nav,
    register_panel,
    register_tile,
    register_words,
)
from dakehu.infra.worker import register_loop


def register() -> None:
    """Called from `AppConfig.ready`, after the customers' own registrations."""
    view, chapter = Permission.VIEW, Chapter.CUSTOMERS
    register_subject(*SUBJECTS)
    register_nav(
        NavItem(chapter, _("What to fill next"), "customers-fill-list", view, "forms", 50),
        NavItem(
            chapter,
            _("Data quality"),
            "customers-quality-board",
            view,
            "clipboard-check",
            51,
            also=("customers-quality-list", "customers-quality-fault-", "customers-quality-task-",
                  "customers-quality-rule-"),
        ),
    )  # fmt: skip
    register_panel(Panel("customer", "quality", _("Data quality"), "customers-quality-panel", view, 37))
    register_tile(
        Tile("customers.quality", _("Files to fill in"), reminders_tile, view, order=45, width=4,
             url_name="customers-fill-list")
    )  # fmt: skip
    register_words(QUALITY_RULE_WORDS)
    extend_words(CONFIRM_WORDS)
    register_loop("quality-due", quality_due, idle_s=60.0)
    register_loop("quality-sums", fold_sums, idle_s=10.0)
    register_loop("quality-month", keep_month, idle_s=3600.0)
    register_loop("quality-daily", start_daily, idle_s=600.0)
