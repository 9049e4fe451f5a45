"""Which ring-back tone (悦铃) a caller hears instead of ringing (VPN-16, VPN-17, IN-07).

Three may have tones for a line: its VPN, its Centrex group, and the line itself. Each has rules by time of
day and caller, and a default. They are asked in that order; where the company says that the personal tone
wins, the line is asked first. Whoever has nothing to play leaves it to the next.

    the call stays inside a Centrex group         none: the group's plain ringing
    the first rule that fits time and caller      its tone
    no rule fits                                  the owner's default tone, if any

A tone is named by any key: a row's id in the records, the digest of its sound in the voice directory. What
is not approved never gets from the one to the other (`published`), so it counts as not there.

Runs for each call that rings: it raises nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from dakehu.kernel.periods import Callers, Period

K = TypeVar("K")
D = TypeVar("D")


class Owner(StrEnum):
    """Whose a tone is."""

    VPN = "vpn"
    GROUP = "group"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class ToneRule(Generic[K]):
    """A tone for some hours and some callers: no periods are all hours, None are all callers."""

    tone: K
    periods: tuple[Period, ...] = ()
    callers: Callers | None = None

    def fits(self, call: RingingCall) -> bool:
        at_this_time = not self.periods or any(period.includes(call.at) for period in self.periods)
        return at_this_time and (self.callers is None or self.callers.includes(call.caller))


@dataclass(frozen=True, slots=True)
class ToneSettings(Generic[K]):
    """An owner's: rules in the order of their rank, then the default tone.

    `personal_wins` counts with a company alone: the line's VPN, or its group where it is in none.
    """

    default: K | None = None
    rules: tuple[ToneRule[K], ...] = ()
    personal_wins: bool = False

    def tone(self, call: RingingCall) -> K | None:
        """What this owner has for the call."""
        return next((rule.tone for rule in self.rules if rule.fits(call)), self.default)


@dataclass(frozen=True, slots=True)
class RingingCall:
    """A call as it rings. `caller` is in national form, empty where it is withheld; `at` is local time.

    `crosses_group_edge` is false only for a call between two lines of one Centrex group: a line that is in
    none has its edge around itself.
    """

    caller: str
    at: datetime
    crosses_group_edge: bool = True


@dataclass(frozen=True, slots=True)
class Heard(Generic[K]):
    """The tone to play to the caller, and whose it is."""

    tone: K
    owner: Owner


def ringback_tone(
    call: RingingCall,
    vpn: ToneSettings[K] | None,
    group: ToneSettings[K] | None,
    line: ToneSettings[K] | None,
) -> Heard[K] | None:
    """What the caller hears; None for plain ringing."""
    if not call.crosses_group_edge:
        return None
    order = [(Owner.VPN, vpn), (Owner.GROUP, group), (Owner.LINE, line)]
    company = vpn if vpn is not None else group
    if company is not None and company.personal_wins:
        order = [order[-1], *order[:-1]]
    for owner, settings in order:
        tone = settings.tone(call) if settings is not None else None
        if tone is not None:
            return Heard(tone, owner)
    return None


def published(settings: ToneSettings[K], approved: Mapping[K, D]) -> ToneSettings[D] | None:
    """The settings with what may sound alone, by the keys that `approved` gives; None where nothing is left.

    A company without a tone that still says that the personal one wins says something: it stays.
    """
    rules = tuple(
        ToneRule(approved[rule.tone], rule.periods, rule.callers)
        for rule in settings.rules
        if rule.tone in approved
    )
    default = approved.get(settings.default) if settings.default is not None else None
    if default is None and not rules and not settings.personal_wins:
        return None
    return ToneSettings(default, rules, settings.personal_wins)
