"""A call as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from dakehu.switch.callcontrol.decisions import Connect, Queue, Target
from dakehu.switch.callcontrol.events import Leg, Media
from dakehu.switch.callcontrol.plan import Op
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.callcontrol.sounds import Sounding
from dakehu.switch.callcontrol.states import CallState
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.records.record import CallRecord

LONGEST_DIALLED = 64


@dataclass(frozen=True, slots=True)
class CallTimings:
    """Seconds. `settle_s` is longer than an INVITE transaction can take after a CANCEL (64*T1).

    `announces`: refused callers are told why by a voice.
    """

    no_answer_s: float = 60.0
    silent_s: float = 4.0
    settle_s: float = 40.0
    probe_s: float = 600.0
    retry_s: float = 2.2
    park_s: float = 120.0
    queue_s: float = 300.0
    announces: bool = False


DEFAULT_TIMINGS = CallTimings()


@dataclass(frozen=True, slots=True)
class LastWord:
    """A refusal put off until it was explained."""

    status: int
    q850: int
    text: str


class Place(StrEnum):
    """What a leg is connected to."""

    PEER = "peer"  # the other leg in that place, end to end
    PORT = "port"  # hears us: hold music, ring-back, an announcement
    ROOM = "room"  # the call's conference
    APART = "apart"  # it comes from another call and is still to be connected


@dataclass(frozen=True, slots=True)
class Talker:
    """A leg that is up. `heard_ms` is when it was last known to live.

    `is_line` says that the number is that of a line of ours; else it is what another network gave.
    """

    leg: Leg
    number: str
    heard_ms: int
    place: Place = Place.PEER
    is_line: bool = True


class Purpose(StrEnum):
    """Why a further telephone is rung from within the call."""

    TRANSFER = "transfer"  # the one who asks goes, the other stays
    CONSULT = "consult"  # the one who asks talks to it while the other waits
    SUMMON = "summon"  # the service calls a line by itself: the call's first leg


@dataclass(frozen=True, slots=True)
class Trial:
    """A further telephone being rung from within the call, at the cost of the line of `by`.

    Without records it costs nothing: a parked call that comes back, a line that is summoned (`says` is for
    its ear; nothing means that it is to go on to somebody).
    """

    by: Leg
    purpose: Purpose
    records: tuple[CallRecord, ...]
    says: Sounding | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A further part of the call that was answered: closed when its `leg` goes, or with the call."""

    leg: Leg
    records: tuple[CallRecord, ...]


class Call(msgspec.Struct, frozen=True):
    """`record` is what its record would be if the call ended now, but for end and cause; `forwarded` the same
    of the part that a forwarding line pays. `parts` are what was added by transfer or consultation.

    `connect` is the target in hand, `ringing` its legs that may still answer, `rung` those that said that
    they ring, `cancelling` legs that were told to stop and have not had their last word, `legs` how many
    there were. `failure` is the most telling of what legs of this target failed for. `trial` says that the
    target is rung from within the call; `legs_before` is how many legs there were before this target's.

    `talkers` are the legs that are up. `plan` is how their media is being connected anew, `stage` the leg
    whose answer to its first step is awaited. `busy` are legs with a re-INVITE of ours, `unacked` those whose
    ACK to a 200 of ours is still to come: neither may get a re-INVITE now.

    `queue` is where it waits or has waited for an attendant; `plays` says that the caller hears something of
    ours before any answer, `tone` that it is the ring-back tone with that digest. `aside` is the leg that
    waits in a consultation. `back` is where a parked call goes when nobody takes it.
    `tied` is the leg with which the first part's records close, None where that is the call's own end.

    `last_word` is what the caller is still to get after an announcement.

    `ack_owed` is the leg whose 200 carries `owed_offer`, to be acknowledged with the answer that the other
    leg brings in its own ACK. `reinvite_from` is the leg whose re-INVITE is on its way to the other, and
    `reinvite_offers` whether it carries the offer; with `reinvite_acks` it is an INVITE and no UPDATE.
    `early_update` is whose UPDATE before the answer is on its way to which leg.
    """

    record: CallRecord
    timings: CallTimings = DEFAULT_TIMINGS
    state: CallState = CallState.NEW
    forwarded: CallRecord | None = None
    parts: tuple[Part, ...] = ()
    tied: Leg | None = None
    queue: Queue | None = None
    plays: bool = False
    tone: str = ""
    aside: Leg | None = None
    back: Connect | None = None
    offer: Media | None = None
    connect: Connect | None = None
    ringing: tuple[Leg, ...] = ()
    rung: tuple[Leg, ...] = ()
    cancelling: tuple[Leg, ...] = ()
    legs: int = 0
    legs_before: int = 0
    failure: Reason | None = None
    trial: Trial | None = None
    talkers: tuple[Talker, ...] = ()
    plan: tuple[Op, ...] = ()
    stage: Leg | None = None
    busy: tuple[Leg, ...] = ()
    unacked: tuple[Leg, ...] = ()
    last_word: LastWord | None = None
    ack_owed: Leg | None = None
    owed_offer: Media | None = None
    reinvite_from: Leg | None = None
    reinvite_offers: bool = True
    reinvite_acks: bool = True
    early_update: tuple[Leg, Leg] | None = None
    byes_open: int = 0

    @property
    def records(self) -> tuple[CallRecord, ...]:
        """All of them, the first one first."""
        first = (self.record,) if self.forwarded is None else (self.record, self.forwarded)
        return (*first, *(record for part in self.parts for record in part.records))

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to come from any leg."""
        return not (self.ringing or self.cancelling or self.byes_open or self.last_word)

    @property
    def caller_is_line(self) -> bool:
        """Whether a line of ours calls, and not another network, which is no customer."""
        return self.record.calling_customer_id != 0

    def talker(self, leg: Leg) -> Talker | None:
        """The leg, if it is up."""
        return next((talker for talker in self.talkers if talker.leg == leg), None)

    def peer(self, leg: Leg) -> Leg | None:
        """Whom the leg talks to end to end."""
        talker = self.talker(leg)
        if talker is None or talker.place is not Place.PEER:
            return None
        others = (each.leg for each in self.talkers if each.place is Place.PEER and each.leg != leg)
        return next(others, None)


def new_call(
    *,
    record_id: str,
    call_id: str,
    caller: LineEntry,
    dialled: str,
    now_ms: int,
    timings: CallTimings = DEFAULT_TIMINGS,
) -> Call:
    """The call of a telephone that has just dialled. `call_id` is the Call-ID of its INVITE."""
    return Call(
        CallRecord(
            record_id=record_id,
            call_id=call_id,
            calling_number=caller.public_number,
            calling_customer_id=caller.customer_id,
            calling_group_id=caller.group_id,
            dialled=dialled[:LONGEST_DIALLED],
            begin_ms=now_ms,
        ),
        timings,
    )


def target_of(call: Call, leg: Leg) -> Target | None:
    """Whose telephone the leg is, of those in hand."""
    place = leg - call.legs_before
    for target in call.connect.targets if call.connect is not None else ():
        place -= target.telephones
        if place <= 0:
            return target
    return None
