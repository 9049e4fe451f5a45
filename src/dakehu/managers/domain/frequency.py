"""How often an account of a grade is visited (特 4 a month, 一 2, 二 1, 三 one a quarter); rules are data.

Periods are calendar ones: a rule of one month counts in each month, one of three months in each quarter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SPANS = (1, 2, 3, 6, 12)
"""Months a rule may span: those that divide a year, so that periods begin anew each January."""
MOST_VISITS = 31


@dataclass(frozen=True, slots=True)
class Frequency:
    """`visits` wanted in each period of `months` calendar months; `grade` the customer's, 1 the highest."""

    grade: int
    visits: int
    months: int


DEFAULT_FREQUENCIES = (
    Frequency(1, 4, 1),
    Frequency(2, 2, 1),
    Frequency(3, 1, 1),
    Frequency(4, 1, 3),
)
"""What a new installation starts with; the rows in the database take their place."""


def period_start(day: date, months: int) -> date:
    """The first day of the period of so many months in which the day lies."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def period_end(day: date, months: int) -> date:
    """The first day after that period."""
    start = period_start(day, months)
    serial = start.year * 12 + start.month - 1 + months
    return date(serial // 12, serial % 12 + 1, 1)


def spans_of(rules: Iterable[Frequency]) -> tuple[int, ...]:
    """The different spans of the rules, shortest first."""
    return tuple(sorted({rule.months for rule in rules}))
