"""Where contacts' map, competitors' lines, equipment, papers and history hang into the frame."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.customers.permissions import Permission
from dakehu.customers.services.holdings import PURPOSE
from dakehu.customers.web.ending import TILES
from dakehu.customers.web.relation_words import WORDS
from dakehu.infra.files.api import register_purpose
from dakehu.infra.ui.api import (
    Chapter,
    NavItem,
    Panel,
    Part,
    extend_words,
    register_nav,
    register_panel,
    register_tile,
)


def register() -> None:
    """After the customers' own registrations: the words extend theirs."""
    view = Permission.VIEW
    register_purpose(PURPOSE)
    extend_words(WORDS)
    register_panel(
        Panel("customer", "decisions", _("Decision map"), "customers-decisions-panel", view, 10, Part.PEOPLE),
        Panel(
            "customer", "competitors", _("Competitors"), "customers-competitors-panel", view, 60, Part.WORTH
        ),
        Panel(
            "customer",
            "equipment",
            _("Equipment on site"),
            "customers-equipment-panel",
            view,
            62,
            Part.SERVICES,
        ),
        Panel(
            "customer",
            "papers",
            _("Contracts and documents"),
            "customers-papers-panel",
            view,
            64,
            Part.DEALINGS,
        ),
        Panel(
            "customer",
            "history",
            _("Everything that happened"),
            "customers-history-panel",
            view,
            900,
            Part.DEALINGS,
        ),
    )
    register_nav(
        NavItem(
            Chapter.CUSTOMERS,
            _("Competitors' lines"),
            "customers-competitor-line-list",
            view,
            "swords",
            60,
        ),
        NavItem(
            Chapter.CUSTOMERS,
            _("Customers' contracts"),
            "customers-agreement-list",
            view,
            "file-certificate",
            62,
        ),
        NavItem(Chapter.CUSTOMERS, _("Contacts' birthdays"), "customers-birthday-list", view, "cake", 64),
    )
    register_tile(*TILES)
