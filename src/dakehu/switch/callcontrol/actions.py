"""What a call asks to be done, in order."""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.numbering.domain.featurecodes import Told
from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol.decisions import Called, Diversion, Wish
from dakehu.switch.callcontrol.events import Leg, Media, TimerName
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.callcontrol.sounds import EarlySound, Sounding
from dakehu.switch.records.record import CallRecord


@dataclass(frozen=True, slots=True)
class SendInvite:
    """Call a telephone of `called`, or by trunk, on a new leg, showing `shown_number`.

    `telephone` counts those that are signed in, the preferred first. `diversion` is who forwards the call.
    `to_port` offers a port of ours in place of `media`.
    It `waits` where the line is in another call.
    """

    leg: Leg
    called: Called
    telephone: int
    shown_number: str
    media: Media | None
    diversion: Diversion | None = None
    waits: bool = False
    to_port: bool = False


@dataclass(frozen=True, slots=True)
class SendRinging:
    """Tell the caller that it rings, or play early media; that the call `waits`, too."""

    status: int
    media: Media | None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the caller with 200."""

    media: Media | None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse the caller. `q850` and `text` go into Reason."""

    status: int
    q850: int
    text: str


@dataclass(frozen=True, slots=True)
class CancelInvite:
    """Cancel the leg's INVITE."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class SendAck:
    """Acknowledge the leg's 200 to the last INVITE that we sent it."""

    leg: Leg
    media: Media | None


@dataclass(frozen=True, slots=True)
class SendBye:
    leg: Leg


@dataclass(frozen=True, slots=True)
class SendReinvite:
    """Offer the leg another session, by UPDATE if it was asked for so and the telephone understands it."""

    leg: Leg
    media: Media | None
    by_update: bool = False


@dataclass(frozen=True, slots=True)
class AnswerReinvite:
    """The last word to the leg's re-INVITE."""

    leg: Leg
    status: int
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class OfferPort:
    """Re-INVITE the leg with the offer of a port of ours; `ReinviteAnswered` follows."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class AnswerFromPort:
    """Answer the leg's re-INVITE by the port that it hears."""

    leg: Leg
    media: Media | None


@dataclass(frozen=True, slots=True)
class AckFromPort:
    """Acknowledge the 200 with which the leg made an offer, answered by a port of ours."""

    leg: Leg
    offer: Media


@dataclass(frozen=True, slots=True)
class AnswerAtPort:
    """Answer the leg's INVITE with 200 and a port of ours."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class Attach:
    """Let the leg's port give it something to hear, or (None) connect it to the call's conference."""

    leg: Leg
    hears: Sounding | None


@dataclass(frozen=True, slots=True)
class Detach:
    """The leg hears us no more: its port is given back."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class Collect:
    """Listen for what the leg dials: `Consulted` or, with `choice`, `Flashed` with a key follows."""

    leg: Leg
    choice: bool


@dataclass(frozen=True, slots=True)
class LeadOn:
    """The leg, summoned by us, is there: find out where it is to go. `LedOn` follows."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class Remember:
    """The line wants to be called later, or no more."""

    number: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class Attend:
    """The line serves its VPN's attendant number from now on, or no more: the records carry it out."""

    number: str
    attends: bool


@dataclass(frozen=True, slots=True)
class AnswerRefer:
    """Accept the leg's REFER (202), or refuse it."""

    leg: Leg
    status: int


@dataclass(frozen=True, slots=True)
class NotifyTransfer:
    """Tell the leg how the transfer goes (RFC 3515): 100, 180, or the last word."""

    leg: Leg
    status: int


@dataclass(frozen=True, slots=True)
class SendProbe:
    """Ask the leg, inside its dialog, whether it still knows of the call."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class StartTimer:
    """A timer of that name replaces the one before."""

    timer: TimerName
    after_s: float


@dataclass(frozen=True, slots=True)
class StopTimer:
    timer: TimerName


@dataclass(frozen=True, slots=True)
class JournalAnswer:
    """Note that the call is up before anyone is told."""

    record: CallRecord


@dataclass(frozen=True, slots=True)
class WriteRecord:
    """The only record of the call, or of the part that a forwarding line pays."""

    record: CallRecord


@dataclass(frozen=True, slots=True)
class Announce:
    """Let the caller hear `what`: before an answer (183), or answering it with 200 (`answers`).

    `Announced` follows when all is said, at once where nothing can be said.
    """

    what: Reason | Told
    offer: Media | None
    answers: bool = False


@dataclass(frozen=True, slots=True)
class PlayEarly:
    """Let the caller hear this until something else is done, before any answer."""

    sound: EarlySound
    offer: Media


@dataclass(frozen=True, slots=True)
class Enqueue:
    """The call waits for an attendant of `desk`, `first` of all where it has had its turn already."""

    desk: str
    consoles: tuple[str, ...]
    first: bool = False


@dataclass(frozen=True, slots=True)
class StopAnnouncing:
    """Say no more; no `Announced` follows."""


@dataclass(frozen=True, slots=True)
class KeepServices:
    """The subscriber has changed the line's services: they count from now on."""

    number: str
    services: Services


Action = (
    SendInvite
    | SendRinging
    | Answer
    | Refuse
    | CancelInvite
    | SendAck
    | SendBye
    | SendReinvite
    | AnswerReinvite
    | OfferPort
    | AckFromPort
    | AnswerFromPort
    | AnswerAtPort
    | Attach
    | Detach
    | Collect
    | LeadOn
    | Remember
    | Attend
    | AnswerRefer
    | NotifyTransfer
    | SendProbe
    | StartTimer
    | StopTimer
    | JournalAnswer
    | WriteRecord
    | Announce
    | PlayEarly
    | Enqueue
    | StopAnnouncing
    | KeepServices
)
