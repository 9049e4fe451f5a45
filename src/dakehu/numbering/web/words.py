"""States and kinds in the words of the trade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.errors import message_of
from dakehu.infra.ui.api import Badge, Tone
from dakehu.kernel.clock import aware
from dakehu.numbering.domain.exchanges import EXCHANGE_TYPES
from dakehu.numbering.domain.featurecodes import Feature
from dakehu.numbering.domain.lines import LineKind, LineStatus, SuspensionReason
from dakehu.numbering.domain.numbers import BlockReason, NumberState
from dakehu.numbering.domain.services import Restriction
from dakehu.numbering.permissions import ExchangePermission
from dakehu.numbering.selectors.numbers import exchanges_for

Text = str | Promise

NUMBER_BADGES: Mapping[NumberState, Badge] = {
    NumberState.FREE: Badge(pgettext_lazy("voice", "Free"), Tone.GOOD),
    NumberState.RESERVED: Badge(pgettext_lazy("voice", "Reserved"), Tone.INFO, "lock"),
    NumberState.ASSIGNED: Badge(pgettext_lazy("voice", "In service"), Tone.NEUTRAL, "phone"),
    NumberState.BLOCKED: Badge(pgettext_lazy("voice", "Blocked"), Tone.WARN, "ban"),
    NumberState.QUARANTINED: Badge(pgettext_lazy("voice", "Resting"), Tone.QUIET, "hourglass"),
}
LINE_BADGES: Mapping[LineStatus, Badge] = {
    LineStatus.ACTIVE: Badge(pgettext_lazy("voice", "In service"), Tone.GOOD),
    LineStatus.SUSPENDED_ARREARS: Badge(_("Suspended: arrears"), Tone.BAD, "phone-off"),
    LineStatus.SUSPENDED_VIOLATION: Badge(_("Suspended: violation"), Tone.BAD, "phone-off"),
    LineStatus.SUSPENDED_REQUEST: Badge(_("Suspended on request"), Tone.WARN, "phone-pause"),
    LineStatus.CEASED: Badge(pgettext_lazy("voice", "Ceased"), Tone.QUIET),
}
LINE_KINDS: Mapping[LineKind, Text] = {
    LineKind.FIXED: _("Fixed line"),
    LineKind.WIRELESS: _("Wireless line"),
    LineKind.DID: _("Direct-dial-in number (DID)"),
}
REASONS: Mapping[SuspensionReason, Text] = {
    SuspensionReason.ARREARS: _("For arrears"),
    SuspensionReason.VIOLATION: _("For a violation"),
    SuspensionReason.REQUEST: _("On the customer's request"),
}
BLOCK_REASONS: Mapping[BlockReason, Text] = {
    BlockReason.GCN: _("Search number of a Centrex group"),
    BlockReason.FAULTY: _("Faulty position"),
    BlockReason.KEPT_BACK: pgettext_lazy("voice", "Kept back"),
}
RIGHTS: Mapping[str, Text] = {
    "own_group": _("Own group only"),
    "local": pgettext_lazy("voice", "Local"),
    "national": _("National long-distance"),
    "international": _("International"),
}

SERVICES = {
    "forward_always": _("Forwarding: unconditional"),
    "forward_busy": _("Forwarding: on busy"),
    "forward_no_answer": _("Forwarding: on no answer"),
    "forward_not_reachable": _("Forwarding: when not reachable"),
    "no_answer_s": _("No-answer time (seconds)"),
    "call_waiting": _("Call waiting"),
    "do_not_disturb": _("Do not disturb"),
    "absent": _("Subscriber absent"),
    "hotline": _("Hotline"),
    "abbreviated": _("Abbreviated dialling"),
    "restriction": _("Outgoing call restriction"),
}
FEATURES: Mapping[Feature, Text] = {
    **{Feature(name): label for name, label in SERVICES.items() if name in set(Feature)},
    Feature.RESTRICTION_PASSWORD: _("Password of the outgoing call restriction"),
    Feature.CALL_BY_PASSWORD: _("Call by password"),
    Feature.CALL_PASSWORD: _("Password of calls by password"),
    Feature.PICK_UP: _("Pick-up in the group"),
    Feature.PICK_UP_LINE: _("Pick-up of a call that rings at a line"),
    Feature.PARK: _("Park a call"),
    Feature.RETRIEVE: _("Take a parked call"),
    Feature.BREAK_IN: _("Break-in"),
    Feature.RELEASE: _("Forced release"),
    Feature.ALARM: _("Alarm call"),
    Feature.CALL_BACK: _("Call-back on busy"),
    Feature.ATTEND: _("Logging in as an attendant"),
}
RESTRICTIONS: Mapping[Restriction, Text] = {
    Restriction.NONE: pgettext_lazy("voice", "None"),
    Restriction.ALL: _("All calls"),
    Restriction.NATIONAL: _("National long-distance and international"),
    Restriction.INTERNATIONAL: _("International"),
}
_REFUSALS: Mapping[str, Text] = {
    "line_gone": _("the line is no longer in service"),
    "numbering.service_invalid": _("the service can't be set so on this line"),
}


def refusal_text(code: str) -> str:
    """Why services were refused, from the fault's code."""
    return str(_REFUSALS.get(code) or message_of(code))


def line_badge(status: str) -> Badge:
    return LINE_BADGES[LineStatus(status)]


def kind_label(kind: str) -> str:
    return str(LINE_KINDS[LineKind(kind)])


def restriction_label(level: object) -> str:
    return str(RESTRICTIONS[Restriction(int(str(level)))])


def abbreviated_label(pairs: Iterable[Sequence[str]]) -> str:
    """Pairs of two digits and the number behind them."""
    return "、".join(f"**{code} → {target}" for code, target in pairs)


def moment_label(moment: object) -> str:
    """A moment that the audit trail keeps, in China's time."""
    return f"{aware(datetime.fromisoformat(str(moment))):%Y-%m-%d %H:%M}"


def rights_label(level: str) -> str:
    return str(RIGHTS.get(level, level))


def exchange_kind(code: str) -> str:
    """The exchange type's name: S1240, C&C08 …"""
    return EXCHANGE_TYPES[code].name


def block_reason(reason: str) -> str:
    return str(BLOCK_REASONS[BlockReason(reason)]) if reason else ""


def exchange_choices(actor: Actor) -> list[tuple[str, str]]:
    """The exchanges the actor sees, as a filter or a form offers them."""
    if not actor.may(ExchangePermission.VIEW):
        return []
    return [(str(row.pk), f"{row.area_code} {row.name}") for row in exchanges_for(actor)]
