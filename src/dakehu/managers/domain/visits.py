"""What a visit's plan and log hold, and what may be wrong with them: every fault at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dakehu.kernel.errors import DomainError
from dakehu.managers.domain.errors import (
    PlaceWrong,
    PromiseDayMissing,
    TextMissing,
    TextTooLong,
    VisitAhead,
    VisitLengthWrong,
)

LEAST_MINUTES, MOST_MINUTES = 5, 12 * 60
MOST_PROMISES = 3
LONGEST_LINE, LONGEST_LOG = 200, 4000


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """Where to, when, why and whom to meet."""

    starts_at: datetime
    minutes: int
    purpose: str
    contact_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PromiseDraft:
    """What was promised, by which day; `row` is its line in the form."""

    text: str
    due_on: date | None
    row: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where the log was written, in degrees (WGS 84)."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class VisitLog:
    """What happened: when, who was met, what was said, what was promised."""

    visited_at: datetime
    text: str
    contact_ids: frozenset[int] = frozenset()
    promises: tuple[PromiseDraft, ...] = ()
    place: Place | None = None


def check_plan(plan: VisitPlan) -> list[DomainError]:
    """Every fault of a plan."""
    faults: list[DomainError] = []
    if not plan.purpose:
        faults.append(TextMissing(field="purpose"))
    faults += _too_long("purpose", plan.purpose, LONGEST_LINE)
    if not LEAST_MINUTES <= plan.minutes <= MOST_MINUTES:
        faults.append(VisitLengthWrong(field="minutes", minutes=plan.minutes))
    return faults


def check_log(log: VisitLog, now: datetime) -> list[DomainError]:
    """Every fault of a log; nobody logs what is still to come."""
    faults: list[DomainError] = []
    if not log.text:
        faults.append(TextMissing(field="text"))
    faults += _too_long("text", log.text, LONGEST_LOG)
    if log.visited_at > now:
        faults.append(VisitAhead(field="visited_at", at=f"{log.visited_at:%Y-%m-%d %H:%M}"))
    if log.place and not (abs(log.place.latitude) <= 90 and abs(log.place.longitude) <= 180):
        faults.append(PlaceWrong(field="latitude"))
    for promise in log.promises:
        faults += _too_long(f"promise_{promise.row}", promise.text, LONGEST_LINE)
        if not promise.text:
            faults.append(TextMissing(field=f"promise_{promise.row}"))
        elif promise.due_on is None:
            faults.append(PromiseDayMissing(field=f"due_{promise.row}", text=promise.text))
    return faults


def _too_long(field: str, text: str, most: int) -> list[DomainError]:
    return [TextTooLong(field=field, length=len(text), most=most)] if len(text) > most else []
