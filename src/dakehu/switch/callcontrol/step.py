"""Moving a call on: `step(call, event, now_ms)` gives the call as it is then, and what is to be done.

    A           this call            B
    | INVITE  →                      |
    |           decide               |
    |                     → INVITE   |
    |                     ← 180      |
    | ← 180                          |
    |                     ← 200      |
    |           journal the answer   |
    | ← 200               → ACK      |
    | ACK →                          |
    |    re-INVITE either way: passed on, answered by the other side's answer
    | BYE →               → BYE      |
    |           write the record     |

An offer goes through whole, whichever message carries it. Where A's INVITE brings none, B's 200 does, and its
ACK waits for A's. The same holds for re-INVITEs. One re-INVITE at a time: another is answered 491 (RFC 3261
section 14.2).

An event that means nothing in the call's state changes nothing: messages that crossed on the wire arrive
late by right. Time is in milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, with_called
from dakehu.switch.callcontrol.events import Event, Leg, TimerName
from dakehu.switch.callcontrol.reasons import REFUSALS, Reason, reason_of, status_towards_caller
from dakehu.switch.callcontrol.routing import Connect, Deny
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.records.record import CallRecord, EndCause, Party

Step = tuple[Call, tuple[Action, ...]]

_PARTY = {Leg.A: Party.CALLER, Leg.B: Party.CALLED}


def step(call: Call, event: Event, now_ms: int) -> Step:
    """The call after the event, and what to do in order. Raises nothing."""
    return _HANDLERS[type(event)](call, event, now_ms)


# --- setting up


def _invite(call: Call, event: events.InviteArrived, now_ms: int) -> Step:
    decision = event.decision
    move = Move.CONNECT if isinstance(decision, Connect) else Move.DENY
    if not CALL_STATES.allows(call.state, move):
        return call, ()
    if isinstance(decision, Deny):
        return _deny(call, decision, now_ms)
    record = replace(
        with_called(call.record, decision.called),
        call_class=decision.call_class,
        shown_number=decision.shown_number,
        trace=decision.trace,
    )
    moved = replace(
        call, record=record, state=CALL_STATES.move(call.state, move), offers=event.media is not None
    )
    return moved, (
        actions.SendInvite(decision.called, decision.shown_number, event.media),
        actions.StartTimer(TimerName.NO_ANSWER, call.timings.no_answer_s),
    )


def _deny(call: Call, decision: Deny, now_ms: int) -> Step:
    record = call.record
    if decision.called is not None:
        record = with_called(record, decision.called)
    record = replace(
        record,
        called_number=decision.called_number,
        call_class=decision.call_class,
        trace=decision.trace,
    )
    refusal = REFUSALS[decision.reason]
    record = _ended(record, refusal.cause, refusal.by, now_ms, refusal.status)
    moved = replace(call, record=record, state=CALL_STATES.move(call.state, Move.DENY))
    return moved, (
        actions.Refuse(refusal.status, refusal.q850, refusal.text),
        actions.WriteRecord(record),
    )


def _ringing(call: Call, event: events.Ringing, _now_ms: int) -> Step:
    if call.state not in {CallState.CALLING, CallState.RINGING}:
        return call, ()
    moved = replace(call, state=CALL_STATES.move(call.state, Move.RING))
    return moved, (actions.SendRinging(event.status, event.media),)


def _answered(call: Call, event: events.Answered, now_ms: int) -> Step:
    if not CALL_STATES.allows(call.state, Move.ANSWER):
        return call, ()
    state = CALL_STATES.move(call.state, Move.ANSWER)
    if state is CallState.ENDING:  # the 200 crossed our CANCEL
        moved = replace(call, state=state, byes_open=1)
        settle = actions.StopTimer(TimerName.SETTLE)
        return moved, (settle, actions.SendAck(Leg.B, None), actions.SendBye(Leg.B))
    record = replace(call.record, answer_ms=now_ms, status=200)
    moved = replace(
        call,
        record=record,
        state=state,
        ack_owed=None if call.offers else Leg.B,
        heard_ms=(now_ms, now_ms),
    )
    ack = (actions.SendAck(Leg.B, None),) if call.offers else ()
    return moved, (
        actions.StopTimer(TimerName.NO_ANSWER),
        actions.JournalAnswer(record),
        *ack,
        actions.Answer(event.media),
        actions.StartTimer(TimerName.PROBE, call.timings.probe_s),
    )


def _refused(call: Call, event: events.Refused, now_ms: int) -> Step:
    if not CALL_STATES.allows(call.state, Move.REFUSE):
        return call, ()
    state = CALL_STATES.move(call.state, Move.REFUSE)
    if call.state is CallState.CANCELLING:
        return replace(call, state=state), (actions.StopTimer(TimerName.SETTLE),)
    refusal = REFUSALS[reason_of(event.status)]
    status = status_towards_caller(event.status)
    record = _ended(call.record, refusal.cause, refusal.by, now_ms, status)
    return replace(call, record=record, state=state), (
        actions.StopTimer(TimerName.NO_ANSWER),
        actions.Refuse(status, refusal.q850, refusal.text),
        actions.WriteRecord(record),
    )


def _give_up(call: Call, reason: Reason, now_ms: int) -> Step:
    refusal = REFUSALS[reason]
    record = _ended(call.record, refusal.cause, refusal.by, now_ms, refusal.status)
    moved = replace(call, record=record, state=CALL_STATES.move(call.state, Move.GIVE_UP))
    return moved, (
        actions.StopTimer(TimerName.NO_ANSWER),
        actions.Refuse(refusal.status, refusal.q850, refusal.text),
        actions.CancelInvite(),
        actions.StartTimer(TimerName.SETTLE, call.timings.settle_s),
        actions.WriteRecord(record),
    )


def _cancelled(call: Call, _event: events.Cancelled, now_ms: int) -> Step:
    if not CALL_STATES.allows(call.state, Move.GIVE_UP):
        return call, ()
    return _give_up(call, Reason.CANCELLED, now_ms)


# --- during the call


def _acknowledged(call: Call, event: events.Acknowledged, _now_ms: int) -> Step:
    if call.state is not CallState.UP or call.ack_owed is not event.leg.other:
        return call, ()
    return replace(call, ack_owed=None), (actions.SendAck(event.leg.other, event.media),)


def _reinvite(call: Call, event: events.ReinviteArrived, _now_ms: int) -> Step:
    if call.state is not CallState.UP:
        before = call.state in {CallState.CALLING, CallState.RINGING}
        return call, (actions.AnswerReinvite(event.leg, 491 if before else 481),)
    if call.reinvite_from is not None or call.ack_owed is not None:
        return call, (actions.AnswerReinvite(event.leg, 491),)
    moved = replace(call, reinvite_from=event.leg, reinvite_offers=event.media is not None)
    return moved, (actions.SendReinvite(event.leg.other, event.media),)


def _reinvite_answered(call: Call, event: events.ReinviteAnswered, now_ms: int) -> Step:
    success = 200 <= event.status < 300
    if call.state is not CallState.UP or call.reinvite_from is not event.leg.other:
        return call, (actions.SendAck(event.leg, None),) if success else ()
    asker = event.leg.other
    moved = replace(call, reinvite_from=None)
    if success and call.reinvite_offers:
        answer = actions.AnswerReinvite(asker, 200, event.media)
        return moved, (actions.SendAck(event.leg, None), answer)
    if success:
        return replace(moved, ack_owed=event.leg), (actions.AnswerReinvite(asker, 200, event.media),)
    answer = actions.AnswerReinvite(asker, _status_in_call(event.status))
    if event.status not in _GONE:
        return moved, (answer,)
    ended, todo = _lost(moved, event.leg, now_ms)
    return ended, (answer, *todo)


def _probe_answered(call: Call, event: events.ProbeAnswered, now_ms: int) -> Step:
    if call.state is not CallState.UP:
        return call, ()
    if not event.is_alive:
        return _lost(call, event.leg, now_ms)
    heard_a, heard_b = call.heard_ms
    return replace(call, heard_ms=(now_ms, heard_b) if event.leg is Leg.A else (heard_a, now_ms)), ()


# --- ending


def _hung_up(call: Call, event: events.HungUp, now_ms: int) -> Step:
    if event.leg is Leg.A and CALL_STATES.allows(call.state, Move.GIVE_UP):
        return _give_up(call, Reason.CANCELLED, now_ms)  # BYE in an early dialog (RFC 3261 section 15)
    if call.state is not CallState.UP:
        return call, ()
    record = _ended(call.record, EndCause.COMPLETED, _PARTY[event.leg], now_ms)
    return _end(call, record, (event.leg.other,))


def _unacknowledged(call: Call, _event: events.Unacknowledged, now_ms: int) -> Step:
    if call.state is not CallState.UP:
        return call, ()
    record = _ended(call.record, EndCause.FAILED, Party.NETWORK, now_ms)
    return _end(call, record, (Leg.A, Leg.B))


def _stopped(call: Call, _event: events.Stopped, now_ms: int) -> Step:
    if CALL_STATES.allows(call.state, Move.GIVE_UP):
        return _give_up(call, Reason.STOPPING, now_ms)
    if call.state is not CallState.UP:
        return call, ()
    record = _ended(call.record, EndCause.INTERRUPTED, Party.NETWORK, now_ms)
    return _end(call, record, (Leg.A, Leg.B))


def _lost(call: Call, leg: Leg, _now_ms: int) -> Step:
    heard = call.heard_ms[0 if leg is Leg.A else 1]
    record = _ended(call.record, EndCause.LOST, Party.NETWORK, heard)
    return _end(call, record, (Leg.A, Leg.B))


def _end(call: Call, record: CallRecord, to: tuple[Leg, ...]) -> Step:
    """Hang up; what is still owed to a leg is paid first."""
    todo: list[Action] = [actions.StopTimer(TimerName.PROBE)]
    if call.ack_owed is not None:
        todo.append(actions.SendAck(call.ack_owed, None))
    if call.reinvite_from is not None:
        todo.append(actions.AnswerReinvite(call.reinvite_from, 487))
    todo += [actions.SendBye(leg) for leg in to]
    moved = replace(
        call,
        record=record,
        state=CALL_STATES.move(call.state, Move.HANG_UP),
        ack_owed=None,
        reinvite_from=None,
        byes_open=len(to),
    )
    return moved, (*todo, actions.WriteRecord(record))


def _bye_finished(call: Call, _event: events.ByeFinished, _now_ms: int) -> Step:
    if call.state is not CallState.ENDING:
        return call, ()
    if call.byes_open > 1:
        return replace(call, byes_open=call.byes_open - 1), ()
    return replace(call, byes_open=0, state=CALL_STATES.move(call.state, Move.FINISH)), ()


def _timer(call: Call, event: events.TimerFired, now_ms: int) -> Step:
    match event.timer:
        case TimerName.NO_ANSWER if CALL_STATES.allows(call.state, Move.GIVE_UP):
            return _give_up(call, Reason.NO_ANSWER, now_ms)
        case TimerName.SETTLE if call.state is CallState.CANCELLING:
            return replace(call, state=CALL_STATES.move(call.state, Move.FINISH)), ()
        case TimerName.PROBE if call.state is CallState.UP:
            again = actions.StartTimer(TimerName.PROBE, call.timings.probe_s)
            return call, (actions.SendProbe(Leg.A), actions.SendProbe(Leg.B), again)
    return call, ()


def _ended(record: CallRecord, cause: EndCause, by: Party, end_ms: int, status: int = 200) -> CallRecord:
    return replace(record, cause=cause, ended_by=by, end_ms=end_ms, status=status)


_GONE = frozenset({408, 481})
_OURS = frozenset({401, 407, 503})


def _status_in_call(status: int) -> int:
    """What the asker of a re-INVITE is told; what lies between us and the other leg alone is our fault."""
    return 500 if status in _OURS or status < 400 else status


_HANDLERS: dict[type[Event], Callable[[Call, Any, int], Step]] = {
    events.InviteArrived: _invite,
    events.Ringing: _ringing,
    events.Answered: _answered,
    events.Refused: _refused,
    events.Cancelled: _cancelled,
    events.Acknowledged: _acknowledged,
    events.Unacknowledged: _unacknowledged,
    events.ReinviteArrived: _reinvite,
    events.ReinviteAnswered: _reinvite_answered,
    events.HungUp: _hung_up,
    events.ByeFinished: _bye_finished,
    events.ProbeAnswered: _probe_answered,
    events.TimerFired: _timer,
    events.Stopped: _stopped,
}
