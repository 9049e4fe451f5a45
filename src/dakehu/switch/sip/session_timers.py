"""Session timers (RFC 4028): both ends of a dialog agree how often one of them shows that it is there.

The interval and who refreshes are agreed anew with each 2xx to INVITE or UPDATE. Who does not refresh ends
the session shortly before the interval is over; who does sends UPDATE or re-INVITE at half of it. As we stand
between two telephones, each leg has an agreement of its own, and one with a telephone that knows nothing of
it has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.faults import Fault, fault
from dakehu.switch.sip.grammar import LWS, number, parse_params
from dakehu.switch.sip.message import MAX_DELTA, Message, Request, Response
from dakehu.switch.sip.reliable import supports

TAG = "timer"
LEAST_S = 90
"""The shortest that anyone may ask for (section 4)."""
_EARLY_S = 32


class Refresher(StrEnum):
    """Whose work refreshing is, seen from the request that says so: its sender's or its receiver's."""

    UAC = "uac"
    UAS = "uas"


@dataclass(frozen=True, slots=True)
class SessionExpires:
    """The header: seconds, and who refreshes where that is said."""

    interval_s: int
    refresher: Refresher | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the header's value; raises `Malformed`."""
        digits, semicolon, rest = text.partition(";")
        params = parse_params(semicolon + rest, part="Session-Expires")
        try:
            refresher = Refresher((params["refresher"] or "").lower()) if "refresher" in params else None
        except ValueError:
            raise Malformed("Session-Expires", "unknown refresher") from None
        return cls(number(digits.strip(LWS), part="Session-Expires", limit=MAX_DELTA), refresher)

    @classmethod
    def of(cls, message: Message) -> Self | None:
        """What a message says; raises `Malformed`."""
        text = message.text("session-expires")
        return None if text is None else cls.parse(text)

    def __str__(self) -> str:
        return f"{self.interval_s}" + (f";refresher={self.refresher}" if self.refresher else "")


def least_of(message: Message) -> int:
    """Min-SE, 0 where it is not said; raises `Malformed`."""
    text = message.text("min-se")
    return 0 if text is None else number(text.partition(";")[0], part="Min-SE", limit=MAX_DELTA)


@dataclass(frozen=True, slots=True)
class TimerPolicy:
    """What we ask for, and the least and the most we grant, in seconds. `interval_s` 0: no timers of ours."""

    interval_s: int = 1800
    least_s: int = LEAST_S
    most_s: int = 7200


@dataclass(frozen=True, slots=True)
class SessionTimer:
    """An agreement. `interval_s` counts from the 2xx that made it."""

    interval_s: int
    we_refresh: bool

    @property
    def refresh_after_s(self) -> float:
        """When we refresh, if that is our work (section 7.4)."""
        return self.interval_s / 2

    @property
    def ends_after_s(self) -> float:
        """When we give the session up unless it was refreshed (section 10)."""
        if self.we_refresh:
            return float(self.interval_s)
        return self.interval_s - min(_EARLY_S, self.interval_s / 3)


def timer_for(request: Request, policy: TimerPolicy) -> SessionTimer | Fault | None:
    """What we agree to as the called side of an INVITE or UPDATE (section 9).

    422 refuses an interval that is too short. `None`: the other end knows no timers. Raises `Malformed`.
    """
    asked = SessionExpires.of(request)
    knows = supports(request, TAG)
    if asked is None:
        if not knows or not policy.interval_s:
            return None
        return SessionTimer(max(policy.interval_s, least_of(request)), we_refresh=False)
    if asked.interval_s < policy.least_s:
        if knows:
            return fault(422, ("Min-SE", str(policy.least_s)))
        asked = SessionExpires(policy.least_s)  # a proxy asked for one that does not know: we only may raise
    interval_s = max(min(asked.interval_s, policy.most_s), least_of(request))
    return SessionTimer(interval_s, we_refresh=not knows or asked.refresher is Refresher.UAS)


def timer_headers(timer: SessionTimer | None) -> list[tuple[str, str]]:
    """What our 2xx says of it. Where the other end is to refresh, it must understand that (section 9)."""
    if timer is None:
        return []
    who = Refresher.UAS if timer.we_refresh else Refresher.UAC
    headers = [("Session-Expires", str(SessionExpires(timer.interval_s, who)))]
    return headers if timer.we_refresh else [*headers, ("Require", TAG)]


def asking_headers(timer: SessionTimer | None, policy: TimerPolicy) -> list[tuple[str, str]]:
    """What an INVITE or UPDATE of ours says: the agreement in force, or what we should like one to be."""
    if timer is not None:
        who = Refresher.UAC if timer.we_refresh else Refresher.UAS
        return [("Session-Expires", str(SessionExpires(timer.interval_s, who)))]
    if not policy.interval_s:
        return []
    wanted = str(SessionExpires(policy.interval_s))
    return [("Session-Expires", wanted), ("Min-SE", str(policy.least_s))]


def timer_agreed(response: Response, policy: TimerPolicy) -> SessionTimer | None:
    """What the 2xx to our INVITE or UPDATE agrees to (section 7.2); `None`: there is no timer any more.

    An interval below the least is no agreement that we made. Raises `Malformed`.
    """
    said = SessionExpires.of(response)
    if said is None or said.interval_s < policy.least_s:
        return None
    return SessionTimer(said.interval_s, we_refresh=said.refresher is not Refresher.UAS)


def longer(refusal: Response, policy: TimerPolicy) -> TimerPolicy | None:
    """What to ask for after a 422 (section 7.3); `None` where that leads nowhere. Raises `Malformed`."""
    least = least_of(refusal)
    if refusal.status != 422 or least <= policy.interval_s or least > policy.most_s:
        return None
    return TimerPolicy(least, policy.least_s, policy.most_s)
