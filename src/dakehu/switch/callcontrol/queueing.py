"""Waiting for an attendant (CTX-08): with music, in the order of coming, and not for ever."""

from __future__ import annotations

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events, hunt
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call
from dakehu.switch.callcontrol.decisions import Queue
from dakehu.switch.callcontrol.events import TimerName
from dakehu.switch.callcontrol.ledger import Step
from dakehu.switch.callcontrol.sounds import Hearing
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move


def begin(call: Call, queue: Queue) -> Step:
    """All attendants are in calls."""
    record = replace(call.record, call_class=queue.call_class, trace=queue.trace)
    moved = replace(call, record=record, queue=queue, state=CALL_STATES.move(call.state, Move.QUEUE))
    music: tuple[Action, ...] = ()
    if call.offer is not None and call.timings.announces:
        moved, music = replace(moved, plays=True), (actions.PlayEarly(Hearing.HOLD, call.offer),)
    waits = actions.StartTimer(TimerName.QUEUE, call.timings.queue_s)
    return moved, (
        actions.SendRinging(182, None),
        *music,
        waits,
        actions.Enqueue(queue.desk, queue.consoles),
    )


def served(call: Call, event: events.Served, _now_ms: int) -> Step:
    """An attendant is free."""
    if call.state is not CallState.QUEUED:
        return call, ()
    return hunt.ring(replace(call, state=CALL_STATES.move(call.state, Move.CONNECT)), event.connect)


def again(call: Call, queue: Queue) -> Step:
    """The attendant did not answer: the next one who is free."""
    moved = replace(call, state=CALL_STATES.move(call.state, Move.QUEUE), connect=None, failure=None)
    return moved, (actions.Enqueue(queue.desk, queue.consoles, first=True),)


def too_long(call: Call) -> tuple[Call, tuple[Action, ...], bool]:
    """It has waited long enough: on to the night number; True where there is none. One that rings at an
    attendant has its last try."""
    queue = call.queue
    if queue is None or call.state is not CallState.QUEUED:
        return replace(call, queue=None), (), False
    left = replace(call, queue=None)
    if queue.otherwise is None:
        return left, (), True
    moved, todo = hunt.ring(replace(left, state=CALL_STATES.move(call.state, Move.CONNECT)), queue.otherwise)
    return moved, todo, False
