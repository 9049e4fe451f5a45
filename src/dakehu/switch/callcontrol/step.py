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

Busy, no answer and not reachable may lead on to another target (`hunt`); the caller goes on hearing
ring-back. Where the caller's INVITE brings no offer, the answer's 200 does, and its ACK waits for the
caller's. What is done to a call that is up is in `midcall` and `further`, how its media are connected in
`exchange`.

An event that means nothing in the call's state changes nothing: messages that crossed on the wire arrive
late by right. Time is in milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as changed
from typing import Any

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events, exchange, further, hunt, midcall, queueing, setup
from dakehu.switch.callcontrol.call import Call
from dakehu.switch.callcontrol.events import CALLER, Event, Leg, TimerName
from dakehu.switch.callcontrol.hunt import Hunted
from dakehu.switch.callcontrol.ledger import Step, close
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.records.record import EndCause, Party


def step(call: Call, event: Event, now_ms: int) -> Step:
    """The call after the event, and what to do in order. Raises nothing."""
    return _HANDLERS[type(event)](call, event, now_ms)


# --- ringing: the first target, or one called from within the call


def _ringing(call: Call, event: events.Ringing, _now_ms: int) -> Step:
    if event.leg not in call.ringing:
        return call, ()
    rung = hunt.rings(call, event.leg)
    return setup.ringing(rung, event) if call.trial is None else (rung, further.ringing(call, call.trial))


def _answered(call: Call, event: events.Answered, now_ms: int) -> Step:
    if event.leg in call.cancelling:
        return hunt.crossed(call, event.leg)
    if event.leg not in call.ringing:
        return call, ()
    if call.trial is None:
        return setup.answered(call, event, now_ms)
    return further.answered(call, call.trial, event, now_ms)


def _refused(call: Call, event: events.Refused, now_ms: int) -> Step:
    return _hunted(hunt.refused(call, event), now_ms)


def _hunted(hunted: Hunted, now_ms: int) -> Step:
    call, todo, failed = hunted
    if failed is None:
        return call, todo
    if call.trial is None:
        after, more = setup.unanswered(call, failed, now_ms)
    else:
        after, more = further.unanswered(call, call.trial, failed, now_ms)
    return after, (*todo, *more)


# --- during the call


def _acknowledged(call: Call, event: events.Acknowledged, _now_ms: int) -> Step:
    return exchange.acknowledged(call, event)


def _reinvited(call: Call, event: events.ReinviteArrived, now_ms: int) -> Step:
    return exchange.reinvited(_heard(call, event.leg, now_ms), event)


def _reinvite_answered(call: Call, event: events.ReinviteAnswered, now_ms: int) -> Step:
    moved, todo, gone = exchange.answered(call, event)
    if gone is None:
        return moved, todo
    after, more = _lost(moved, gone, now_ms)
    return after, (*todo, *more)


def _probe_answered(call: Call, event: events.ProbeAnswered, now_ms: int) -> Step:
    if call.state is not CallState.UP or call.talker(event.leg) is None:
        return call, ()
    if not event.is_alive:
        return _lost(call, event.leg, now_ms)
    return _heard(call, event.leg, now_ms), ()


def _heard(call: Call, leg: Leg, now_ms: int) -> Call:
    """The leg has shown that it lives."""
    heard = (changed(each, heard_ms=now_ms) if each.leg == leg else each for each in call.talkers)
    return replace(call, talkers=tuple(heard))


def _announced(call: Call, event: events.Announced, now_ms: int) -> Step:
    if call.state is CallState.UP:
        return further.announced(call, event.leg, now_ms)
    if call.state not in {CallState.TELLING, CallState.SERVING}:
        return call, ()
    return setup.announced(call, now_ms)


# --- ending


def _cancelled(call: Call, _event: events.Cancelled, now_ms: int) -> Step:
    return setup.cancelled(call, now_ms)


def _hung_up(call: Call, event: events.HungUp, now_ms: int) -> Step:
    if event.leg == CALLER and call.state in _EARLY:
        return setup.cancelled(call, now_ms)  # BYE in an early dialog (RFC 3261 section 15)
    if event.leg == CALLER and call.state is CallState.SERVING:
        return _unserved(call, EndCause.COMPLETED, Party.CALLER, now_ms, byes=0)
    if call.state is not CallState.UP or call.talker(event.leg) is None:
        return call, ()
    by = Party.CALLER if event.leg == CALLER else Party.CALLED
    return midcall.left(call, event.leg, now_ms, EndCause.COMPLETED, by)


def _unacknowledged(call: Call, event: events.Unacknowledged, now_ms: int) -> Step:
    """Who never took our 200 is gone, since its request: that time is nobody's talk."""
    if call.state is CallState.SERVING:
        return _unserved(call, EndCause.FAILED, Party.NETWORK, now_ms, byes=1)
    if call.state is not CallState.UP or call.talker(event.leg) is None:
        return call, ()
    return _lost(call, event.leg, now_ms, EndCause.FAILED)


def _stopped(call: Call, _event: events.Stopped, now_ms: int) -> Step:
    if call.state in {CallState.TELLING, CallState.SERVING}:
        moved, todo = setup.announced(call, now_ms)
        return moved, (actions.StopAnnouncing(), *todo)
    if CALL_STATES.allows(call.state, Move.GIVE_UP):
        return setup.give_up(call, Reason.STOPPING, now_ms)
    if call.state is not CallState.UP:
        return call, ()
    return midcall.end(call, EndCause.INTERRUPTED, Party.NETWORK, now_ms)


def _released(call: Call, _event: events.Released, now_ms: int) -> Step:
    if call.state is not CallState.UP:
        return call, ()
    return midcall.end(call, EndCause.COMPLETED, Party.NETWORK, now_ms)


def _let_go(call: Call, event: events.LetGo, now_ms: int) -> Step:
    if call.state is not CallState.UP or call.talker(event.leg) is None:
        return call, ()
    return midcall.let_go(call, event.leg, now_ms)


def _lost(call: Call, leg: Leg, now_ms: int, cause: EndCause = EndCause.LOST) -> Step:
    """The telephone is gone, since it was last heard; it is hung up all the same."""
    talker = call.talker(leg)
    heard = talker.heard_ms if talker is not None else now_ms
    if len(call.talkers) > 2:
        moved, todo = midcall.left(call, leg, heard, cause, Party.NETWORK)
        return replace(moved, byes_open=moved.byes_open + 1), (actions.SendBye(leg), *todo)
    return midcall.end(call, cause, Party.NETWORK, heard)


def _unserved(call: Call, cause: EndCause, by: Party, now_ms: int, *, byes: int) -> Step:
    """The end of a feature code's call before all was said."""
    closed, written = close(call, cause, by, now_ms)
    moved = replace(closed, state=CALL_STATES.move(call.state, Move.HANG_UP), byes_open=byes)
    bye = (actions.SendBye(CALLER),) if byes else ()
    return hunt.settled(moved), (actions.StopAnnouncing(), *bye, *written)


def _bye_finished(call: Call, _event: events.ByeFinished, _now_ms: int) -> Step:
    if not call.byes_open:
        return call, ()
    return hunt.settled(replace(call, byes_open=call.byes_open - 1)), ()


def _timer(call: Call, event: events.TimerFired, now_ms: int) -> Step:
    return _TIMERS[event.timer](call, now_ms)


def _probe(call: Call, _now_ms: int) -> Step:
    if call.state is not CallState.UP:
        return call, ()
    again = actions.StartTimer(TimerName.PROBE, call.timings.probe_s)
    return call, (*(actions.SendProbe(each.leg) for each in call.talkers), again)


def _queued_too_long(call: Call, now_ms: int) -> Step:
    moved, todo, gives_up = queueing.too_long(call)
    return setup.give_up(moved, Reason.NO_ATTENDANT, now_ms) if gives_up else (moved, todo)


_EARLY = frozenset({CallState.CALLING, CallState.RINGING, CallState.TELLING, CallState.QUEUED})
_TIMERS: dict[TimerName, Callable[[Call, int], Step]] = {
    TimerName.NO_ANSWER: lambda call, now_ms: _hunted(hunt.no_answer(call), now_ms),
    TimerName.SILENT: lambda call, now_ms: _hunted(hunt.silent(call), now_ms),
    TimerName.SETTLE: lambda call, _now_ms: (hunt.settled(replace(call, cancelling=())), ()),
    TimerName.RETRY: lambda call, _now_ms: exchange.retried(call),
    TimerName.QUEUE: _queued_too_long,
    TimerName.RECALL: lambda call, _now_ms: further.recalled(call),
    TimerName.PROBE: _probe,
}
_HANDLERS: dict[type[Event], Callable[[Call, Any, int], Step]] = {
    events.InviteArrived: setup.invited,
    events.Ringing: _ringing,
    events.Answered: _answered,
    events.Refused: _refused,
    events.Cancelled: _cancelled,
    events.Acknowledged: _acknowledged,
    events.Unacknowledged: _unacknowledged,
    events.ReinviteArrived: _reinvited,
    events.ReinviteAnswered: _reinvite_answered,
    events.HungUp: _hung_up,
    events.ByeFinished: _bye_finished,
    events.ProbeAnswered: _probe_answered,
    events.TimerFired: _timer,
    events.Announced: _announced,
    events.Stopped: _stopped,
    events.Served: queueing.served,
    events.Summoned: further.summoned,
    events.LedOn: further.led_on,
    events.Referred: further.referred,
    events.Consulted: further.consulted,
    events.Flashed: further.flashed,
    events.Joined: midcall.joined,
    events.Parted: midcall.parted,
    events.PickedUp: midcall.picked_up,
    events.TakenOver: midcall.taken_over,
    events.BrokeIn: midcall.broke_in,
    events.Parked: midcall.parked,
    events.Held: midcall.held,
    events.LetGo: _let_go,
    events.Released: _released,
}
