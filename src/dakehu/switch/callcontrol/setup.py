"""From an INVITE to an answer: ringing, several telephones, forwarding, giving up."""

from __future__ import annotations

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, LastWord, connected, target_of, with_called, won
from dakehu.switch.callcontrol.decisions import Connect, Deny, OffNet, Serve, Target
from dakehu.switch.callcontrol.events import CALLER, Leg, Media, TimerName
from dakehu.switch.callcontrol.reasons import (
    REFUSALS,
    UNSPOKEN,
    Failure,
    Reason,
    Refusal,
    failure_of,
    more_telling,
    reason_of,
    reason_off_net,
    status_towards_caller,
)
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.records.record import CallRecord, EndCause, Party

Step = tuple[Call, tuple[Action, ...]]
_WAITING = frozenset({CallState.CANCELLING, CallState.ENDING})
NO_ANSWER_STOPS = actions.StopTimer(TimerName.NO_ANSWER)


def invited(call: Call, event: events.InviteArrived, now_ms: int) -> Step:
    """A telephone calls."""
    if call.state is not CallState.NEW:
        return call, ()
    call = replace(call, offer=event.media)
    match event.decision:
        case Connect() as connect:
            return _ring(replace(call, state=CALL_STATES.move(call.state, Move.CONNECT)), connect)
        case Deny() as deny:
            return _deny(call, deny, now_ms)
        case Serve() as serve:
            return _serve(call, serve, now_ms)


def ringing(call: Call, event: events.Ringing, _now_ms: int) -> Step:
    """A telephone rings. While several do, none of them is heard: the caller's ring-back stands for all."""
    if event.leg not in call.ringing:
        return call, ()
    rung = call.rung if event.leg in call.rung else (*call.rung, event.leg)
    moved = replace(call, state=CALL_STATES.move(call.state, Move.RING), rung=rung)
    if len(call.ringing) > 1:
        return moved, (actions.SendRinging(180, None, _waits(call)),)
    return moved, (actions.SendRinging(event.status, event.media, _waits(call)),)


def answered(call: Call, event: events.Answered, now_ms: int) -> Step:
    """A telephone answers: the first wins, the others are told to stop."""
    if event.leg in call.cancelling:  # the 200 crossed our CANCEL
        left = _left(call.cancelling, event.leg)
        moved = replace(call, cancelling=left, byes_open=call.byes_open + 1)
        if call.state in _WAITING:
            moved = replace(moved, state=CALL_STATES.move(call.state, Move.ANSWER))
        return moved, (*_settling(left), actions.SendAck(event.leg, None), actions.SendBye(event.leg))
    if event.leg not in call.ringing:
        return call, ()
    call = won(call, event.leg)
    others = _left(call.ringing, event.leg)
    record = replace(call.record, answer_ms=now_ms, status=200)
    forwarded = replace(call.forwarded, answer_ms=now_ms, status=200) if call.forwarded else None
    moved = replace(
        call,
        record=record,
        forwarded=forwarded,
        state=CALL_STATES.move(call.state, Move.ANSWER),
        partner=event.leg,
        ringing=(),
        cancelling=(*call.cancelling, *others),
        ack_owed=None if call.offer is not None else event.leg,
        heard_ms=(now_ms, now_ms),
    )
    return moved, (
        NO_ANSWER_STOPS,
        *(actions.JournalAnswer(each) for each in moved.records),
        *((actions.SendAck(event.leg, None),) if call.offer is not None else ()),
        actions.Answer(event.media),
        actions.StartTimer(TimerName.PROBE, call.timings.probe_s),
        *_cancel(call, others),
    )


def refused(call: Call, event: events.Refused, now_ms: int) -> Step:
    """A telephone refuses or can't be had; when none is left the call goes on to the next target, if any."""
    if event.leg in call.cancelling:
        left = _left(call.cancelling, event.leg)
        return settled(replace(call, cancelling=left)), _settling(left)
    if event.leg not in call.ringing:
        return call, ()
    target = target_of(call, event.leg)
    if target is not None and isinstance(target.called, OffNet):
        return _lost_leg(call, event.leg, reason_off_net(event.status), None, now_ms)
    reason = reason_of(event.status)
    return _lost_leg(call, event.leg, reason, status_towards_caller(event.status), now_ms)


def _lost_leg(call: Call, leg: Leg, why: Reason, status: int | None, now_ms: int) -> Step:
    reason = more_telling(call.failure, why)
    moved = replace(call, ringing=_left(call.ringing, leg), failure=reason)
    if moved.ringing:
        return moved, ()
    return _failed(moved, reason, status if reason is why else None, now_ms)


def silent(call: Call, now_ms: int) -> Step:
    """Of several telephones some have said something by now: those that have not are taken for gone.

    Another network may take its time. One that was unplugged stays registered for a while; nobody need wait
    for it to hear of a busy one.
    """
    still = tuple(leg for leg in call.ringing if leg not in call.rung and not _is_off_net(call, leg))
    if not still or (len(still) == len(call.ringing) and call.failure is None):
        return call, ()
    left = tuple(leg for leg in call.ringing if leg not in still)
    moved = replace(call, ringing=left, cancelling=(*call.cancelling, *still))
    stopped = _cancel(call, still)
    if left or call.failure is None:
        return moved, stopped
    failed, todo = _failed(moved, call.failure, None, now_ms)
    return failed, (*stopped, *todo)


def _failed(call: Call, reason: Reason, status: int | None, now_ms: int) -> Step:
    """No telephone of the target is left: on to the next, or tell the caller."""
    onward = _onward(call, failure_of(reason))
    if onward is not None:
        diverted, todo = _ring(replace(call, state=CALL_STATES.move(call.state, Move.DIVERT)), onward)
        return diverted, (NO_ANSWER_STOPS, *todo)
    told, todo = _tell(call, reason, now_ms, status)
    return told, (NO_ANSWER_STOPS, *todo)


def no_answer(call: Call, now_ms: int) -> Step:
    """It rang long enough: on to the next target, or no more."""
    if not call.ringing:
        return call, ()
    onward = _onward(call, Failure.NO_ANSWER)
    if onward is None:
        rings = any(leg in call.rung for leg in call.ringing)
        return give_up(call, Reason.NO_ANSWER if rings else call.failure or Reason.NO_ANSWER, now_ms)
    stopped = replace(
        call,
        state=CALL_STATES.move(call.state, Move.DIVERT),
        ringing=(),
        cancelling=(*call.cancelling, *call.ringing),
    )
    diverted, todo = _ring(stopped, onward)
    return diverted, (*_cancel(call, call.ringing), *todo)


def cancelled(call: Call, _event: events.Cancelled, now_ms: int) -> Step:
    """The caller gave up, perhaps while hearing why."""
    if call.state is CallState.TELLING:
        moved, todo = _last_word(call, REFUSALS[Reason.CANCELLED])
        return moved, (actions.StopAnnouncing(), *todo)
    if not CALL_STATES.allows(call.state, Move.GIVE_UP):
        return call, ()
    return give_up(call, Reason.CANCELLED, now_ms)


def announced(call: Call, _event: events.Announced, now_ms: int) -> Step:
    """All is said: the refusal that was put off, or the end of a feature code's call."""
    if call.state is CallState.TELLING:
        return _last_word(call, call.last_word)
    if call.state is not CallState.SERVING:
        return call, ()
    moved = ended(call, EndCause.COMPLETED, Party.NETWORK, now_ms)
    moved = replace(moved, state=CALL_STATES.move(call.state, Move.HANG_UP), byes_open=1)
    return moved, (actions.SendBye(CALLER), *written(moved))


def give_up(call: Call, reason: Reason, now_ms: int) -> Step:
    """No answer came and none is waited for any more."""
    legs = call.ringing
    stopped = replace(call, ringing=(), cancelling=(*call.cancelling, *legs))
    moved, (first, *rest) = _tell(stopped, reason, now_ms, None)
    return moved, (NO_ANSWER_STOPS, first, *_cancel(call, legs), *rest)


def settled(call: Call) -> Call:
    """The call, over if it only waited for the last word of its legs and has had it."""
    if not call.is_settled or not CALL_STATES.allows(call.state, Move.FINISH):
        return call
    return replace(call, state=CALL_STATES.move(call.state, Move.FINISH))


def ended(call: Call, cause: EndCause, by: Party, end_ms: int, status: int = 200) -> Call:
    """The call with its records closed."""
    forwarded = _closed(call.forwarded, cause, by, end_ms, status) if call.forwarded else None
    return replace(call, record=_closed(call.record, cause, by, end_ms, status), forwarded=forwarded)


def written(call: Call) -> tuple[Action, ...]:
    """Its records, to the disk."""
    return tuple(actions.WriteRecord(record) for record in call.records)


def _closed(record: CallRecord, cause: EndCause, by: Party, end_ms: int, status: int) -> CallRecord:
    return replace(record, cause=cause, ended_by=by, end_ms=end_ms, status=status)


def _deny(call: Call, decision: Deny, now_ms: int) -> Step:
    record = call.record
    if decision.called is not None:
        record = with_called(record, decision.called)
    record = replace(
        record,
        called_number=decision.called_number,
        call_class=decision.call_class,
        trace=decision.trace,
        authorised_by=decision.authorised_by,
    )
    return _tell(replace(call, record=record), decision.reason, now_ms, None)


def _serve(call: Call, serve: Serve, now_ms: int) -> Step:
    """A feature code: the change first, then the confirmation."""
    record = replace(call.record, answer_ms=now_ms, status=200, trace=serve.trace)
    moved = replace(call, record=record, state=CALL_STATES.move(call.state, Move.SERVE))
    keep = (actions.KeepServices(record.calling_number, serve.changed),) if serve.changed is not None else ()
    return moved, (
        *keep,
        actions.JournalAnswer(record),
        actions.Announce(serve.told, call.offer, answers=True),
    )


def _tell(call: Call, reason: Reason, now_ms: int, status: int | None) -> Step:
    """Refuse the caller, who hears why first where that is possible; the record is written now."""
    refusal = REFUSALS[reason]
    status = refusal.status if status is None else status
    moved = ended(call, refusal.cause, refusal.by, now_ms, status)
    last = LastWord(status, refusal.q850, refusal.text)
    if call.timings.announces and call.offer is not None and reason not in UNSPOKEN:
        moved = replace(moved, state=CALL_STATES.move(call.state, Move.TELL), last_word=last)
        return moved, (actions.Announce(reason, call.offer), *written(moved))
    move = Move.GIVE_UP if not moved.is_settled else Move.REFUSE
    move = Move.DENY if call.state is CallState.NEW else move
    moved = replace(moved, state=CALL_STATES.move(call.state, move))
    return moved, (_refuse(last), *written(moved))


def _last_word(call: Call, last: LastWord | Refusal | None) -> Step:
    """What was put off while the caller was told why."""
    moved = replace(call, last_word=None)
    move = Move.FINISH if moved.is_settled else Move.GIVE_UP
    moved = replace(moved, state=CALL_STATES.move(call.state, move))
    return moved, (_refuse(last),) if last is not None else ()


def _ring(call: Call, connect: Connect) -> Step:
    """Ring every telephone of every target."""
    moved = replace(connected(call, connect), rung=(), legs_before=call.legs)
    invites: list[Action] = []
    legs: list[Leg] = []
    for target in connect.targets:
        for place in range(target.telephones):
            legs.append(Leg(call.legs + len(legs) + 1))
            invites.append(_invite(legs[-1], target, place, call.offer))
    moved = replace(moved, ringing=tuple(legs), legs=call.legs + len(legs))
    patience = call.timings.no_answer_s if connect.no_answer_s is None else float(connect.no_answer_s)
    waits = [actions.StartTimer(TimerName.NO_ANSWER, patience)]
    if len(legs) > 1:
        waits.append(actions.StartTimer(TimerName.SILENT, call.timings.silent_s))
    return moved, (*invites, *waits)


def _invite(leg: Leg, target: Target, place: int, offer: Media | None) -> actions.SendInvite:
    return actions.SendInvite(
        leg, target.called, place, target.shown_number, offer, target.diversion, target.waits
    )


def _is_off_net(call: Call, leg: Leg) -> bool:
    target = target_of(call, leg)
    return target is not None and isinstance(target.called, OffNet)


def _waits(call: Call) -> bool:
    return call.connect is not None and all(target.waits for target in call.connect.targets)


def _onward(call: Call, failure: Failure | None) -> Connect | None:
    if call.connect is None or failure is None:
        return None
    return call.connect.otherwise.get(failure)


def _cancel(call: Call, legs: tuple[Leg, ...]) -> tuple[Action, ...]:
    """Tell the legs to stop, and wait for their last words."""
    if not legs:
        return ()
    settle = actions.StartTimer(TimerName.SETTLE, call.timings.settle_s)
    return (*(actions.CancelInvite(leg) for leg in legs), settle)


def _settling(left: tuple[Leg, ...]) -> tuple[Action, ...]:
    return () if left else (actions.StopTimer(TimerName.SETTLE),)


def _refuse(last: LastWord | Refusal) -> actions.Refuse:
    return actions.Refuse(last.status, last.q850, last.text)


def _left(legs: tuple[Leg, ...], leg: Leg) -> tuple[Leg, ...]:
    return tuple(each for each in legs if each != leg)
