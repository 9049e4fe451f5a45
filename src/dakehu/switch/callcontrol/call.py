"""A call as a value."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from dakehu.switch.callcontrol.events import Leg
from dakehu.switch.callcontrol.states import CallState
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.records.record import CallRecord

LONGEST_DIALLED = 64


@dataclass(frozen=True, slots=True)
class CallTimings:
    """Seconds. `settle_s` is longer than B's INVITE transaction can take after a CANCEL (64*T1)."""

    no_answer_s: float = 60.0
    settle_s: float = 40.0
    probe_s: float = 600.0


DEFAULT_TIMINGS = CallTimings()


class Call(msgspec.Struct, frozen=True):
    """`record` is what its record would be if the call ended now, but for end and cause.

    `ack_owed` is the leg whose 200 carries the offer, to be acknowledged with the answer that the other leg
    brings in its own ACK. `reinvite_from` is the leg whose re-INVITE is on its way to the other, and
    `reinvite_offers` whether it carries the offer. `heard_ms` is when each leg (A, B) was last known to live.
    """

    record: CallRecord
    timings: CallTimings = DEFAULT_TIMINGS
    state: CallState = CallState.NEW
    ack_owed: Leg | None = None
    offers: bool = True
    reinvite_from: Leg | None = None
    reinvite_offers: bool = True
    byes_open: int = 0
    heard_ms: tuple[int, int] = (0, 0)


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
