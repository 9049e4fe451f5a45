"""Working time burnt, allowed and left, with the pauses that count.

A clock of an order runs from its taking, a step's from the moment it became ready. A pause that stops the
clock takes its working time out; overlapping pauses are counted once. All arithmetic is the working
calendar's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dakehu.kernel.workcalendar import WorkingCalendar

WARN_AT_PERCENT = 80


class ClockColour(StrEnum):
    """How a clock looks: in time, nearly run out, run out, and stopped for good."""

    CALM = "calm"
    WARNING = "warning"
    OVERDUE = "overdue"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which the clock stood; `end` is None while it lasts."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as stored: when it began, how much it allows, what stopped it; `finished` once it is over."""

    started: datetime
    allowed_s: int
    pauses: tuple[Pause, ...] = ()
    finished: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows at a moment; seconds are working seconds. `due` moves on while the clock stands."""

    burnt_s: int
    allowed_s: int
    paused_s: int
    due: datetime
    running: bool
    finished: bool

    @property
    def left_s(self) -> int:
        return self.allowed_s - self.burnt_s

    @property
    def overdue(self) -> bool:
        return self.burnt_s > self.allowed_s

    @property
    def percent(self) -> int:
        """Burnt of allowed, more than 100 when overdue."""
        return self.burnt_s * 100 // self.allowed_s if self.allowed_s else 100

    @property
    def colour(self) -> ClockColour:
        if self.overdue:
            return ClockColour.OVERDUE
        if self.finished:
            return ClockColour.STOPPED
        return ClockColour.WARNING if self.percent >= WARN_AT_PERCENT else ClockColour.CALM


def read_clock(calendar: WorkingCalendar, clock: Clock, now: datetime) -> Reading:
    """What the clock shows at `now`, or showed when it was finished."""
    end = max(clock.finished or now, clock.started)
    spans = merged(clock.pauses, clock.started, end)
    paused = sum(calendar.working_seconds_between(start, stop) for start, stop in spans)
    burnt = calendar.working_seconds_between(clock.started, end) - paused
    standing = clock.finished is None and any(pause.end is None for pause in clock.pauses)
    return Reading(
        burnt_s=burnt,
        allowed_s=clock.allowed_s,
        paused_s=paused,
        due=due_at(calendar, clock, now),
        running=clock.finished is None and not standing,
        finished=clock.finished is not None,
    )


def due_at(calendar: WorkingCalendar, clock: Clock, now: datetime) -> datetime:
    """When the allowance runs out if nothing else stops the clock."""
    end = max(clock.finished or now, clock.started)
    spans = merged(clock.pauses, clock.started, end)
    paused = sum(calendar.working_seconds_between(start, stop) for start, stop in spans)
    return calendar.add_working_time(clock.started, clock.allowed_s + paused)


def merged(pauses: Iterable[Pause], first: datetime, last: datetime) -> Sequence[tuple[datetime, datetime]]:
    """The pauses within `first` and `last` as disjoint spans in order; an open one lasts until `last`."""
    spans: list[tuple[datetime, datetime]] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        start, stop = max(pause.start, first), min(pause.end or last, last)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], stop))
        elif start < stop:
            spans.append((start, stop))
    return spans
