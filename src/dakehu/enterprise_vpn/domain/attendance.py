"""Which attendant takes a call to the VPN's attendant number (VPN-11): shares by percentage, time and number.

An attendant without a rule takes part always, with the weight of one equal share. Rules of an attendant say
when it takes part: at some times, for some callers, for some called numbers, with what share. Of those who
take part the one goes first that has had the fewest calls for its share, so over a day the calls fall as the
percentages say, and never in bursts. Runs for each call: it raises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dakehu.kernel.errors import DomainError
from dakehu.kernel.periods import Callers, Period, callers_from, period_from

EQUAL_SHARE = 100
MOST_RULES = 64


class SharingInvalid(DomainError):
    """A sharing rule can't be so. Data: `why`, `value`."""

    code = "vpn.sharing_invalid"


@dataclass(frozen=True, slots=True)
class AttendantCall:
    """A call to the attendants: the caller's number in national form, the digits dialled, local time."""

    caller: str
    called: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """What part of the calls the attendant with that public number takes, 1 to 100 of equal ones' 100.

    No periods are all times; None are all callers, all called numbers.
    """

    attendant: str
    percent: int = EQUAL_SHARE
    periods: tuple[Period, ...] = ()
    callers: Callers | None = None
    called: Callers | None = None

    def fits(self, call: AttendantCall) -> bool:
        return (
            (not self.periods or any(period.includes(call.at) for period in self.periods))
            and (self.callers is None or self.callers.includes(call.caller))
            and (self.called is None or self.called.includes(call.called))
        )


def turn(
    attendants: Sequence[str], shares: Sequence[Share], call: AttendantCall, taken: Callable[[str], int]
) -> tuple[str, ...]:
    """The attendants who take part, first who is to take the call. `taken` counts what each has had.

    Where nobody's rules fit the call all take part: a caller is not lost for a gap in the rules.
    """
    ruled = {share.attendant for share in shares}
    weights = {number: EQUAL_SHARE for number in attendants if number not in ruled}
    for share in shares:
        if share.attendant in attendants and share.attendant not in weights and share.fits(call):
            weights[share.attendant] = share.percent
    if not weights:
        weights = dict.fromkeys(attendants, EQUAL_SHARE)
    order = {number: place for place, number in enumerate(attendants)}
    return tuple(sorted(weights, key=lambda number: ((taken(number) + 1) / weights[number], order[number])))


def check_shares(shares: Sequence[Share]) -> list[DomainError]:
    """The faults of the rules, none being good."""
    faults: list[DomainError] = []
    if len(shares) > MOST_RULES:
        faults.append(SharingInvalid(field="sharing", why="too_many", value=len(shares)))
    faults += [
        SharingInvalid(field="sharing", why="percent", value=share.percent)
        for share in shares
        if not 1 <= share.percent <= EQUAL_SHARE
    ]
    return faults


def shares_from(rows: Sequence[dict[str, Any]]) -> tuple[Share, ...]:
    """Rules as JSON keeps them; see `share_row`. Raises `SharingInvalid` for what can't be read."""
    try:
        return tuple(
            Share(
                str(row["attendant"]),
                int(row.get("percent", EQUAL_SHARE)),
                tuple(period_from(each) for each in row.get("periods", ())),
                callers_from(row["callers"]) if row.get("callers") else None,
                callers_from(row["called"]) if row.get("called") else None,
            )
            for row in rows
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SharingInvalid(field="sharing", why="unreadable", value=str(error)) from error


def share_row(share: Share) -> dict[str, Any]:
    """A rule for JSON."""
    return {
        "attendant": share.attendant,
        "percent": share.percent,
        "periods": [period.row() for period in share.periods],
        "callers": share.callers.row() if share.callers is not None else None,
        "called": share.called.row() if share.called is not None else None,
    }
