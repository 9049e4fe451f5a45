"""The records of a call: who pays for which part, from when to when.

The first part is the caller's. A line that forwards pays the part from it to the target, known by the
first's id and "+f"; so does a main number that has further numbers rung. A line that transfers or consults
pays the part to the telephone it has called: "+t" and the number of its leg.
"""

from __future__ import annotations

from dataclasses import replace as changed

from msgspec.structs import replace

from dakehu.numbering.domain.featurecodes import masked
from dakehu.switch.callcontrol import actions
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, Part, Trial, target_of
from dakehu.switch.callcontrol.decisions import Called, Connect, Target
from dakehu.switch.callcontrol.events import Leg
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.records.record import CallRecord, EndCause, Party

Step = tuple[Call, tuple[Action, ...]]
Records = tuple[CallRecord, ...]


def with_called(record: CallRecord, called: Called) -> CallRecord:
    """The record, its called side filled in."""
    return replace(
        record,
        called_number=called.public_number,
        called_customer_id=called.customer_id,
        called_group_id=called.group_id,
    )


def connected(call: Call, connect: Connect) -> Call:
    """The call on its way to the target: what its records say from now on.

    Where several ring, whether a line pays the way to one of them is only known when that answers.
    """
    moved = _towards(replace(call, connect=connect, failure=None), connect, connect.first)
    if not connect.also:
        return moved
    trial = changed(moved.trial, records=moved.trial.records[:1]) if moved.trial is not None else None
    return replace(moved, forwarded=None, trial=trial)


def counted(call: Call, leg: Leg) -> Call:
    """The call whose leg answers: of several targets the one that it belongs to counts."""
    target = target_of(call, leg)
    if call.connect is None or not call.connect.also or target is None:
        return call
    return _towards(call, call.connect, target)


def part_of(call: Call, line: LineEntry, dialled: str, now_ms: int) -> CallRecord:
    """The record of a further part, begun by a line from within the call."""
    return CallRecord(
        record_id=f"{call.record.record_id}+t{call.legs + 1}",
        call_id=call.record.call_id,
        calling_number=line.public_number,
        calling_customer_id=line.customer_id,
        calling_group_id=line.group_id,
        dialled=masked(dialled),
        begin_ms=now_ms,
    )


def answer(records: Records, now_ms: int) -> Records:
    """The records of what is being answered."""
    return tuple(replace(record, answer_ms=now_ms, status=200) for record in records)


def close(
    call: Call, cause: EndCause, by: Party, end_ms: int, status: int = 200, *, leg: Leg | None = None
) -> Step:
    """Close what is still open, with `leg` only what ends with it, and write that to the disk."""

    def shut(record: CallRecord) -> CallRecord:
        if record.end_ms:
            return record
        return replace(record, cause=cause, ended_by=by, end_ms=max(end_ms, record.answer_ms), status=status)

    first = leg is None or call.tied == leg
    moved = replace(
        call,
        record=shut(call.record) if first else call.record,
        forwarded=shut(call.forwarded) if first and call.forwarded else call.forwarded,
        parts=tuple(
            Part(part.leg, tuple(map(shut, part.records))) if leg in {None, part.leg} else part
            for part in call.parts
        ),
    )
    before = {record.record_id for record in call.records if record.end_ms}
    written = (each for each in moved.records if each.end_ms and each.record_id not in before)
    return moved, tuple(map(actions.WriteRecord, written))


def close_trial(trial: Trial, cause: EndCause, by: Party, end_ms: int, status: int) -> tuple[Action, ...]:
    """Nobody answered the further telephone."""
    return tuple(
        actions.WriteRecord(replace(record, cause=cause, ended_by=by, end_ms=end_ms, status=status))
        for record in trial.records
    )


def _towards(call: Call, connect: Connect, target: Target) -> Call:
    if call.trial is not None:
        records = _records(call.trial.records[0], connect, target) if call.trial.records else ()
        return replace(call, trial=changed(call.trial, records=records))
    record, *forwarded = _records(call.record, connect, target)
    return replace(call, record=record, forwarded=forwarded[0] if forwarded else None)


def _records(record: CallRecord, connect: Connect, target: Target) -> Records:
    """The record towards the target, and that of the line that has the call come on to it."""
    diversion = target.diversion
    first = target.called if diversion is None else diversion.by
    record = replace(
        with_called(record, first),
        call_class=connect.call_class,
        shown_number=target.shown_number,
        trace=connect.trace,
        authorised_by=connect.authorised_by,
    )
    if diversion is None:
        return (record,)
    forwarded = CallRecord(
        record_id=f"{record.record_id}+f",
        call_id=record.call_id,
        calling_number=diversion.by.public_number,
        calling_customer_id=diversion.by.customer_id,
        calling_group_id=diversion.by.group_id,
        dialled=diversion.target,
        begin_ms=record.begin_ms,
        call_class=diversion.call_class,
        shown_number=target.shown_number,
        trace=connect.trace,
    )
    return record, with_called(forwarded, target.called)
