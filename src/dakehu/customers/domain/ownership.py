"""Effective-dated ownership (KAM-12): who owned an account on any day.

A period is half open: from the day `since` to the day before `until`, without end while `until` is None. The
periods of an account never overlap. A day belongs to whoever owns the account at its end: of several changes
on one day the last one holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    owner_id: int
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


def owner_on(periods: Iterable[Period], day: date) -> int | None:
    """Who owned the account on the day; None when nobody did."""
    return next((period.owner_id for period in periods if period.holds(day)), None)


def after_change(periods: Iterable[Period], owner_id: int | None, day: date) -> list[Period]:
    """The periods once the account belongs to `owner_id` from `day` on: the law the stored rows follow.

    What began on that day or later is gone, what covered it ends there, and the new owner's period begins.
    """
    kept = [
        replace(period, until=day) if period.until is None or period.until > day else period
        for period in periods
        if period.since < day
    ]
    return kept if owner_id is None else [*kept, Period(owner_id, day)]
