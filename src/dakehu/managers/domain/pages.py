"""The days that a calendar page shows."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

_WEEK = 7


class Span(StrEnum):
    WEEK = "week"
    MONTH = "month"


def days_shown(span: Span, day: date) -> list[date]:
    """The week's seven days, Monday first; for a month whole weeks around it."""
    if span is Span.WEEK:
        return _from(_monday(day), _WEEK)
    first = _monday(day.replace(day=1))
    last = _monday(later(Span.MONTH, day).replace(day=1) - timedelta(days=1)) + timedelta(days=_WEEK)
    return _from(first, (last - first).days)


def later(span: Span, day: date, steps: int = 1) -> date:
    """A day of the page so many pages on, or back if negative."""
    if span is Span.WEEK:
        return day + timedelta(days=_WEEK * steps)
    serial = day.year * 12 + day.month - 1 + steps
    return date(serial // 12, serial % 12 + 1, 1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=step) for step in range(count)]
