"""What a member's digits mean, what the member may call, and what the called side sees.

Runs for each call, so it raises nothing and allocates one small value. The order form and the console's
"what if" ask the same functions.

Inside a group: the short number alone reaches a member (CTX-03); the exit prefix and a public number reach
the world (CTX-04), fellow members included, and then count as outside calls; the attendant prefix alone
reaches the console. An emergency number works with and without the exit prefix.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dakehu.centrex.domain.group import CallRights, Group, Member, RightsLevel
from dakehu.kernel.numbers import EMERGENCY, CallClass, Destination, NumberKind, Unreachable, classify


@dataclass(frozen=True, slots=True)
class InGroup:
    """A short number of the right form; whether a member has it the directory knows."""

    short_number: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A public number."""

    destination: Destination


@dataclass(frozen=True, slots=True)
class Attendant:
    """The group's console."""


Analysis = InGroup | Outside | Attendant | Unreachable


class Barred(StrEnum):
    """The rule that forbids a member's call: the requirement row, as the call's trace shows it."""

    RIGHTS = "CTX-06"
    IN_GROUP_ONLY = "CTX-14"


_ATTENDANT = Attendant()
_EMERGENCY = {
    number: Outside(Destination(number, NumberKind.EMERGENCY, CallClass.EMERGENCY)) for number in EMERGENCY
}
_DIGITS = frozenset("0123456789")
_FREE_OF_RIGHTS = frozenset({CallClass.IN_GROUP, CallClass.IN_VPN, CallClass.EMERGENCY})
_REACH = {
    RightsLevel.OWN_GROUP: frozenset[CallClass](),
    RightsLevel.LOCAL: frozenset({CallClass.LOCAL}),
    RightsLevel.NATIONAL: frozenset({CallClass.LOCAL, CallClass.NATIONAL}),
    RightsLevel.INTERNATIONAL: frozenset({CallClass.LOCAL, CallClass.NATIONAL, CallClass.INTERNATIONAL}),
}


def analyse(group: Group, dialled: str) -> Analysis:
    """What `dialled` means to a member of the group (CTX-03, CTX-04).

    `Unreachable.INCOMPLETE` says that more digits may lead somewhere, `INVALID` that none will.
    """
    emergency = _EMERGENCY.get(dialled)
    if emergency is not None:
        return emergency
    if not dialled:
        return Unreachable.INCOMPLETE
    if dialled[0] == group.exit_prefix:
        found = classify(dialled[1:], group.area_code)
        return found if isinstance(found, Unreachable) else Outside(found)
    if dialled == group.attendant_prefix:
        return _ATTENDANT
    return _short(group, dialled)


def _short(group: Group, dialled: str) -> InGroup | Unreachable:
    missing = group.short_length - len(dialled)
    if missing < 0 or dialled[0] == group.attendant_prefix or not _DIGITS.issuperset(dialled):
        return Unreachable.INVALID
    return Unreachable.INCOMPLETE if missing else InGroup(dialled)


def call_class_of(analysis: InGroup | Outside | Attendant) -> CallClass:
    """How the call counts; the console is inside the group."""
    return analysis.destination.call_class if isinstance(analysis, Outside) else CallClass.IN_GROUP


def permits(rights: CallRights, call_class: CallClass) -> bool:
    """Whether the rights cover such a call (CTX-06).

    Calls inside the group or the enterprise VPN and emergencies always pass.
    """
    if call_class in _FREE_OF_RIGHTS:
        return True
    if call_class is CallClass.SPECIAL:
        return rights.special
    return call_class in _REACH[rights.level]


def barred(member: Member, call_class: CallClass) -> Barred | None:
    """The rule that forbids the member such a call, or None (CTX-06, CTX-14).

    A suspended line is barred earlier, by its own rule (LIN-06).
    """
    if call_class is CallClass.IN_GROUP or call_class is CallClass.EMERGENCY:
        return None
    if member.in_group_only:
        return Barred.IN_GROUP_ONLY
    return None if permits(member.rights, call_class) else Barred.RIGHTS


def caller_id(member: Member, call_class: CallClass) -> str:
    """What the called side sees: the short number inside the group, the public number outside (CTX-16)."""
    return member.short_number if call_class is CallClass.IN_GROUP else member.public_number
