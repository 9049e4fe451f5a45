"""What happens to a call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from dakehu.switch.callcontrol.decisions import Decision

Leg = NewType("Leg", int)
"""A telephone's part in a call: 0 is the caller's, 1, 2, … are those of the telephones rung, in order."""
CALLER = Leg(0)


class TimerName(StrEnum):
    """`NO_ANSWER`: it rings too long. `SILENT`: a telephone said nothing while another did. `SETTLE`: a leg
    told to stop says no more. `PROBE`: do both live?
    """

    NO_ANSWER = "no_answer"
    SILENT = "silent"
    SETTLE = "settle"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Media:
    """A session description, passed on unread."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class InviteArrived:
    """A telephone calls; `decision` is what `decide` made of its digits."""

    decision: Decision
    media: Media | None


@dataclass(frozen=True, slots=True)
class Ringing:
    """A telephone answered provisionally, 180 or 183 (perhaps with early media)."""

    leg: Leg
    status: int
    media: Media | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A telephone answered 200."""

    leg: Leg
    media: Media | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A leg's INVITE failed: the telephone's status, or 408 and 503 for what got no answer."""

    leg: Leg
    status: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The caller gave up."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """`leg` acknowledged our 200 to its INVITE or re-INVITE."""

    leg: Leg
    media: Media | None


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """`leg` never acknowledged our 200."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class ReinviteArrived:
    """`leg` offers another session: hold, resume, another codec.

    `is_update`: by UPDATE, which may come before the call is answered and whose answer no ACK follows.
    """

    leg: Leg
    media: Media | None
    is_update: bool = False


@dataclass(frozen=True, slots=True)
class ReinviteAnswered:
    """`leg` gave the last word to the re-INVITE that we passed on."""

    leg: Leg
    status: int
    media: Media | None


@dataclass(frozen=True, slots=True)
class HungUp:
    """BYE from `leg`; it is answered already."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class ByeFinished:
    """`leg` answered our BYE, or never will."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class ProbeAnswered:
    """Whether `leg` still knows of the call."""

    leg: Leg
    is_alive: bool


@dataclass(frozen=True, slots=True)
class TimerFired:
    timer: TimerName


@dataclass(frozen=True, slots=True)
class Announced:
    """All that was to be said to the caller is said."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The service ends the call."""


Event = (
    InviteArrived
    | Ringing
    | Answered
    | Refused
    | Cancelled
    | Acknowledged
    | Unacknowledged
    | ReinviteArrived
    | ReinviteAnswered
    | HungUp
    | ByeFinished
    | ProbeAnswered
    | TimerFired
    | Announced
    | Stopped
)
