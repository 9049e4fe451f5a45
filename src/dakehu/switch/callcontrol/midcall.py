"""Who is in a call that is up: legs go, come from other calls, wait or break in.

Whoever goes, the rest is what makes sense: two are connected, one is hung up, a target that still rings
goes on ringing as long as somebody waits for it. So hanging up in a consultation hands the call on.
"""

from __future__ import annotations

from dataclasses import replace as changed

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events, exchange, hunt
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, Part, Place, Purpose, Talker, Trial
from dakehu.switch.callcontrol.events import Leg, TimerName
from dakehu.switch.callcontrol.ledger import Step, answer, caller, close, close_trial
from dakehu.switch.callcontrol.plan import Attach, Link
from dakehu.switch.callcontrol.reasons import REFUSALS, Reason
from dakehu.switch.callcontrol.setup import early_ends
from dakehu.switch.callcontrol.sounds import Hearing
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.records.record import EndCause, Party

NOT_NOW = 491
ATTENDED = "CTX-08"
"""In the trace: an attendant has acted on the call."""
REPLACES = "replaces"
"""In the trace: another telephone took the place of one in the call (RFC 3891)."""


# --- other calls


def joined(call: Call, event: events.Joined, now_ms: int) -> Step:
    """Attended transfer: a leg of another call comes in the place of one of ours."""
    part = Part(event.leg, event.records)
    newcomer = Talker(event.leg, event.number, now_ms, Place.APART, event.is_line)
    moved = without(call, event.instead)
    moved = replace(
        moved,
        tied=None,
        legs=max(call.legs, event.leg),
        parts=(*call.parts, part),
        talkers=(*moved.talkers, newcomer),
        byes_open=call.byes_open + 1,
    )
    told = (
        actions.AnswerRefer(event.instead, 202),
        actions.NotifyTransfer(event.instead, 200),
        actions.SendBye(event.instead),
    )
    connected, todo = connect_rest(moved)
    return connected, (*told, *todo)


def parted(call: Call, event: events.Parted, _now_ms: int) -> Step:
    """The other call has our leg and the records: the rest is hung up."""
    stopped, cancels = hunt.stop(call)
    left = [talker.leg for talker in call.talkers if talker.leg != event.leg]
    return _over(replace(stopped, trial=None), left, cancels)


def picked_up(call: Call, event: events.PickedUp, now_ms: int) -> Step:
    """Somebody else answers: instead of the telephones that ring, or for the one who was parked."""
    newcomer = Talker(event.leg, event.number, now_ms, Place.PORT)
    record = replace(call.record, trace=(*call.record.trace, event.rule))
    moved = replace(call, record=record, legs=max(call.legs, event.leg), unacked=(*call.unacked, event.leg))
    if call.state is CallState.UP:
        waits = actions.StopTimer(TimerName.RECALL)
        moved = replace(moved, talkers=(*call.talkers, newcomer))
        linked, todo = connect_rest(moved)
        return linked, (waits, actions.AnswerAtPort(event.leg), *todo)
    return _answered_for(moved, newcomer, now_ms)


def taken_over(call: Call, event: events.TakenOver, now_ms: int) -> Step:
    """A telephone comes in the place of one that talks, which goes on paying as after a transfer."""
    newcomer = Talker(event.leg, event.number, now_ms, Place.PORT)
    record = replace(call.record, trace=(*call.record.trace, REPLACES))
    moved = without(call, event.instead)
    moved = replace(
        moved,
        record=record,
        tied=None,
        legs=max(call.legs, event.leg),
        talkers=(*moved.talkers, newcomer),
        unacked=(*moved.unacked, event.leg),
        byes_open=call.byes_open + 1,
    )
    linked, todo = connect_rest(moved)
    return linked, (actions.AnswerAtPort(event.leg), actions.SendBye(event.instead), *todo)


def broke_in(call: Call, event: events.BrokeIn, now_ms: int) -> Step:
    """All who talk, and the newcomer, in one room."""
    newcomer = Talker(event.leg, event.number, now_ms, Place.PORT)
    moved = replace(
        call,
        legs=max(call.legs, event.leg),
        talkers=(*call.talkers, newcomer),
        unacked=(*call.unacked, event.leg),
    )
    planned, todo = exchange.replanned(moved, *(Attach(each.leg, None) for each in moved.talkers))
    return planned, (actions.AnswerAtPort(event.leg), *todo)


def parked(call: Call, event: events.Parked, _now_ms: int) -> Step:
    """The other side waits with music; who parked it goes."""
    other = call.peer(event.leg)
    if not is_plain_talk(call) or other is None:
        return call, (actions.AnswerRefer(event.leg, NOT_NOW),)
    told = (
        actions.AnswerRefer(event.leg, 202),
        actions.NotifyTransfer(event.leg, 200),
        actions.SendBye(event.leg),
    )
    moved = replace(without(call, event.leg), tied=None, back=event.back, byes_open=call.byes_open + 1)
    waiting, todo = exchange.replanned(moved, Attach(other, Hearing.HOLD))
    recall = actions.StartTimer(TimerName.RECALL, call.timings.park_s)
    return waiting, (*told, *todo, recall)


def held(call: Call, event: events.Held, _now_ms: int) -> Step:
    """By a console's command: the other side hears music and the console nothing; or both talk again."""
    if event.back:
        return connect_rest(call) if may_retrieve(call) else (call, ())
    other = call.peer(event.leg)
    if not is_plain_talk(call) or other is None:
        return call, ()
    acted = () if ATTENDED in call.record.trace else (ATTENDED,)
    record = replace(call.record, trace=(*call.record.trace, *acted))
    waiting = (Attach(other, Hearing.HOLD), Attach(event.leg, Hearing.SILENCE))
    return exchange.replanned(replace(call, record=record), *waiting)


def may_retrieve(call: Call) -> bool:
    """Whether two legs are up that hear us instead of each other."""
    ports = [talker for talker in call.talkers if talker.place is Place.PORT]
    return call.state is CallState.UP and call.trial is None and len(ports) == len(call.talkers) == 2


def may_be_taken(call: Call) -> bool:
    """Whether another telephone can pick the call up: it rings, or it is parked."""
    if call.state in {CallState.CALLING, CallState.RINGING}:
        return call.offer is not None
    return call.state is CallState.UP and call.trial is None and len(call.talkers) == 1


# --- going


def let_go(call: Call, leg: Leg, now_ms: int) -> Step:
    """Hang a leg up, the others stay."""
    moved, todo = left(call, leg, now_ms, EndCause.COMPLETED, Party.NETWORK)
    return replace(moved, byes_open=moved.byes_open + 1), (actions.SendBye(leg), *todo)


def left(call: Call, leg: Leg, now_ms: int, cause: EndCause, by: Party) -> Step:
    """A leg has gone; what becomes of the others."""
    rest = without(call, leg)
    trial = call.trial
    if trial is not None:
        waiting = [each for each in rest.talkers if each.leg != trial.by]
        if trial.by == leg and waiting:
            moved = replace(rest, trial=changed(trial, purpose=Purpose.TRANSFER), tied=None)
            return exchange.replanned(moved, *(Attach(each.leg, Hearing.RING_BACK) for each in waiting))
        if trial.by != leg and trial.purpose is Purpose.CONSULT:
            closed, written = close(rest, cause, by, now_ms, leg=leg)
            planned, todo = exchange.replanned(closed, Attach(trial.by, Hearing.RING_BACK))
            return planned, (*written, *todo)
        stopped, cancels = stop_trial(rest, trial, now_ms)
        ended, todo = end(stopped, cause, by, now_ms)
        return ended, (*cancels, *todo)
    if len(rest.talkers) < 2:
        return end(rest, cause, by, now_ms)
    closed, written = close(rest, cause, by, now_ms, leg=leg)
    return rest_of(closed, written, now_ms)


def end(call: Call, cause: EndCause, by: Party, end_ms: int) -> Step:
    """Hang up whoever is left; what is still owed to a leg is paid first."""
    cancels: tuple[Action, ...] = ()
    if call.trial is not None:
        call, cancels = stop_trial(call, call.trial, end_ms)
    closed, written = close(call, cause, by, end_ms)
    over, todo = _over(closed, [talker.leg for talker in call.talkers], cancels)
    return over, (*todo, *written)


# --- inside


def _over(call: Call, legs: list[Leg], first: tuple[Action, ...]) -> Step:
    moved, settling = exchange.abandoned(call)
    moved = replace(
        moved,
        state=CALL_STATES.move(call.state, Move.HANG_UP),
        talkers=(),
        byes_open=call.byes_open + len(legs),
    )
    timers = (actions.StopTimer(TimerName.PROBE),)
    return hunt.settled(moved), (*first, *timers, *settling, *map(actions.SendBye, legs))


def _answered_for(call: Call, newcomer: Talker, now_ms: int) -> Step:
    stopped, cancels = hunt.stop(call)
    record, *forwarded = answer(call.records, now_ms)
    up = replace(
        stopped,
        plays=False,
        record=record,
        forwarded=forwarded[0] if forwarded else None,
        state=CALL_STATES.move(call.state, Move.ANSWER),
        talkers=(caller(call, now_ms, Place.PORT), newcomer),
        unacked=(*call.unacked, events.CALLER),
    )
    planned, todo = exchange.replanned(up, Link(events.CALLER, newcomer.leg))
    return planned, (
        hunt.NO_ANSWER_STOPS,
        *(actions.JournalAnswer(each) for each in up.records),
        *early_ends(call),
        actions.AnswerAtPort(events.CALLER),
        actions.AnswerAtPort(newcomer.leg),
        actions.StartTimer(TimerName.PROBE, call.timings.probe_s),
        *cancels,
        *todo,
    )


def rest_of(call: Call, first: tuple[Action, ...], now_ms: int) -> Step:
    """Whoever is left is connected: two to each other, more stay in their room, one is alone."""
    if len(call.talkers) < 2:
        ended, todo = end(call, EndCause.COMPLETED, Party.NETWORK, now_ms)
        return ended, (*first, *todo)
    connected, todo = connect_rest(call)
    return connected, (*first, *todo)


def connect_rest(call: Call) -> Step:
    """Two legs that do not talk to each other yet are linked."""
    if len(call.talkers) != 2:
        return call, ()
    one, other = call.talkers
    if one.place is other.place is Place.PEER and not call.plan:
        return call, ()
    return exchange.replanned(replace(call, aside=None), Link(one.leg, other.leg))


def stop_trial(call: Call, trial: Trial, now_ms: int) -> Step:
    refusal = REFUSALS[Reason.CANCELLED]
    stopped, cancels = hunt.stop(call)
    written = close_trial(trial, refusal.cause, refusal.by, now_ms, refusal.status)
    return replace(stopped, trial=None, connect=None), (hunt.NO_ANSWER_STOPS, *cancels, *written)


def without(call: Call, leg: Leg) -> Call:
    return replace(
        call,
        talkers=tuple(each for each in call.talkers if each.leg != leg),
        unacked=hunt.without(call.unacked, leg),
        busy=hunt.without(call.busy, leg),
    )


def is_plain_talk(call: Call) -> bool:
    """Two legs that talk to each other, and nothing else going on."""
    return (
        call.state is CallState.UP
        and call.trial is None
        and len(call.talkers) == 2
        and all(talker.place is Place.PEER for talker in call.talkers)
    )
