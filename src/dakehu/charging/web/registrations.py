"""Where this chapter hangs into the frame."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.charging.permissions import TariffPermission, UsagePermission
from dakehu.infra.ui.api import (
    Chapter,
    NavItem,
    Panel,
    Part,
    Words,
    register_nav,
    register_panel,
    register_words,
)
from dakehu.numbering.api import LinePermission


def register() -> None:
    register_nav(
        NavItem(
            Chapter.ORDERS,
            _("What would happen if…"),
            "charging-what-if",
            LinePermission.VIEW,
            "help-circle",
            65,
        ),
        NavItem(
            Chapter.STATISTICS,
            _("Calls and charges"),
            "charging-usage-list",
            UsagePermission.VIEW,
            "phone",
            50,
        ),
        NavItem(
            Chapter.STATISTICS,
            _("Tariffs"),
            "charging-tariff-list",
            TariffPermission.VIEW,
            "receipt-yuan",
            90,
        ),
    )
    register_panel(
        Panel(
            "line",
            "what-if",
            _("What would happen if…"),
            "charging-what-if-panel",
            LinePermission.VIEW,
            order=90,
        ),
        Panel(
            "customer",
            "usage",
            _("Calls and charges"),
            "charging-usage-panel",
            UsagePermission.VIEW,
            order=60,
            part=Part.SERVICES,
        ),
    )
    register_words(
        Words("usage", _("Call")),
        Words(
            "tariff",
            _("Tariff"),
            fields={"name": _("Name"), "effective_from": _("In force from")},
            actions={"tariff.publish": _("published the tariff")},
        ),
        Words("rating_batch", _("Rated calls"), actions={"usage.rate": _("rated calls")}),
    )
