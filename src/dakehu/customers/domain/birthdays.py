"""Birthdays as they come round: a day of the year is month × 100 + day, 1112 the twelfth of November."""

from __future__ import annotations

from datetime import date, timedelta

_YEARS_END, _YEARS_BEGIN = 1231, 101
_LEAP_DAY = 229


def day_of_year(day: date) -> int:
    """Month × 100 + day."""
    return day.month * 100 + day.day


def coming(today: date, days: int) -> list[tuple[int, int]]:
    """The spans of days of the year, both ends included, from today to `days` later (fewer than 365).

    Two spans where the year turns. Who was born on 29 February is kept on the 28th of other years.
    """
    last = today + timedelta(days=days)
    first_day, last_day = day_of_year(today), day_of_year(last)
    if last_day == _LEAP_DAY - 1 and not _is_leap(last.year):
        last_day = _LEAP_DAY
    if last.year == today.year:
        return [(first_day, last_day)]
    return [(first_day, _YEARS_END), (_YEARS_BEGIN, last_day)]


def next_birthday(born: date, today: date) -> date:
    """The birthday's next coming, today included."""
    this_year = _in_year(born, today.year)
    return this_year if this_year >= today else _in_year(born, today.year + 1)


def _in_year(born: date, year: int) -> date:
    if day_of_year(born) == _LEAP_DAY and not _is_leap(year):
        return date(year, 2, 28)
    return born.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
