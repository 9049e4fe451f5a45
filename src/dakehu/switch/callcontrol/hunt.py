"""Ringing a target: its telephones, then the next target, until one answers or none is left.

It is the same for the call's first target and for a telephone called from within the call; what an answer or
its absence means is told apart by `setup` and `midcall`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, target_of
from dakehu.switch.callcontrol.decisions import Connect, OffNet
from dakehu.switch.callcontrol.events import Leg, TimerName
from dakehu.switch.callcontrol.ledger import Step, connected, counted
from dakehu.switch.callcontrol.reasons import (
    Failure,
    Reason,
    failure_of,
    more_telling,
    reason_of,
    reason_off_net,
    status_towards_caller,
)
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move

NO_ANSWER_STOPS = actions.StopTimer(TimerName.NO_ANSWER)
_WAITING = frozenset({CallState.CANCELLING, CallState.ENDING})


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No target is left. `status` is the telephone's own word where the caller should get that."""

    reason: Reason
    status: int | None = None


Hunted = tuple[Call, tuple[Action, ...], Unanswered | None]


def ring(call: Call, connect: Connect) -> Step:
    """Ring every telephone of every target."""
    invites = tuple(_invites(call, connect))
    legs = tuple(invite.leg for invite in invites)
    moved = replace(
        connected(call, connect),
        ringing=legs,
        rung=(),
        legs_before=call.legs,
        legs=call.legs + len(legs),
    )
    patience = call.timings.no_answer_s if connect.no_answer_s is None else float(connect.no_answer_s)
    waits = [actions.StartTimer(TimerName.NO_ANSWER, patience)]
    if len(legs) > 1:
        waits.append(actions.StartTimer(TimerName.SILENT, call.timings.silent_s))
    return moved, (*invites, *waits)


def _invites(call: Call, connect: Connect) -> Iterator[actions.SendInvite]:
    leg = call.legs
    for target in connect.targets:
        for place in range(target.telephones):
            leg += 1
            yield actions.SendInvite(
                Leg(leg),
                target.called,
                place,
                target.shown_number,
                call.offer if call.trial is None else None,
                target.diversion,
                target.waits,
                to_port=call.trial is not None,
            )


def rings(call: Call, leg: Leg) -> Call:
    """The call, the leg having said that it rings."""
    rung = call.rung if leg in call.rung else (*call.rung, leg)
    return replace(call, state=CALL_STATES.move(call.state, Move.RING), rung=rung)


def won(call: Call, leg: Leg) -> Step:
    """The first telephone answers: the others are told to stop."""
    call = counted(call, leg)
    others = without(call.ringing, leg)
    moved = replace(call, ringing=(), cancelling=(*call.cancelling, *others))
    return moved, cancel(call, others)


def crossed(call: Call, leg: Leg) -> Step:
    """A 200 that crossed our CANCEL: acknowledged and hung up."""
    left = without(call.cancelling, leg)
    moved = replace(call, cancelling=left, byes_open=call.byes_open + 1)
    if call.state in _WAITING:
        moved = replace(moved, state=CALL_STATES.move(call.state, Move.ANSWER))
    return moved, (*_settling(left), actions.SendAck(leg, None), actions.SendBye(leg))


def refused(call: Call, event: events.Refused) -> Hunted:
    """A telephone refuses or can't be had; when none is left the call goes on to the next target, if any."""
    if event.leg in call.cancelling:
        left = without(call.cancelling, event.leg)
        return settled(replace(call, cancelling=left)), _settling(left), None
    if event.leg not in call.ringing:
        return call, (), None
    why, status = _meant(call, event)
    reason = more_telling(call.failure, why)
    moved = replace(call, ringing=without(call.ringing, event.leg), failure=reason)
    if moved.ringing:
        return moved, (), None
    return _failed(moved, Unanswered(reason, status if reason is why else None))


def _meant(call: Call, event: events.Refused) -> tuple[Reason, int | None]:
    """What the refusal amounts to; a telephone's has its own status towards the caller."""
    if _is_off_net(call, event.leg):
        return reason_off_net(event.status), None
    return reason_of(event.status), status_towards_caller(event.status)


def _is_off_net(call: Call, leg: Leg) -> bool:
    target = target_of(call, leg)
    return target is not None and isinstance(target.called, OffNet)


def silent(call: Call) -> Hunted:
    """Of several telephones some have said something by now: those that have not are taken for gone.

    One that was unplugged stays registered for a while; nobody need wait for it to hear of a busy one.
    Another network may take its time.
    """
    still = tuple(leg for leg in call.ringing if leg not in call.rung and not _is_off_net(call, leg))
    if not still or (len(still) == len(call.ringing) and call.failure is None):
        return call, (), None
    left = tuple(leg for leg in call.ringing if leg not in still)
    moved = replace(call, ringing=left, cancelling=(*call.cancelling, *still))
    stopped = cancel(call, still)
    if left or call.failure is None:
        return moved, stopped, None
    failed, todo, unanswered = _failed(moved, Unanswered(call.failure))
    return failed, (*stopped, *todo), unanswered


def no_answer(call: Call) -> Hunted:
    """It rang long enough: on to the next target, or no more."""
    if not call.ringing:
        return call, (), None
    stopped, cancels = stop(call)
    rings_somewhere = any(leg in call.rung for leg in call.ringing)
    onward = _onward(call, Failure.NO_ANSWER)
    if onward is not None:
        diverted, todo = ring(replace(stopped, state=CALL_STATES.move(call.state, Move.DIVERT)), onward)
        return diverted, (*cancels, *todo), None
    reason = Reason.NO_ANSWER if rings_somewhere else call.failure or Reason.NO_ANSWER
    return stopped, (NO_ANSWER_STOPS, *cancels), Unanswered(reason)


def stop(call: Call) -> Step:
    """Tell every telephone that rings to stop."""
    moved = replace(call, ringing=(), cancelling=(*call.cancelling, *call.ringing))
    return moved, cancel(call, call.ringing)


def settled(call: Call) -> Call:
    """The call, over if it only waited for the last word of its legs and has had it."""
    if not call.is_settled or not CALL_STATES.allows(call.state, Move.FINISH):
        return call
    return replace(call, state=CALL_STATES.move(call.state, Move.FINISH))


def cancel(call: Call, legs: tuple[Leg, ...]) -> tuple[Action, ...]:
    """Tell the legs to stop, and wait for their last words."""
    if not legs:
        return ()
    settle = actions.StartTimer(TimerName.SETTLE, call.timings.settle_s)
    return (*(actions.CancelInvite(leg) for leg in legs), settle)


def without(legs: tuple[Leg, ...], leg: Leg) -> tuple[Leg, ...]:
    return tuple(each for each in legs if each != leg)


def _failed(call: Call, unanswered: Unanswered) -> Hunted:
    """No telephone of the target is left: on to the next, or no more."""
    onward = _onward(call, failure_of(unanswered.reason))
    if onward is None:
        return call, (NO_ANSWER_STOPS,), unanswered
    diverted, todo = ring(replace(call, state=CALL_STATES.move(call.state, Move.DIVERT)), onward)
    return diverted, (NO_ANSWER_STOPS, *todo), None


def _onward(call: Call, failure: Failure | None) -> Connect | None:
    if call.connect is None or failure is None:
        return None
    return call.connect.otherwise.get(failure)


def _settling(left: tuple[Leg, ...]) -> tuple[Action, ...]:
    return () if left else (actions.StopTimer(TimerName.SETTLE),)
