"""Members and attendants in the words of the trade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.enterprise_vpn.domain.rules import BARRABLE
from dakehu.enterprise_vpn.domain.vpn import AttendantKind
from dakehu.enterprise_vpn.models import MemberRow
from dakehu.infra.ui.api import Badge, Tone
from dakehu.kernel.numbers import CallClass

Text = str | Promise

CLASSES: Mapping[CallClass, Text] = {
    CallClass.LOCAL: _("Local"),
    CallClass.NATIONAL: _("National long-distance"),
    CallClass.INTERNATIONAL: _("International"),
    CallClass.SPECIAL: _("Special services"),
}
ATTENDANTS: Mapping[AttendantKind, Text] = {
    AttendantKind.IN_GROUP: _("In-group attendant"),
    AttendantKind.OUT_GROUP: _("Out-group attendant"),
}


def barring_label(barred: Iterable[str]) -> str:
    """The barred classes in their usual order."""
    wanted = set(barred)
    return "、".join(str(CLASSES[each]) for each in BARRABLE if each in wanted)


def attendant_label(kind: str) -> str:
    return str(ATTENDANTS[AttendantKind(kind)]) if kind else ""


def attendant_text(value: object) -> str:
    """A member's kind of attendant, or the VPN's attendant number: both are called so in the trail."""
    text = str(value or "")
    return text if text.isdecimal() else attendant_label(text)


def attendant_badge(row: MemberRow) -> Badge:
    if row.is_logged_in:
        return Badge(pgettext_lazy("voice", "Logged in"), Tone.GOOD, "headset")
    return Badge(pgettext_lazy("voice", "Logged out"), Tone.QUIET, "headset-off")
