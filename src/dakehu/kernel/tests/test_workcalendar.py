"""Working time, against a plain walk over days and seconds."""

from __future__ import annotations

import timeit
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.kernel.clock import cst
from dakehu.kernel.workcalendar import WorkingCalendar

CHINA_2026 = WorkingCalendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    made_up=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)
ALWAYS = WorkingCalendar.round_the_clock()
ODD = WorkingCalendar(
    holidays=frozenset(date(2026, 9, 1) + timedelta(days=step) for step in range(0, 60, 3)),
    made_up=frozenset(date(2026, 9, 1) + timedelta(days=step) for step in range(0, 60, 4)),
    hours=((time(0, 0), time(1, 30)), (time(22, 0), time(0, 0))),
    weekdays=frozenset({2, 6}),
)
CALENDARS = st.sampled_from([CHINA_2026, ALWAYS, ODD])
DAYS = st.dates(date(2026, 8, 1), date(2026, 12, 31))
MOMENTS = st.integers(0, 150 * 86_400).map(lambda second: cst(2026, 8, 1) + timedelta(seconds=second))


def walk(calendar: WorkingCalendar, first: date, last: date) -> int:
    step = timedelta(days=1)
    count, day = 0, first
    while day < last:
        day += step
        count += calendar.is_working_day(day)
    return count


def test_holidays_and_made_up_days() -> None:
    assert not CHINA_2026.is_working_day(date(2026, 10, 1))
    assert CHINA_2026.is_working_day(date(2026, 10, 10))  # a Saturday
    assert not CHINA_2026.is_working_day(date(2026, 10, 11))
    assert CHINA_2026.is_working_day(date(2026, 10, 8))
    assert CHINA_2026.seconds_per_day == 7 * 3600


@given(CALENDARS, DAYS, DAYS)
def test_days_are_counted_as_a_walk_counts_them(calendar: WorkingCalendar, one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert calendar.working_days_between(first, last) == walk(calendar, first, last)
    assert calendar.working_days_between(last, first) == -walk(calendar, first, last)


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_the_nth_working_day_after(calendar: WorkingCalendar, day: date, days: int) -> None:
    reached = calendar.add_working_days(day, days)
    assert calendar.is_working_day(reached)
    assert walk(calendar, day, reached) == days


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_the_nth_working_day_before(calendar: WorkingCalendar, day: date, days: int) -> None:
    reached = calendar.add_working_days(day, -days)
    assert calendar.is_working_day(reached)
    yesterday = timedelta(days=1)
    assert walk(calendar, reached - yesterday, day - yesterday) == days


@given(CALENDARS, DAYS)
def test_no_days_more_is_this_day_or_the_next_worked(calendar: WorkingCalendar, day: date) -> None:
    reached = calendar.add_working_days(day, 0)
    assert calendar.is_working_day(reached)
    assert walk(calendar, day - timedelta(days=1), reached) == 1


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_spans_add_up(calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime) -> None:
    whole = calendar.working_seconds_between(a, c)
    assert whole == calendar.working_seconds_between(a, b) + calendar.working_seconds_between(b, c)


@given(CALENDARS, MOMENTS, st.integers(1, 10**6))
def test_adding_is_the_inverse_of_counting(calendar: WorkingCalendar, start: datetime, seconds: int) -> None:
    end = calendar.add_working_time(start, seconds)
    assert calendar.working_seconds_between(start, end) == seconds
    just_before = end - timedelta(seconds=1)
    assert calendar.working_seconds_between(start, just_before) == seconds - 1


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        (cst(2026, 11, 23, 8, 30), cst(2026, 11, 23, 17, 30), 7 * 3600),
        (cst(2026, 11, 23, 0), cst(2026, 11, 24, 0), 7 * 3600),
        (cst(2026, 11, 23, 11), cst(2026, 11, 23, 15), 2 * 3600),
        (cst(2026, 11, 23, 12), cst(2026, 11, 23, 14), 0),
        (cst(2026, 11, 20, 17), cst(2026, 11, 23, 9), 3600),
        (cst(2026, 9, 30, 17), cst(2026, 10, 8, 9), 3600),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), cst(2026, 11, 23, 10), 3600),
    ],
)
def test_seconds_between(start: datetime, end: datetime, seconds: int) -> None:
    assert CHINA_2026.working_seconds_between(start, end) == seconds


def test_time_added_over_lunch_night_and_holidays() -> None:
    friday = cst(2026, 9, 30, 17)
    assert CHINA_2026.add_working_time(friday, 1800) == cst(2026, 9, 30, 17, 30)
    assert CHINA_2026.add_working_time(friday, 1801) == cst(2026, 10, 8, 8, 30) + timedelta(seconds=1)
    assert CHINA_2026.add_working_time(cst(2026, 11, 23, 11), 2 * 3600) == cst(2026, 11, 23, 15)
    assert CHINA_2026.add_working_time(friday, 0) == friday
    with pytest.raises(ValueError, match="forwards"):
        CHINA_2026.add_working_time(friday, -1)


def test_a_clock_of_eight_working_days_ends_with_the_eighth() -> None:
    assert CHINA_2026.deadline(cst(2026, 9, 29, 15), 8) == cst(2026, 10, 15, 17, 30)
    assert CHINA_2026.is_working_time(cst(2026, 11, 23, 8, 30))
    assert not CHINA_2026.is_working_time(cst(2026, 11, 23, 12))


def test_ten_years_cost_no_more_than_ten_minutes() -> None:
    start = cst(2026, 1, 1)
    cost = timeit.timeit(lambda: CHINA_2026.working_seconds_between(start, cst(2036, 1, 1)), number=500)
    assert cost / 500 < 0.001
    assert CHINA_2026.add_working_days(date(2026, 1, 1), 2500).year == 2035


def test_a_year_is_added_from_its_notice() -> None:
    grown = CHINA_2026.with_days(holidays=[date(2027, 1, 1)], made_up=[date(2027, 1, 3)])
    assert not grown.is_working_day(date(2027, 1, 1))
    assert grown.is_working_day(date(2027, 1, 3))
    assert not grown.is_working_day(date(2026, 10, 1))


@pytest.mark.parametrize("hours", [(), ((time(9), time(8)),), ((time(8), time(12)), (time(11), time(13)))])
def test_hours_out_of_order_are_refused(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="out of order"):
        WorkingCalendar(hours=hours)
