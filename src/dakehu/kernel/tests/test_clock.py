"""Months and moments in China."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.kernel.clock import (
    FixedClock,
    Month,
    MonthInvalid,
    cst,
    day_of,
    month_add,
    month_bounds,
    month_first,
    month_last,
    month_of,
    month_parse,
    months_between,
    utc,
)

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def test_the_day_and_the_month_are_chinas() -> None:
    new_year_in_china = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert day_of(new_year_in_china) == date(2027, 1, 1)
    assert month_of(new_year_in_china) == "2027-01"
    assert month_of(date(2026, 12, 31)) == "2026-12"
    assert utc(cst(2027, 1, 1)) == new_year_in_china


@given(DAYS)
def test_a_day_lies_within_its_month(day: date) -> None:
    month = month_of(day)
    assert month_first(month) <= day <= month_last(month)
    start, end = month_bounds(month)
    assert start.date() == month_first(month)
    assert end - timedelta(days=1) == start + timedelta(days=month_last(month).day - 1)


@given(DAYS, st.integers(-600, 600))
def test_adding_months_turns_back(day: date, months: int) -> None:
    month = month_of(day)
    assert month_add(month_add(month, months), -months) == month


def test_months_between() -> None:
    assert months_between(Month("2026-11"), Month("2027-02")) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert months_between(Month("2026-11"), Month("2026-10")) == []


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "26-01", "0000-01", "2026/01", "2026-01-01", "二〇"]
)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(MonthInvalid):
        month_parse(text)
    assert month_parse("2026-11") == "2026-11"


def test_a_fixed_clock_moves_when_told() -> None:
    clock = FixedClock(cst(2026, 11, 23, 9, 30))
    assert clock.now() == clock.now()
    clock.advance(timedelta(hours=1))
    assert clock.now() == cst(2026, 11, 23, 10, 30)
