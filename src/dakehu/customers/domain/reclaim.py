"""When an account that nobody looks after goes back to the pool (KAM-12).

A pure rule over days. `last_contact` is the latest day on which anything says that the owner looked after
the account: the day they got it, a visit, a sale. Without any for `idle_days` the owner is warned; without
any for `grace_days` more the account returns to the pool, and its last owner can't have it for `rest_days`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dakehu.customers.domain.rostererrors import DaysOutOfRange
from dakehu.kernel.errors import DomainError

_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class ReclaimDays:
    """The rule's days, each 1 to 3650."""

    idle_days: int = 90
    grace_days: int = 15
    rest_days: int = 30


DEFAULT_DAYS = ReclaimDays()


class Verdict(StrEnum):
    KEEP = "keep"
    WARN = "warn"
    CLEAR = "clear"
    RECLAIM = "reclaim"


def judge(
    days: ReclaimDays, *, last_contact: date, warned_on: date | None, today: date
) -> tuple[Verdict, date]:
    """What is to be done with the account, and the day to look at it again."""
    idle_from = last_contact + timedelta(days=days.idle_days)
    if today < idle_from:
        return (Verdict.CLEAR if warned_on else Verdict.KEEP), idle_from
    if warned_on is None:
        return Verdict.WARN, today + timedelta(days=days.grace_days)
    end = warned_on + timedelta(days=days.grace_days)
    return (Verdict.KEEP if today < end else Verdict.RECLAIM), end


def rests_until(reclaimed_on: date, days: ReclaimDays) -> date:
    """The first day on which the last owner can have the account again."""
    return reclaimed_on + timedelta(days=days.rest_days)


def check_days(days: ReclaimDays) -> list[DomainError]:
    """A fault for each number of days outside 1 to 3650."""
    return [
        DaysOutOfRange(field=name, days=value)
        for name in ("idle_days", "grace_days", "rest_days")
        if not 1 <= (value := getattr(days, name)) <= _MOST_DAYS
    ]
