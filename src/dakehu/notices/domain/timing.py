"""When something may be sent: quiet hours, the daily digest, and the pauses between attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dakehu.kernel.clock import CST

FIRST_RETRY_S = 30.0
LONGEST_RETRY_S = 3600.0
KEPT_TRYING = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Hours:
    """A reader's hours. Quiet from `quiet_from` up to `quiet_to` (may pass midnight), equal: never.

    `digest_hour` is the hour of the one mail a day; None: each at once.
    """

    quiet_from: int = 0
    quiet_to: int = 0
    digest_hour: int | None = None


def due_at(now: datetime, hours: Hours, *, urgent: bool = False) -> datetime:
    """The moment from which it may be sent. What is urgent waits for no digest, but for quiet hours' end."""
    at = now.astimezone(CST)
    if hours.digest_hour is not None and not urgent:
        at = _next(at, hours.digest_hour)
    if _is_quiet(at, hours):
        at = _next(at, hours.quiet_to)
    return now if at == now else at.astimezone(now.tzinfo)


def retry_in(attempts: int) -> timedelta:
    """The pause after the attempt of that number: half a minute, doubled each time, an hour at most."""
    return timedelta(seconds=min(FIRST_RETRY_S * 2 ** min(max(attempts - 1, 0), 20), LONGEST_RETRY_S))


def _is_quiet(at: datetime, hours: Hours) -> bool:
    start, end = hours.quiet_from, hours.quiet_to
    if start <= end:
        return start <= at.hour < end
    return at.hour >= start or at.hour < end


def _next(at: datetime, hour: int) -> datetime:
    """The next full `hour` after `at`."""
    that_day = at.replace(hour=hour, minute=0, second=0, microsecond=0)
    return that_day if that_day > at else that_day + timedelta(days=1)
