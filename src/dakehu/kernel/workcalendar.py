"""Working time: what a clock of 8 working days, or a promise of 4 working hours, counts.

A calendar knows its weekly working days, the holidays among them, the weekend days made up for those, and
the hours within a day. Counting is arithmetic, not a walk: whole weeks by division, exceptions by bisection
in sorted tuples, so that a span of ten years costs as little as one of ten minutes.

Positions: every moment has a *position*, the working seconds since 0001-01-01. A span's length is the
difference of two positions, hence additive; adding time is the inverse look-up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Self

from dakehu.kernel.clock import CST, day_start

OFFICE_HOURS = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))
ALL_DAY = ((time(0), time(0)),)
MONDAY_TO_FRIDAY = frozenset({0, 1, 2, 3, 4})
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days and hours are worked.

    `hours` are spans in order, without overlap; an end of 00:00 means midnight. `weekdays` counts Monday
    as 0. A day in both `holidays` and `made_up` is worked.
    """

    holidays: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    _lost: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _gained: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _spans: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    _seconds: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lost = (day for day in self.holidays - self.made_up if day.weekday() in self.weekdays)
        gained = (day for day in self.made_up if day.weekday() not in self.weekdays)
        spans = tuple((_seconds_of(start), _seconds_of(end) or _DAY_S) for start, end in self.hours)
        edges = [edge for span in spans for edge in span]
        if not spans or edges != sorted(set(edges)):
            raise ValueError(f"working hours out of order: {self.hours}")
        object.__setattr__(self, "_lost", tuple(sorted(map(date.toordinal, lost))))
        object.__setattr__(self, "_gained", tuple(sorted(map(date.toordinal, gained))))
        object.__setattr__(self, "_spans", spans)
        object.__setattr__(self, "_seconds", sum(end - start for start, end in spans))

    @classmethod
    def round_the_clock(cls) -> Self:
        """Every second counts: for promises that don't pause at night."""
        return cls(hours=ALL_DAY, weekdays=frozenset(range(7)))

    def with_days(self, *, holidays: Iterable[date] = (), made_up: Iterable[date] = ()) -> WorkingCalendar:
        """The same calendar with more exceptions: a year added from its notice."""
        return WorkingCalendar(
            holidays=self.holidays | frozenset(holidays),
            made_up=self.made_up | frozenset(made_up),
            hours=self.hours,
            weekdays=self.weekdays,
        )

    @property
    def seconds_per_day(self) -> int:
        return self._seconds

    def is_working_day(self, day: date) -> bool:
        if day in self.made_up:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def is_working_time(self, moment: datetime) -> bool:
        """Whether work goes on at that moment; a span holds its start and not its end."""
        local = moment.astimezone(CST)
        second = _seconds_of(local.time())
        within = any(start <= second < end for start, end in self._spans)
        return within and self.is_working_day(local.date())

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when `last` is earlier."""
        return self._days_before(last.toordinal() + 1) - self._days_before(first.toordinal() + 1)

    def working_seconds_between(self, start: datetime, end: datetime) -> int:
        """Whole working seconds from `start` to `end`; negative when `end` is earlier. Additive."""
        return self._position(end) - self._position(start)

    def add_working_days(self, day: date, days: int) -> date:
        """The `days`-th working day after `day`; before it, if negative. 0: `day`, or the next one worked."""
        ordinal = day.toordinal()
        if days > 0:
            return date.fromordinal(self._ordinal_of(self._days_before(ordinal + 1) + days))
        # The n-th working day before `day` is the one with so many fewer working days up to it.
        return date.fromordinal(self._ordinal_of(self._days_before(ordinal) + 1 + days))

    def deadline(self, start: datetime, days: int) -> datetime:
        """When a clock of so many working days runs out: closing time of the last of them."""
        day = self.add_working_days(start.astimezone(CST).date(), days)
        return day_start(day) + timedelta(seconds=self._spans[-1][1])

    def add_working_time(self, start: datetime, seconds: int) -> datetime:
        """The first moment, not before `start`, by which `seconds` have been worked; in `CST`.

        Raises `ValueError` if `seconds` is negative: ask `working_seconds_between` for what has passed.
        """
        if seconds < 0:
            raise ValueError("working time is added forwards")
        if seconds == 0:
            return start.astimezone(CST)
        days, rest = divmod(self._position(start) + seconds - 1, self._seconds)
        rest += 1
        day = date.fromordinal(self._ordinal_of(days + 1))
        for begin, end in self._spans:
            if rest <= end - begin:
                return day_start(day) + timedelta(seconds=begin + rest)
            rest -= end - begin
        raise AssertionError("a day's spans add up to its seconds")

    def _position(self, moment: datetime) -> int:
        local = moment.astimezone(CST)
        whole = self._days_before(local.toordinal()) * self._seconds
        if not self.is_working_day(local.date()):
            return whole
        now = _seconds_of(local.time())
        return whole + sum(min(now, end) - start for start, end in self._spans if now > start)

    def _days_before(self, ordinal: int) -> int:
        """Working days among the days 1 … ordinal - 1; day 1 of the calendar was a Monday."""
        weeks, rest = divmod(ordinal - 1, 7)
        regular = weeks * len(self.weekdays) + sum(day in self.weekdays for day in range(rest))
        return regular - bisect_left(self._lost, ordinal) + bisect_left(self._gained, ordinal)

    def _ordinal_of(self, count: int) -> int:
        """The day with which the count of working days reaches `count`."""
        about = count * 7 // len(self.weekdays)
        low = max(about - 2 * len(self._gained) * 7 - 14, 1)
        high = about + 2 * len(self._lost) * 7 + 14
        return low + bisect_left(range(low, high), count, key=lambda day: self._days_before(day + 1))


def _seconds_of(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
