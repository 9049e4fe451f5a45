from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.kernel.clock import cst
from dakehu.kernel.workcalendar import WorkingCalendar
from dakehu.orders.domain.clocks import Clock, ClockColour, Pause, due_at, merged, read_clock

pytestmark = pytest.mark.req("KAM-08")

CALENDAR = WorkingCalendar()
HOUR = 3600
MONDAY = cst(2026, 11, 23, 9)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return cst(2026, 11, day, hour, minute)


@pytest.mark.parametrize(
    ("clock", "now", "burnt_h", "due"),
    [
        (Clock(MONDAY, 7 * HOUR), at(23, 11), 2.0, at(24, 9)),
        (Clock(MONDAY, 7 * HOUR), at(24, 9), 7.0, at(24, 9)),
        (Clock(MONDAY, 7 * HOUR), at(29, 12), 34.5, at(24, 9)),  # the weekend burns nothing
        (Clock(MONDAY, 7 * HOUR, (Pause(at(23, 10), at(23, 12)),)), at(23, 15), 2.0, at(24, 11)),
        (Clock(MONDAY, 7 * HOUR, (Pause(at(23, 10)),)), at(23, 15), 1.0, at(24, 12)),
        (Clock(MONDAY, 7 * HOUR, (), at(23, 10)), at(27, 10), 1.0, at(24, 9)),
    ],
)
def test_readings(clock: Clock, now: datetime, burnt_h: float, due: datetime) -> None:
    reading = read_clock(CALENDAR, clock, now)
    assert reading.burnt_s == burnt_h * HOUR
    assert reading.due == due == due_at(CALENDAR, clock, now)


def test_colours() -> None:
    clock = Clock(MONDAY, 5 * HOUR)
    assert read_clock(CALENDAR, clock, at(23, 10)).colour is ClockColour.CALM
    assert read_clock(CALENDAR, clock, at(23, 16)).colour is ClockColour.WARNING
    late = read_clock(CALENDAR, clock, at(25, 16))
    assert (late.colour, late.overdue, late.left_s < 0) == (ClockColour.OVERDUE, True, True)
    assert (
        read_clock(CALENDAR, Clock(MONDAY, 5 * HOUR, (), at(23, 10)), at(27, 9)).colour is ClockColour.STOPPED
    )


def test_a_standing_clock_says_so_and_keeps_what_is_left() -> None:
    clock = Clock(MONDAY, 5 * HOUR, (Pause(at(23, 10)),))
    first, later = (read_clock(CALENDAR, clock, at(day, 16)) for day in (23, 26))
    assert not first.running
    assert first.burnt_s == later.burnt_s
    assert first.left_s == later.left_s
    assert later.due > first.due


def test_overlapping_pauses_count_once() -> None:
    pauses = (Pause(at(23, 11), at(23, 15)), Pause(at(23, 10), at(23, 14)), Pause(at(23, 16)))
    assert merged(pauses, MONDAY, at(24, 9)) == [(at(23, 10), at(23, 15)), (at(23, 16), at(24, 9))]


moments = st.integers(0, 20 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
spans = st.tuples(moments, moments).map(lambda pair: Pause(min(pair), max(pair)))


@given(st.lists(spans, max_size=6), moments)
def test_burnt_and_paused_make_up_the_whole(pauses: list[Pause], now: datetime) -> None:
    reading = read_clock(CALENDAR, Clock(MONDAY, 8 * HOUR, tuple(pauses)), now)
    assert reading.burnt_s >= 0
    assert reading.burnt_s + reading.paused_s == CALENDAR.working_seconds_between(MONDAY, now)


@given(st.lists(spans, max_size=6), moments)
def test_due_is_when_the_allowance_is_burnt(pauses: list[Pause], now: datetime) -> None:
    over = tuple(pause for pause in pauses if pause.end is not None and pause.end <= now)
    clock = Clock(MONDAY, 8 * HOUR, over)
    due = due_at(CALENDAR, clock, now)
    if due >= now:
        assert read_clock(CALENDAR, clock, due).burnt_s == clock.allowed_s
