"""A call as a value."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from dakehu.switch.callcontrol.decisions import Connect
from dakehu.switch.callcontrol.events import CALLER, Leg, Media
from dakehu.switch.callcontrol.reasons import Reason
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
    announces: bool = False


DEFAULT_TIMINGS = CallTimings()


@dataclass(frozen=True, slots=True)
class LastWord:
    """A refusal put off until it was explained."""

    status: int
    q850: int
    text: str


class Call(msgspec.Struct, frozen=True):
    """`record` is what its record would be if the call ended now, but for end and cause; `forwarded` the same
    of the part that a forwarding line pays.

    `connect` is the target in hand, `ringing` its legs that may still answer, `rung` those that said that
    they ring, `cancelling` legs that were told to stop and have not had their last word, `partner` the leg
    that answered, `legs` how many there were. `failure` is the most telling of what legs of this target
    failed for.

    `last_word` is what the caller is still to get after an announcement.

    `ack_owed` is the leg whose 200 carries the offer, to be acknowledged with the answer that the other leg
    brings in its own ACK. `reinvite_from` is the leg whose re-INVITE is on its way to the other, and
    `reinvite_offers` whether it carries the offer. `early_update` is whose UPDATE before the answer is on its
    way to which leg. `heard_ms` is when the caller and the partner were last
    known to live.
    """

    record: CallRecord
    timings: CallTimings = DEFAULT_TIMINGS
    state: CallState = CallState.NEW
    forwarded: CallRecord | None = None
    offer: Media | None = None
    connect: Connect | None = None
    ringing: tuple[Leg, ...] = ()
    rung: tuple[Leg, ...] = ()
    cancelling: tuple[Leg, ...] = ()
    partner: Leg = CALLER
    legs: int = 0
    failure: Reason | None = None
    last_word: LastWord | None = None
    ack_owed: Leg | None = None
    reinvite_from: Leg | None = None
    reinvite_offers: bool = True
    early_update: tuple[Leg, Leg] | None = None
    byes_open: int = 0
    heard_ms: tuple[int, int] = (0, 0)

    @property
    def records(self) -> tuple[CallRecord, ...]:
        return (self.record,) if self.forwarded is None else (self.record, self.forwarded)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to come from any leg."""
        return not (self.ringing or self.cancelling or self.byes_open or self.last_word)

    def other(self, leg: Leg) -> Leg:
        """Whom the leg talks to."""
        return self.partner if leg == CALLER else CALLER


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


def with_called(record: CallRecord, called: LineEntry) -> CallRecord:
    """The record, its called side filled in."""
    return msgspec.structs.replace(
        record,
        called_number=called.public_number,
        called_customer_id=called.customer_id,
        called_group_id=called.group_id,
    )


def connected(call: Call, connect: Connect) -> Call:
    """The call on its way to the target: what its records say from now on.

    A forwarded call has two: the caller's, to the line that forwards, and that line's, to the target. The
    second is known by the first's id and "+f".
    """
    diversion = connect.diversion
    first = connect.called if diversion is None else diversion.by
    record = msgspec.structs.replace(
        with_called(call.record, first),
        call_class=connect.call_class,
        shown_number=connect.shown_number,
        trace=connect.trace,
    )
    forwarded = None
    if diversion is not None:
        forwarded = CallRecord(
            record_id=f"{record.record_id}+f",
            call_id=record.call_id,
            calling_number=diversion.by.public_number,
            calling_customer_id=diversion.by.customer_id,
            calling_group_id=diversion.by.group_id,
            dialled=diversion.by.has.target(diversion.kind),
            begin_ms=record.begin_ms,
            call_class=diversion.call_class,
            shown_number=connect.shown_number,
            trace=connect.trace,
        )
        forwarded = with_called(forwarded, connect.called)
    return msgspec.structs.replace(call, record=record, forwarded=forwarded, connect=connect, failure=None)
