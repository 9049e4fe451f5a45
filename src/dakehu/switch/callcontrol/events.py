"""What happens to a call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from dakehu.switch.callcontrol.decisions import Answer, Connect, Decision
from dakehu.switch.callcontrol.sounds import Sounding
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.records.record import CallRecord

Leg = NewType("Leg", int)
"""A telephone's part in a call: 0 is the caller's, 1, 2, … are those of the telephones rung, in order."""
CALLER = Leg(0)
NOBODY = Leg(-1)


class TimerName(StrEnum):
    """`QUEUE`: it waits for an attendant too long. `NO_ANSWER`: it rings too long. `SILENT`: a telephone said
    nothing while another did. `SETTLE`: a leg told to stop says no more. `PROBE`: do all live? `RETRY`: after
    a glare. `RECALL`: parked too long.
    """

    NO_ANSWER = "no_answer"
    SILENT = "silent"
    SETTLE = "settle"
    PROBE = "probe"
    RETRY = "retry"
    RECALL = "recall"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Media:
    """A session description, passed on unread."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class InviteArrived:
    """A telephone calls; `decision` is what `decide` made of its digits."""

    decision: Answer
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
    """All that was to be said to the leg is said."""

    leg: Leg = CALLER


@dataclass(frozen=True, slots=True)
class Stopped:
    """The service ends the call."""


@dataclass(frozen=True, slots=True)
class Served:
    """An attendant is free for the call that waits."""

    connect: Connect


@dataclass(frozen=True, slots=True)
class Summoned:
    """The service itself calls a line: to say something, or to bring it to somebody once it answers."""

    connect: Connect
    says: Sounding | None


@dataclass(frozen=True, slots=True)
class LedOn:
    """The line that was summoned is to reach somebody: `decision` is where its `line` gets with `dialled`."""

    leg: Leg
    decision: Decision
    line: LineEntry
    dialled: str


@dataclass(frozen=True, slots=True)
class Referred:
    """`leg` hands its other side on (REFER, RFC 3515): `decision` is where its `line` gets with `dialled`."""

    leg: Leg
    decision: Decision
    line: LineEntry
    dialled: str


@dataclass(frozen=True, slots=True)
class Consulted:
    """`leg` wants to talk to somebody else meanwhile: `decision` is where its `line` gets with `dialled`."""

    leg: Leg
    decision: Decision
    line: LineEntry
    dialled: str


@dataclass(frozen=True, slots=True)
class Flashed:
    """`leg` pressed the hook: it wants something of us, and `key` is what, where it has said so.

    No key puts the other side on hold and gives dial tone, or goes back to it. With two sides 1 lets go of
    the present one, 2 goes to the other one, 3 makes a conference.
    """

    leg: Leg
    key: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """A leg of another call takes the place of `instead` here; its `records` come with it (RFC 3891)."""

    leg: Leg
    number: str
    instead: Leg
    records: tuple[CallRecord, ...]
    is_line: bool = True


@dataclass(frozen=True, slots=True)
class Parted:
    """`leg` went to another call, with all records: what is left here ends."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class PickedUp:
    """Another telephone, calling in on the new `leg`, takes the call that rings or is parked."""

    leg: Leg
    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Another telephone, calling in on the new `leg`, takes the place of `instead` (RFC 3891)."""

    leg: Leg
    number: str
    instead: Leg


@dataclass(frozen=True, slots=True)
class BrokeIn:
    """Another telephone, calling in on the new `leg`, comes into the talk (CTX-08)."""

    leg: Leg
    number: str


@dataclass(frozen=True, slots=True)
class Parked:
    """`leg` leaves its other side waiting, to be taken up again; `back` is where it goes if nobody does."""

    leg: Leg
    back: Connect


@dataclass(frozen=True, slots=True)
class Held:
    """`leg` puts its other side on hold from the console (CTX-08), or takes it back."""

    leg: Leg
    back: bool = False


@dataclass(frozen=True, slots=True)
class LetGo:
    """`leg` is to be hung up, the others stay: handing a call on from the console (VPN-10)."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class Released:
    """An attendant ends the call (CTX-08)."""


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
    | Served
    | Summoned
    | LedOn
    | Referred
    | Consulted
    | Flashed
    | Joined
    | Parted
    | PickedUp
    | TakenOver
    | BrokeIn
    | Parked
    | Held
    | LetGo
    | Released
)
