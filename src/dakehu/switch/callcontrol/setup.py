"""From an INVITE to an answer or a refusal: what the caller is told on the way."""

from __future__ import annotations

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events, hunt, queueing
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, LastWord
from dakehu.switch.callcontrol.decisions import Connect, Deny, Queue, Serve
from dakehu.switch.callcontrol.events import CALLER, TimerName
from dakehu.switch.callcontrol.hunt import Unanswered
from dakehu.switch.callcontrol.ledger import Step, answer, caller, close, partner, with_called
from dakehu.switch.callcontrol.reasons import REFUSALS, UNSPOKEN, Reason, Refusal
from dakehu.switch.callcontrol.sounds import Hearing, RingBackTone
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.records.record import EndCause, Party


def invited(call: Call, event: events.InviteArrived, now_ms: int) -> Step:
    """A telephone calls."""
    if call.state is not CallState.NEW:
        return call, ()
    call = replace(call, offer=event.media)
    match event.decision:
        case Connect() as connect:
            return hunt.ring(replace(call, state=CALL_STATES.move(call.state, Move.CONNECT)), connect)
        case Deny() as deny:
            return _deny(call, deny, now_ms)
        case Serve() as serve:
            return _serve(call, serve, now_ms)
        case Queue() as queue:
            return queueing.begin(call, queue)


def ringing(call: Call, event: events.Ringing) -> Step:
    """While several telephones ring none of them is heard: the caller's ring-back stands for all.

    The called side's own tone sounds in the place of ring-back (VPN-16), and of what the telephone plays;
    after a forwarding that of the new target, and the music of a queue before either.
    """
    rings = actions.SendRinging(180, None, _waits(call))
    tone = call.connect.ringback if call.connect is not None else ""
    if call.plays and call.tone in {"", tone}:
        return call, (rings,)
    if (tone or call.plays) and call.offer is not None and call.timings.announces:
        sound = RingBackTone(tone) if tone else Hearing.RING_BACK
        return replace(call, plays=True, tone=tone), (rings, actions.PlayEarly(sound, call.offer))
    if len(call.ringing) > 1:
        return call, (rings,)
    return call, (actions.SendRinging(event.status, event.media, _waits(call)),)


def answered(call: Call, event: events.Answered, now_ms: int) -> Step:
    """The call is up. Its records are on their way to the disk before anyone is told."""
    won, cancels = hunt.won(call, event.leg)
    record, *forwarded = answer(won.records, now_ms)
    moved = replace(
        won,
        plays=False,
        record=record,
        forwarded=forwarded[0] if forwarded else None,
        state=CALL_STATES.move(call.state, Move.ANSWER),
        talkers=(caller(call, now_ms), partner(call, event.leg, now_ms)),
        unacked=(CALLER,),
        ack_owed=None if call.offer is not None else event.leg,
        owed_offer=None if call.offer is not None else event.media,
    )
    return moved, (
        hunt.NO_ANSWER_STOPS,
        *(actions.JournalAnswer(each) for each in moved.records),
        *((actions.SendAck(event.leg, None),) if call.offer is not None else ()),
        *early_ends(call),
        actions.Answer(event.media),
        actions.StartTimer(TimerName.PROBE, call.timings.probe_s),
        *cancels,
    )


def unanswered(call: Call, failed: Unanswered, now_ms: int) -> Step:
    """No telephone of any target is left; who came out of a queue goes on waiting."""
    if call.queue is not None:
        return queueing.again(call, call.queue)
    return _tell(call, failed.reason, now_ms, failed.status)


def cancelled(call: Call, now_ms: int) -> Step:
    """The caller gave up, perhaps while hearing why."""
    if call.state is CallState.TELLING:
        moved, todo = _last_word(call, REFUSALS[Reason.CANCELLED])
        return moved, (actions.StopAnnouncing(), *todo)
    if not CALL_STATES.allows(call.state, Move.GIVE_UP):
        return call, ()
    return give_up(call, Reason.CANCELLED, now_ms)


def announced(call: Call, now_ms: int) -> Step:
    """All is said: the refusal that was put off, or the end of a feature code's call."""
    if call.state is CallState.TELLING:
        return _last_word(call, call.last_word)
    moved, written = close(call, EndCause.COMPLETED, Party.NETWORK, now_ms)
    moved = replace(moved, state=CALL_STATES.move(call.state, Move.HANG_UP), byes_open=1)
    return moved, (actions.SendBye(CALLER), *written)


def give_up(call: Call, reason: Reason, now_ms: int) -> Step:
    """No answer came and none is waited for any more."""
    stopped, cancels = hunt.stop(call)
    moved, told = _tell(stopped, reason, now_ms, None)
    return moved, (hunt.NO_ANSWER_STOPS, *cancels, *told)


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
    wish: tuple[Action, ...] = ()
    if serve.wish is not None:
        wish = (actions.Remember(record.calling_number, serve.wish),)
    if serve.attends is not None:
        wish = (*wish, actions.Attend(record.calling_number, serve.attends))
    return moved, (
        *keep,
        *wish,
        actions.JournalAnswer(record),
        actions.Announce(serve.told, call.offer, answers=True),
    )


def _tell(call: Call, reason: Reason, now_ms: int, status: int | None) -> Step:
    """Refuse the caller, who hears why first where that is possible; the record is written now."""
    refusal = REFUSALS[reason]
    status = refusal.status if status is None else status
    moved, written = close(call, refusal.cause, refusal.by, now_ms, status)
    moved, quiet = replace(moved, plays=False), early_ends(call)
    last = LastWord(status, refusal.q850, refusal.text)
    if call.timings.announces and call.offer is not None and reason not in UNSPOKEN:
        moved = replace(moved, state=CALL_STATES.move(call.state, Move.TELL), last_word=last)
        return moved, (*quiet, actions.Announce(reason, call.offer), *written)
    move = Move.GIVE_UP if not moved.is_settled else Move.REFUSE
    move = Move.DENY if call.state is CallState.NEW else move
    moved = replace(moved, state=CALL_STATES.move(call.state, move))
    return moved, (*quiet, _refuse(last), *written)


def _last_word(call: Call, last: LastWord | Refusal | None) -> Step:
    """What was put off while the caller was told why."""
    moved = replace(call, last_word=None)
    move = Move.FINISH if moved.is_settled else Move.GIVE_UP
    moved = replace(moved, state=CALL_STATES.move(call.state, move))
    return moved, (_refuse(last),) if last is not None else ()


def _waits(call: Call) -> bool:
    return call.connect is not None and all(target.waits for target in call.connect.targets)


def early_ends(call: Call) -> tuple[Action, ...]:
    """What the caller hears before an answer is over."""
    return (actions.StopAnnouncing(),) if call.plays else ()


def _refuse(last: LastWord | Refusal) -> actions.Refuse:
    return actions.Refuse(last.status, last.q850, last.text)
