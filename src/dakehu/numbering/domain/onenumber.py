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

RING_S = 20
SHORTEST_RING_S, LONGEST_RING_S = 5, 60
MOST_BOUND = 7
"""With the main number's own telephone eight are rung, which is what one call may ring."""
MOST_CALLERS = 20
MINUTES_OF_DAY = 24 * 60
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
    """A bound number, rung `ring_s` seconds where its turn is one of several.

    `weekdays` are 1 (Monday) to 7, none meaning every day. It counts from the minute of day `begins` to
    before `ends`, over midnight where that is earlier, all day where both are equal; the weekday is that on
    which the time began. `callers` are numbers in national form or beginnings of such, none meaning anybody.
    """

    number: str
    ring_s: int = RING_S
    weekdays: tuple[int, ...] = ()
    begins: int = 0
    ends: int = 0
    callers: tuple[str, ...] = ()

    def counts(self, caller: str, moment: datetime) -> bool:
        """Whether it is rung for that caller at that moment."""
        if self.callers and not (caller and caller.startswith(self.callers)):
            return False
        local = moment.astimezone(CST)
        minute, weekday = local.hour * 60 + local.minute, local.isoweekday()
        if self.begins > self.ends:
            if self.ends <= minute < self.begins:
                return False
            if minute < self.ends:
                weekday = (weekday - 2) % 7 + 1
        elif self.begins < self.ends and not self.begins <= minute < self.ends:
            return False
        return not self.weekdays or weekday in self.weekdays


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


def one_number_from(plan: Mapping[str, Any]) -> OneNumber:
    """The service as `dataclasses.asdict` wrote it, lists for tuples."""
    bound = tuple(
        Bound(**{**each, "weekdays": tuple(each["weekdays"]), "callers": tuple(each["callers"])})
        for each in plan["bound"]
    )
    return OneNumber(Follow(plan["follow"]), bound, plan["rings_self"], plan["self_ring_s"])


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
    checks = {
        "number": _is_number(bound.number),
        "ring_s": SHORTEST_RING_S <= bound.ring_s <= LONGEST_RING_S,
        "weekdays": set(bound.weekdays) <= set(range(1, 8)),
        "times": 0 <= bound.begins < MINUTES_OF_DAY and 0 <= bound.ends <= MINUTES_OF_DAY,
        "callers": len(bound.callers) <= MOST_CALLERS and all(map(_is_number, bound.callers)),
    }
    return [
        OneNumberInvalid(field="bound", why=why, value=bound.number)
        for why, is_good in checks.items()
        if not is_good
    ]


def _is_number(text: str) -> bool:
    digits = text.removeprefix("+")
    return 0 < len(digits) <= _LONGEST_NUMBER and _DIGITS.issuperset(digits)
