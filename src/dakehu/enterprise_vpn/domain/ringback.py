"""Which ring-back tone (悦铃) a caller hears instead of ringing (VPN-16, VPN-17, IN-07).

Two tones may stand against each other: the company's, chosen by time of day and caller, and the member's own.
The company decides which wins; unless it says otherwise, its own does. The loser sounds where the winner has
nothing to play. A tone that is not approved counts as not there, wherever it stands.

    the call stays inside a Centrex group         none: the group's plain ringing
    the first rule that fits time and caller      its tone, if approved; else the next rule that fits
    no rule fits                                  the company's default tone

Runs for each call that rings: it raises nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from dakehu.kernel.periods import Callers, Period

ToneId = NewType("ToneId", int)


class Approval(StrEnum):
    """What the review said of a tone (VPN-17). A tone changed after it is submitted anew."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ToneRule:
    """A tone for some hours and some callers: no periods are all hours, None are all callers."""

    tone: ToneId
    periods: tuple[Period, ...] = ()
    callers: Callers | None = None

    def fits(self, call: RingingCall) -> bool:
        at_this_time = not self.periods or any(period.includes(call.at) for period in self.periods)
        return at_this_time and (self.callers is None or self.callers.includes(call.caller))


@dataclass(frozen=True, slots=True)
class ToneSettings:
    """A VPN's or a company's: rules in the order of their rank, then the default tone."""

    default: ToneId | None = None
    rules: tuple[ToneRule, ...] = ()
    personal_wins: bool = False


@dataclass(frozen=True, slots=True)
class RingingCall:
    """A call as it rings. `caller` is in national form, empty where it is withheld; `at` is local time.

    `crosses_group_edge` is false only for a call between two lines of one Centrex group: a line that is in
    none has its edge around itself.
    """

    caller: str
    at: datetime
    crosses_group_edge: bool = True


def ringback_tone(
    settings: ToneSettings | None,
    personal: ToneId | None,
    call: RingingCall,
    approvals: Mapping[ToneId, Approval],
) -> ToneId | None:
    """The tone to play to the caller; None for plain ringing. A tone missing in `approvals` never sounds."""
    if not call.crosses_group_edge:
        return None
    own = personal if personal is not None and _is_approved(personal, approvals) else None
    companys = _companys(settings, call, approvals) if settings is not None else None
    first, second = (own, companys) if settings is not None and settings.personal_wins else (companys, own)
    return second if first is None else first


def _companys(
    settings: ToneSettings, call: RingingCall, approvals: Mapping[ToneId, Approval]
) -> ToneId | None:
    fitting = (rule.tone for rule in settings.rules if rule.fits(call))
    wanted = (*fitting, settings.default)
    return next((tone for tone in wanted if tone is not None and _is_approved(tone, approvals)), None)


def _is_approved(tone: ToneId, approvals: Mapping[ToneId, Approval]) -> bool:
    return approvals.get(tone) is Approval.APPROVED
