"""Supplementary services of a line, as its exchange keeps them (LIN-02, LIN-03, CTX-07, VPN-05 to VPN-07).

They hang on the line whatever its kind, so a wireless line has all that a fixed one has; forwarding when not
reachable is a wireless line's alone (VPN-05). Targets are what the subscriber would dial.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum, StrEnum
from typing import Any

from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.lines import LineKind

NO_ANSWER_S = 20
SHORTEST_NO_ANSWER_S, LONGEST_NO_ANSWER_S = 5, 60
MOST_ABBREVIATED = 100
MOST_CALLS_WITH_WAITING = 2
_DIGITS = frozenset("0123456789")
_LONGEST_TARGET = 20


class ServiceInvalid(DomainError):
    """A service can't be set so. Data: `why`, `value`."""

    code = "numbering.service_invalid"


class ForwardKind(StrEnum):
    """When a call is forwarded; a line has at most one target for each (VPN-05)."""

    ALWAYS = "always"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_REACHABLE = "not_reachable"


class Restriction(IntEnum):
    """Outgoing call restriction (呼出限制): which calls need it lifted by its password first (CTX-15)."""

    NONE = 0
    ALL = 1
    NATIONAL = 2  # national long-distance and international
    INTERNATIONAL = 3


_RESTRICTED = {
    Restriction.NONE: frozenset[CallClass](),
    Restriction.ALL: frozenset(CallClass) - {CallClass.EMERGENCY},
    Restriction.NATIONAL: frozenset({CallClass.NATIONAL, CallClass.INTERNATIONAL}),
    Restriction.INTERNATIONAL: frozenset({CallClass.INTERNATIONAL}),
}


@dataclass(frozen=True, slots=True)
class Services:
    """What a line has switched on. An empty target is none; `abbreviated` pairs two digits with a number.

    `restriction_key` is what proves the password that changes the restriction, `vpn_key` that of calls by
    password (VPN-13); empty before the first one.
    """

    forward_always: str = ""
    forward_busy: str = ""
    forward_no_answer: str = ""
    forward_not_reachable: str = ""
    no_answer_s: int = NO_ANSWER_S
    do_not_disturb: bool = False
    absent: bool = False
    hotline: str = ""
    restriction: Restriction = Restriction.NONE
    restriction_key: str = ""
    abbreviated: tuple[tuple[str, str], ...] = ()
    call_waiting: bool = False
    vpn_key: str = ""

    def target(self, kind: ForwardKind) -> str:
        """Where such a call is forwarded to, empty for nowhere."""
        match kind:
            case ForwardKind.ALWAYS:
                return self.forward_always
            case ForwardKind.BUSY:
                return self.forward_busy
            case ForwardKind.NO_ANSWER:
                return self.forward_no_answer
            case ForwardKind.NOT_REACHABLE:
                return self.forward_not_reachable


NO_SERVICES = Services()
_WITH_KEY = ("restriction", "restriction_key")
_UNITS = (_WITH_KEY, *((field.name,) for field in fields(Services) if field.name not in _WITH_KEY))
"""What is set as one: a restriction and the password that proves itself against its key."""


class SetBy(StrEnum):
    """Where a line's services were set last."""

    PAGE = "page"
    TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True)
class ServicesChange:
    """What a subscriber set by feature code: the line's services as they are since.

    `version` orders the changes of a line, wherever they were made: the higher one counts. `at_ms` is the
    time in milliseconds since 1970 in UTC by the clock of who made it. `base` is what it was changed from.
    """

    number: str
    services: Services
    version: int
    at_ms: int
    base: Services | None = None


def next_version(now_ms: int, *known: int) -> int:
    """The version of a change made now by someone who knows of those: above all of them.

    Milliseconds while clocks agree; where one is behind, still above what was seen: a hybrid logical clock.
    """
    return max([now_ms, *(version + 1 for version in known)])


def merged(present: Services, change: ServicesChange) -> Services:
    """What a line has after `change` and a later one to `present`, neither made knowing of the other.

    A service that both changed is as it is at present; one that `change` alone changed is as that says.
    """
    if change.base is None:
        return present
    kept: dict[str, Any] = {}
    for unit in _UNITS:
        before, wanted, now = (
            tuple(getattr(each, name) for name in unit) for each in (change.base, change.services, present)
        )
        if before != wanted and before == now:
            kept.update(zip(unit, wanted, strict=True))
    return replace(present, **kept)


class Reception(StrEnum):
    """How a line takes one more call."""

    FREE = "free"
    WAITING = "call_waiting"  # it rings while another call is up
    BUSY = "line_busy"


def reception(services: Services, calls: int, *, is_unlimited: bool = False) -> Reception:
    """What one more call meets at a line that is in `calls` of them (LIN-03, CTX-07).

    A line is busy with its first call however many telephones it has (network determined user busy, 3GPP TS
    24.615); with call waiting one more rings, and a third meets busy. Consoles and lines of several channels
    are `is_unlimited`: their own equipment says when it has enough.
    """
    if calls < 1 or is_unlimited:
        return Reception.FREE
    has_room = services.call_waiting and calls < MOST_CALLS_WITH_WAITING
    return Reception.WAITING if has_room else Reception.BUSY


def restricts(services: Services, call_class: CallClass) -> bool:
    """Whether the line's own restriction stands against such a call; never against an emergency."""
    return call_class in _RESTRICTED[services.restriction]


def expand(services: Services, dialled: str) -> str:
    """The number behind an abbreviated one ("**12"); anything else as it is."""
    if len(dialled) == 4 and dialled.startswith("**"):
        return dict(services.abbreviated).get(dialled[2:], dialled)
    return dialled


def check_line_services(services: Services, kind: LineKind) -> list[DomainError]:
    """The faults of a line's services, none being good."""
    faults: list[DomainError] = []
    for forward in ForwardKind:
        faults += _target_faults(f"forward_{forward}", services.target(forward))
    faults += _target_faults("hotline", services.hotline)
    if services.forward_not_reachable and kind is not LineKind.WIRELESS:
        faults.append(ServiceInvalid(field="forward_not_reachable", why="wireless_only", value=kind))
    if not SHORTEST_NO_ANSWER_S <= services.no_answer_s <= LONGEST_NO_ANSWER_S:
        faults.append(ServiceInvalid(field="no_answer_s", why="no_answer_s", value=services.no_answer_s))
    codes = [code for code, _target in services.abbreviated]
    if len(codes) > MOST_ABBREVIATED or len(set(codes)) < len(codes):
        faults.append(ServiceInvalid(field="abbreviated", why="abbreviated", value=len(codes)))
    for code, target in services.abbreviated:
        if len(code) != 2 or not _DIGITS.issuperset(code) or not target:
            faults.append(ServiceInvalid(field="abbreviated", why="abbreviated", value=code))
        faults += _target_faults("abbreviated", target)
    return faults


def _target_faults(field: str, target: str) -> list[DomainError]:
    if len(target) <= _LONGEST_TARGET and _DIGITS.issuperset(target.removeprefix("+")):
        return []
    return [ServiceInvalid(field=field, why="target", value=target)]
