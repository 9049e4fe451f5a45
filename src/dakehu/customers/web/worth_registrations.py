"""Where revenue, grading and churn hang into the frame: tabs of the customer, navigation, tile, words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.churn import measure_ending, measure_gone, measure_spend
from dakehu.customers.signals import Signal, register_signal
from dakehu.customers.web.churn import warnings_tile
from dakehu.customers.web.worth_words import (
    CUSTOMER_WORDS,
    RULE_WORDS,
    THRESHOLD_WORDS,
    WARNING_WORDS,
    ending_words,
    gone_words,
    spend_words,
)
from dakehu.infra.ui.api import (
    Chapter,
    NavItem,
    Panel,
    Part,
    Tile,
    extend_words,
    register_nav,
    register_panel,
    register_tile,
    register_words,
)


def register() -> None:
    """Called from `AppConfig.ready`, after the customers' own registrations."""
    view, chapter = Permission.VIEW, Chapter.CUSTOMERS
    register_signal(
        Signal(
            "spend_falls", _("Spending falls"), _("per cent on the trend"), 20, measure_spend, spend_words
        ),
        Signal(
            "product_gone", _("Products gone"), _("product categories no longer billed"), 1, measure_gone,
            gone_words,
        ),
        Signal(
            "contract_ends", _("Contracts end"), _("contracts that end soon"), 1, measure_ending, ending_words
        ),
    )  # fmt: skip
    register_nav(
        NavItem(chapter, _("Churn warnings"), "customers-warning-list", view, "bell", 30,
                also=("customers-threshold-",)),
        NavItem(chapter, _("Rules of grading"), "customers-graderule-list", Permission.GRADING, "crown", 40),
    )  # fmt: skip
    register_panel(
        Panel(
            "customer",
            "billed",
            pgettext_lazy("customer", "Revenue"),
            "customers-revenue-panel",
            view,
            20,
            Part.WORTH,
        ),
        Panel(
            "customer",
            "grade",
            pgettext_lazy("customer", "Grade and reasons"),
            "customers-grade-panel",
            view,
            30,
            Part.WORTH,
        ),
        Panel("customer", "churn", _("Churn warnings"), "customers-warning-panel", view, 35, Part.WORTH),
    )
    register_tile(
        Tile("customers.churn", _("Churn warnings"), warnings_tile, view, order=35, width=6,
             url_name="customers-warning-list")
    )  # fmt: skip
    register_words(WARNING_WORDS, RULE_WORDS, THRESHOLD_WORDS)
    extend_words(CUSTOMER_WORDS)
