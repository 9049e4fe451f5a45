"""One number for several telephones: simultaneous ring (同振, IN-02), the one-number service (一号通, IN-04).

A line is the *main number*; its *bound numbers* are what its subscriber would dial: members of the VPN by
short number, public numbers, mobiles (VPN-19). Each counts at its times and for its callers. They are rung
together, or one after the other with seconds of its own each. Pure: the moment and the caller are handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dakehu.kernel.clock import CST
from dakehu.kernel.errors import DomainError
from dakehu.kernel.periods import Callers, Period, callers_from, period_from

RING_S = 20
SHORTEST_RING_S, LONGEST_RING_S = 5, 60
MOST_BOUND = 7
"""With the main number's own telephone eight are rung, which is what one call may ring."""
MOST_CALLERS = 20
ALWAYS = Period()
_DIGITS = frozenset("0123456789")
_LONGEST_NUMBER = 20


class OneNumberInvalid(DomainError):
    """The service can't be so. Data: `why`, `value`."""

    code = "numbering.one_number_invalid"


class Follow(StrEnum):
    """How the bound numbers are rung."""

    TOGETHER = "together"
    IN_TURN = "in_turn"


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound number, rung `ring_s` seconds where its turn is one of several, in its `period` and for its
    `callers` (None: anybody)."""

    number: str
    ring_s: int = RING_S
    period: Period = ALWAYS
    callers: Callers | None = None

    def counts(self, caller: str, moment: datetime) -> bool:
        """Whether it is rung for that caller (public number, national form) at that moment."""
        wanted = self.callers is None or self.callers.includes(caller)
        return wanted and self.period.includes(moment.astimezone(CST))


@dataclass(frozen=True, slots=True)
class OneNumber:
    """What a main number does. With `rings_self` its own telephones are rung, too: first, and for
    `self_ring_s`, where all take turns."""

    follow: Follow
    bound: tuple[Bound, ...]
    rings_self: bool = True
    self_ring_s: int = RING_S

    def bound_for(self, caller: str, moment: datetime) -> tuple[Bound, ...]:
        """The bound numbers that count now for a caller (public number, national form), in their order."""
        return tuple(each for each in self.bound if each.counts(caller, moment))


def row_of(service: OneNumber) -> dict[str, Any]:
    """The service for JSON."""
    return {
        "follow": str(service.follow),
        "rings_self": service.rings_self,
        "self_ring_s": service.self_ring_s,
        "bound": [
            {
                "number": bound.number,
                "ring_s": bound.ring_s,
                "period": bound.period.row(),
                "callers": bound.callers.row() if bound.callers is not None else None,
            }
            for bound in service.bound
        ],
    }


def one_number_from(row: Mapping[str, Any]) -> OneNumber:
    """The service as JSON keeps it. Raises KeyError, TypeError, ValueError for what can't be read."""
    bound = tuple(
        Bound(
            each["number"],
            each["ring_s"],
            period_from(each["period"]),
            callers_from(each["callers"]) if each["callers"] is not None else None,
        )
        for each in row["bound"]
    )
    return OneNumber(Follow(row["follow"]), bound, row["rings_self"], row["self_ring_s"])


def check_one_number(service: OneNumber, main: str) -> list[DomainError]:
    """The faults of the service of the main number, none being good."""
    faults: list[DomainError] = []
    if not 1 <= len(service.bound) <= MOST_BOUND:
        faults.append(OneNumberInvalid(field="bound", why="count", value=len(service.bound)))
    numbers = [bound.number for bound in service.bound]
    faults += [
        OneNumberInvalid(field="bound", why="twice", value=number)
        for number in sorted({number for number in numbers if number == main or numbers.count(number) > 1})
    ]
    if not SHORTEST_RING_S <= service.self_ring_s <= LONGEST_RING_S:
        faults.append(OneNumberInvalid(field="self_ring_s", why="ring_s", value=service.self_ring_s))
    for bound in service.bound:
        faults += _bound_faults(bound)
    return faults


def _bound_faults(bound: Bound) -> list[DomainError]:
    callers = (*bound.callers.numbers, *bound.callers.prefixes) if bound.callers is not None else ()
    checks = {
        "number": _is_number(bound.number),
        "ring_s": SHORTEST_RING_S <= bound.ring_s <= LONGEST_RING_S,
        "weekdays": bound.period.weekdays <= frozenset(range(1, 8)),
        "callers": len(callers) <= MOST_CALLERS and all(map(_is_number, callers)),
    }
    return [
        OneNumberInvalid(field="bound", why=why, value=bound.number)
        for why, is_good in checks.items()
        if not is_good
    ]


def _is_number(text: str) -> bool:
    digits = text.removeprefix("+")
    return 0 < len(digits) <= _LONGEST_NUMBER and _DIGITS.issuperset(digits)
