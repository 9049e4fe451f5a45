"""One number: which bound numbers count, as tables; and what the service may be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time

import pytest

from dakehu.kernel.clock import cst
from dakehu.kernel.periods import Callers, Period
from dakehu.numbering.domain.onenumber import (
    Bound,
    Follow,
    OneNumber,
    check_one_number,
    one_number_from,
    row_of,
)

MONDAY, SATURDAY = cst(2026, 11, 23, 10), cst(2026, 11, 28, 10)
CALLER = "03515551234"
DAY = Bound("8001", period=Period(time(9), time(18)))
NIGHT = Bound("8001", period=Period(time(22), time(6)))
FRIDAY_NIGHT = Bound("8001", period=Period(time(22), time(6), frozenset({5})))


def of(*prefixes: str, numbers: tuple[str, ...] = ()) -> Bound:
    """Counts for these callers."""
    return Bound("8001", callers=Callers(frozenset(numbers), prefixes))


def on(*weekdays: int) -> Bound:
    """Counts on these days."""
    return Bound("8001", period=Period(weekdays=frozenset(weekdays)))


@pytest.mark.req("IN-04")
@pytest.mark.parametrize(
    ("bound", "moment", "counts"),
    [
        (Bound("8001"), MONDAY, True),
        (on(1, 2), MONDAY, True),
        (on(1, 2), SATURDAY, False),
        (DAY, cst(2026, 11, 23, 8, 59), False),
        (DAY, cst(2026, 11, 23, 9), True),
        (DAY, cst(2026, 11, 23, 17, 59), True),
        (DAY, cst(2026, 11, 23, 18), False),
        (NIGHT, cst(2026, 11, 23, 23), True),
        (NIGHT, cst(2026, 11, 23, 5, 59), True),
        (NIGHT, cst(2026, 11, 23, 6), False),
        # over midnight the weekday is the one on which the night began
        (FRIDAY_NIGHT, cst(2026, 11, 27, 23), True),
        (FRIDAY_NIGHT, cst(2026, 11, 28, 3), True),
        (FRIDAY_NIGHT, cst(2026, 11, 27, 3), False),
        # moments are read in China, whatever zone they come in
        (DAY, datetime(2026, 11, 23, 1, 30, tzinfo=UTC), True),
        (DAY, datetime(2026, 11, 23, 12, 30, tzinfo=UTC), False),
        (of("0351"), MONDAY, True),
        (of("0352", numbers=(CALLER,)), MONDAY, True),
        (of("0352"), MONDAY, False),
    ],
)
def test_when_a_bound_number_counts(bound: Bound, moment: datetime, counts: bool) -> None:
    assert bound.counts(CALLER, moment) == counts
    service = OneNumber(Follow.IN_TURN, (bound, Bound("8002")))
    assert service.bound_for(CALLER, moment) == ((bound,) if counts else ()) + (Bound("8002"),)


@pytest.mark.req("IN-04")
def test_an_unknown_caller_is_nobody_in_particular() -> None:
    assert Bound("8001").counts("", MONDAY)
    assert not of("0").counts("", MONDAY)


@pytest.mark.req("IN-02", "IN-04")
@pytest.mark.parametrize(
    ("service", "faults"),
    [
        (OneNumber(Follow.TOGETHER, (Bound("8001"),)), []),
        (OneNumber(Follow.IN_TURN, (Bound("+442071234567", callers=Callers(prefixes=("0351",))),)), []),
        (OneNumber(Follow.TOGETHER, ()), ["count"]),
        (OneNumber(Follow.TOGETHER, tuple(Bound(str(n)) for n in range(8))), ["count"]),
        (OneNumber(Follow.TOGETHER, (Bound("8001"), Bound("8001"))), ["twice"]),
        (OneNumber(Follow.TOGETHER, (Bound("03512348001"),)), ["twice"]),
        (OneNumber(Follow.TOGETHER, (Bound("8001"),), self_ring_s=4), ["ring_s"]),
        (OneNumber(Follow.TOGETHER, (Bound("8001", ring_s=61),)), ["ring_s"]),
        (OneNumber(Follow.TOGETHER, (Bound(""),)), ["number"]),
        (OneNumber(Follow.TOGETHER, (Bound("anna"),)), ["number"]),
        (OneNumber(Follow.TOGETHER, (on(0),)), ["weekdays"]),
        (OneNumber(Follow.TOGETHER, (of(""),)), ["callers"]),
    ],
)
def test_what_the_service_may_be(service: OneNumber, faults: list[str]) -> None:
    assert [fault.data["why"] for fault in check_one_number(service, "03512348001")] == faults


def test_the_service_as_a_plan_and_back() -> None:
    service = OneNumber(Follow.IN_TURN, (FRIDAY_NIGHT, of("0351", numbers=(CALLER,))), rings_self=False)
    assert one_number_from(json.loads(json.dumps(row_of(service)))) == service
