"""Members and their services in the words of the trade."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.centrex.models import CentrexMember

Text = str | Promise

WORK_ORDER_LABELS: Mapping[str, Text] = {
    "exchange": pgettext_lazy("voice", "Exchange"),
    "area_code": _("Area code"),
    "customer": _("Customer"),
    "group": pgettext_lazy("voice", "Group"),
    "gcn": _("Search number (GCN)"),
    "capacity": _("Maximum capacity"),
    "exit_prefix": _("Exit prefix"),
    "attendant_prefix": _("Attendant prefix"),
    "short_length": _("Digits of short numbers"),
}


def services_of(member: CentrexMember) -> list[Text]:
    """What is switched on for the member."""
    found: list[Text] = []
    if member.is_attendant:
        found.append(_("Attendant console"))
    if member.in_group_only:
        found.append(_("In-group calls only"))
    if member.outgoing_restriction:
        found.append(_("Outgoing restriction by password"))
    return found
