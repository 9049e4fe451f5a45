"""Time handed in, China Standard Time, and months as the trade writes them.

Moments are aware datetimes. China has one zone and, since 1992, no summer time: `CST` is a fixed offset,
so a day always has 24 hours and arithmetic never meets a gap.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NewType, Protocol

from dakehu.kernel.errors import DomainError

CST = timezone(timedelta(hours=8), "CST")
Month = NewType("Month", str)
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class Clock(Protocol):
    """Where the time comes from; the shell hands it to whatever needs to know."""

    def now(self) -> datetime:
        """The present moment, aware."""


class FixedClock:
    """A clock that stands still until it is told to move: for tests and for replays."""

    def __init__(self, moment: datetime) -> None:
        self._moment = aware(moment)

    def now(self) -> datetime:
        return self._moment

    def advance(self, step: timedelta) -> datetime:
        self._moment += step
        return self._moment


class MonthInvalid(DomainError):
    """The text is no month like "2026-11". Data: `text`."""

    code = "clock.month_invalid"


def aware(moment: datetime) -> datetime:
    """The moment in China Standard Time; a naive one is taken as such already."""
    return moment.replace(tzinfo=CST) if moment.tzinfo is None else moment.astimezone(CST)


def cst(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment written as an office clock shows it."""
    return datetime(year, month, day, hour, minute, tzinfo=CST)


def day_of(moment: datetime) -> date:
    """The calendar day in China at that moment."""
    return moment.astimezone(CST).date()


def day_start(day: date) -> datetime:
    """Midnight in China at which the day begins."""
    return datetime.combine(day, time(), CST)


def month_of(when: date) -> Month:
    """The month of a day, or of a moment as China sees it."""
    day = day_of(when) if isinstance(when, datetime) else when
    return Month(f"{day.year:04d}-{day.month:02d}")


def month_parse(text: str) -> Month:
    """Checks "2026-11"; raises `MonthInvalid`."""
    match = _MONTH.fullmatch(text)
    if match is None or match[1] == "0000":
        raise MonthInvalid(text=text)
    return Month(text)


def month_add(month: Month, months: int) -> Month:
    """The month so many months later, or earlier if negative."""
    year, index = divmod(_serial(month) + months, 12)
    return Month(f"{year:04d}-{index + 1:02d}")


def month_first(month: Month) -> date:
    """The first day of the month."""
    return date(int(month[:4]), int(month[5:]), 1)


def month_last(month: Month) -> date:
    """The last day of the month."""
    return month_first(month_add(month, 1)) - timedelta(days=1)


def month_bounds(month: Month) -> tuple[datetime, datetime]:
    """The half-open span of the month: its first midnight in China, and the next month's."""
    return day_start(month_first(month)), day_start(month_first(month_add(month, 1)))


def months_between(first: Month, last: Month) -> list[Month]:
    """Every month from `first` to `last`, both included; empty if `last` is earlier."""
    return [month_add(first, step) for step in range(_serial(last) - _serial(first) + 1)]


def utc(moment: datetime) -> datetime:
    """The same moment in UTC, as files and peers write it."""
    return moment.astimezone(UTC)


def _serial(month: Month) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1
