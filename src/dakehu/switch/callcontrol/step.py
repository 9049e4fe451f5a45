"""Moving a call on: `step(call, event, now_ms)` gives the call as it is then, and what is to be done.

    caller      this call            telephones of the target
    | INVITE  →                      |
    |           decide               |
    |                     → INVITE   | to each
    |                     ← 180      |
    | ← 180                          |
    |                     ← 200      | the first wins, the others are cancelled
    |           journal the answer   |
    | ← 200               → ACK      |
    | ACK →                          |
    |    re-INVITE either way: passed on, answered by the other side's answer
    | BYE →               → BYE      |
    |           write the record     |

Busy, no answer and not reachable may lead on to another target (`setup`); the caller goes on hearing
ring-back.

An offer goes through whole, whichever message carries it. Where the caller's INVITE brings none, the answer's
200 does, and its ACK waits for the caller's. The same holds for re-INVITEs. One re-INVITE at a time: another
is answered 491 (RFC 3261 section 14.2).

An event that means nothing in the call's state changes nothing: messages that crossed on the wire arrive
late by right. Time is in milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events, setup
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call
from dakehu.switch.callcontrol.events import CALLER, Event, Leg, TimerName
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.callcontrol.setup import Step, ended, give_up, no_answer, settled, written
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.records.record import EndCause, Party


def step(call: Call, event: Event, now_ms: int) -> Step:
    """The call after the event, and what to do in order. Raises nothing."""
    return _HANDLERS[type(event)](call, event, now_ms)


# --- during the call


def _acknowledged(call: Call, event: events.Acknowledged, _now_ms: int) -> Step:
    if call.state is not CallState.UP or call.ack_owed != call.other(event.leg):
        return call, ()
    return replace(call, ack_owed=None), (actions.SendAck(call.other(event.leg), event.media),)


def _reinvite(call: Call, event: events.ReinviteArrived, _now_ms: int) -> Step:
    if event.is_update and call.state is CallState.RINGING and call.early_update is None:
        return _early_update(call, event)
    if call.state is not CallState.UP:
        before = call.state in {CallState.CALLING, CallState.RINGING}
        return call, (actions.AnswerReinvite(event.leg, 491 if before else 481),)
    if call.reinvite_from is not None or call.ack_owed is not None or call.early_update is not None:
        return call, (actions.AnswerReinvite(event.leg, 491),)
    moved = replace(call, reinvite_from=event.leg, reinvite_offers=event.media is not None)
    return moved, (actions.SendReinvite(call.other(event.leg), event.media, event.is_update),)


def _early_update(call: Call, event: events.ReinviteArrived) -> Step:
    """UPDATE before the answer (RFC 3311) goes through while one telephone alone rings."""
    if len(call.ringing) != 1 or event.leg not in {CALLER, *call.ringing}:
        return call, (actions.AnswerReinvite(event.leg, 491),)
    to = call.ringing[0] if event.leg == CALLER else CALLER
    moved = replace(call, early_update=(event.leg, to))
    return moved, (actions.SendReinvite(to, event.media, by_update=True),)


def _early_update_answered(call: Call, event: events.ReinviteAnswered, asker: Leg) -> Step:
    success = 200 <= event.status < 300
    status = event.status if success else _status_in_call(event.status)
    answer = actions.AnswerReinvite(asker, status, event.media if success else None)
    return replace(call, early_update=None), (answer,)


def _reinvite_answered(call: Call, event: events.ReinviteAnswered, now_ms: int) -> Step:
    if call.early_update is not None and call.early_update[1] == event.leg:
        return _early_update_answered(call, event, call.early_update[0])
    success = 200 <= event.status < 300
    asker = call.other(event.leg)
    if call.state is not CallState.UP or call.reinvite_from != asker:
        return call, (actions.SendAck(event.leg, None),) if success else ()
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
    return replace(call, heard_ms=(now_ms, heard_b) if event.leg == CALLER else (heard_a, now_ms)), ()


# --- ending


def _hung_up(call: Call, event: events.HungUp, now_ms: int) -> Step:
    if event.leg == CALLER and call.state in _EARLY:
        return setup.cancelled(
            call, events.Cancelled(), now_ms
        )  # BYE in an early dialog (RFC 3261 section 15)
    if event.leg == CALLER and call.state is CallState.SERVING:
        return _end(ended(call, EndCause.COMPLETED, Party.CALLER, now_ms), ())
    if call.state is not CallState.UP or event.leg not in {CALLER, call.partner}:
        return call, ()
    by = Party.CALLER if event.leg == CALLER else Party.CALLED
    return _end(ended(call, EndCause.COMPLETED, by, now_ms), (call.other(event.leg),))


def _unacknowledged(call: Call, _event: events.Unacknowledged, now_ms: int) -> Step:
    if call.state is CallState.SERVING:
        return _end(ended(call, EndCause.FAILED, Party.NETWORK, now_ms), (CALLER,))
    if call.state is not CallState.UP:
        return call, ()
    return _end(ended(call, EndCause.FAILED, Party.NETWORK, now_ms), (CALLER, call.partner))


def _stopped(call: Call, _event: events.Stopped, now_ms: int) -> Step:
    if call.state in {CallState.TELLING, CallState.SERVING}:
        moved, todo = setup.announced(call, events.Announced(), now_ms)
        return moved, (actions.StopAnnouncing(), *todo)
    if CALL_STATES.allows(call.state, Move.GIVE_UP):
        return give_up(call, Reason.STOPPING, now_ms)
    if call.state is not CallState.UP:
        return call, ()
    return _end(ended(call, EndCause.INTERRUPTED, Party.NETWORK, now_ms), (CALLER, call.partner))


def _lost(call: Call, leg: Leg, _now_ms: int) -> Step:
    heard = call.heard_ms[0 if leg == CALLER else 1]
    return _end(ended(call, EndCause.LOST, Party.NETWORK, heard), (CALLER, call.partner))


def _end(call: Call, to: tuple[Leg, ...]) -> Step:
    """Hang up; what is still owed to a leg is paid first."""
    serving = call.state is CallState.SERVING
    todo: list[Action] = [actions.StopAnnouncing() if serving else actions.StopTimer(TimerName.PROBE)]
    if call.ack_owed is not None:
        todo.append(actions.SendAck(call.ack_owed, None))
    if call.reinvite_from is not None:
        todo.append(actions.AnswerReinvite(call.reinvite_from, 487))
    todo += [actions.SendBye(leg) for leg in to]
    moved = replace(
        call,
        state=CALL_STATES.move(call.state, Move.HANG_UP),
        ack_owed=None,
        reinvite_from=None,
        byes_open=call.byes_open + len(to),
    )
    return settled(moved), (*todo, *written(moved))


def _bye_finished(call: Call, _event: events.ByeFinished, _now_ms: int) -> Step:
    if not call.byes_open:
        return call, ()
    return settled(replace(call, byes_open=call.byes_open - 1)), ()


def _timer(call: Call, event: events.TimerFired, now_ms: int) -> Step:
    match event.timer:
        case TimerName.NO_ANSWER:
            return no_answer(call, now_ms)
        case TimerName.SILENT:
            return setup.silent(call, now_ms)
        case TimerName.SETTLE:
            return settled(replace(call, cancelling=())), ()
        case TimerName.PROBE if call.state is CallState.UP:
            again = actions.StartTimer(TimerName.PROBE, call.timings.probe_s)
            return call, (actions.SendProbe(CALLER), actions.SendProbe(call.partner), again)
    return call, ()


_EARLY = frozenset({CallState.CALLING, CallState.RINGING, CallState.TELLING})
_GONE = frozenset({408, 481})
_OURS = frozenset({401, 407, 503})


def _status_in_call(status: int) -> int:
    """What the asker of a re-INVITE is told; what lies between us and the other leg alone is our fault."""
    return 500 if status in _OURS or status < 400 else status


_HANDLERS: dict[type[Event], Callable[[Call, Any, int], Step]] = {
    events.InviteArrived: setup.invited,
    events.Ringing: setup.ringing,
    events.Answered: setup.answered,
    events.Refused: setup.refused,
    events.Cancelled: setup.cancelled,
    events.Acknowledged: _acknowledged,
    events.Unacknowledged: _unacknowledged,
    events.ReinviteArrived: _reinvite,
    events.ReinviteAnswered: _reinvite_answered,
    events.HungUp: _hung_up,
    events.ByeFinished: _bye_finished,
    events.ProbeAnswered: _probe_answered,
    events.TimerFired: _timer,
    events.Announced: setup.announced,
    events.Stopped: _stopped,
}
