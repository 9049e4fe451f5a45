"""When a backup is due and which ones are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dakehu.kernel.clock import day_of, day_start

_RECENT = timedelta(hours=24)  # a backup made by hand takes no other's place at once


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days, weeks and months keep their last backup each."""

    days: int
    weeks: int
    months: int


def last_due(at: datetime, *, hour: int, every_hours: int) -> datetime:
    """The latest moment up to `at` at which a backup is due: from `hour` o'clock on, every so many hours."""
    anchor = day_start(day_of(at)) + timedelta(hours=hour)
    if anchor > at:
        anchor -= timedelta(days=1)
    if every_hours >= 24:
        return anchor - timedelta(days=anchor.toordinal() % (every_hours // 24))
    return anchor + (at - anchor) // timedelta(hours=every_hours) * timedelta(hours=every_hours)


def kept(made: Iterable[datetime], retention: Retention) -> set[datetime]:
    """Those to keep: the last of each of the latest days, weeks and months, and all of the last 24 hours."""
    newest_first = sorted(made, reverse=True)
    chosen = {moment for moment in newest_first if newest_first[0] - moment < _RECENT}
    for count, span in ((retention.days, _day), (retention.weeks, _week), (retention.months, _month)):
        last: dict[object, datetime] = {}
        for moment in newest_first:
            last.setdefault(span(day_of(moment)), moment)
        chosen.update(list(last.values())[:count])
    return chosen


def _day(day: date) -> object:
    return day


def _week(day: date) -> object:
    return day.isocalendar()[:2]


def _month(day: date) -> object:
    return day.year, day.month
