"""Re-INVITEs in a call: those of a leg, passed on to the other, and ours, to connect the media anew.

An offer goes through whole, whichever message carries it. Where a re-INVITE brings none, the answer's 200
does, and its ACK waits for the asker's. One re-INVITE at a time: another is answered 491 (RFC 3261 section
14.2). A leg that hears us is answered by its port.

Ours come from the plan, a step after the other: a leg is asked for an offer that the other answers (RFC
3725), or is connected to a port. A leg that answers 491 is asked again; any other refusal leaves it as it was
where it was to hear something, and ends a call that can't be connected otherwise.
"""

from __future__ import annotations

from dataclasses import replace as changed
from typing import assert_never

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, Place
from dakehu.switch.callcontrol.events import CALLER, Leg, Media, TimerName
from dakehu.switch.callcontrol.hunt import without
from dakehu.switch.callcontrol.ledger import Step
from dakehu.switch.callcontrol.plan import Attach, Link, Op, legs_of
from dakehu.switch.callcontrol.states import CallState

GONE = frozenset({408, 481})
_OURS = frozenset({401, 407, 503})
_GLARE = 491


def reinvited(call: Call, event: events.ReinviteArrived) -> Step:
    """A leg offers another session: hold, resume, another codec."""
    talker = call.talker(event.leg)
    if event.is_update and call.state is CallState.RINGING and call.early_update is None:
        return _early_update(call, event)
    if call.state is not CallState.UP or talker is None:
        before = call.state in {CallState.CALLING, CallState.RINGING}
        return call, (actions.AnswerReinvite(event.leg, _GLARE if before else 481),)
    if call.reinvite_from is not None or call.ack_owed is not None or call.plan or call.early_update:
        return call, (actions.AnswerReinvite(event.leg, _GLARE),)
    peer = call.peer(event.leg)
    if talker.place is not Place.PEER:
        answered_call = call if event.is_update else _expecting_ack(call, event.leg)
        return answered_call, (actions.AnswerFromPort(event.leg, event.media),)
    if peer is None or peer in call.busy:
        return call, (actions.AnswerReinvite(event.leg, _GLARE),)
    moved = replace(
        call,
        reinvite_from=event.leg,
        reinvite_offers=event.media is not None,
        reinvite_acks=not event.is_update,
    )
    return _asking(moved, peer), (actions.SendReinvite(peer, event.media, event.is_update),)


def answered(call: Call, event: events.ReinviteAnswered) -> tuple[Call, tuple[Action, ...], Leg | None]:
    """A leg's last word to a re-INVITE that we sent it; the third is a leg that turned out to be gone."""
    if call.early_update is not None and call.early_update[1] == event.leg:
        return *_early_update_answered(call, event, call.early_update[0]), None
    call = replace(call, busy=without(call.busy, event.leg))
    if call.stage == event.leg:
        return _stepped(call, event)
    success = 200 <= event.status < 300
    asker = call.peer(event.leg)
    if call.state is not CallState.UP or asker is None or call.reinvite_from != asker:
        call, acked = _too_late(call, event) if success else (call, ())
        moved, todo = proceed(call)
        return moved, (*acked, *todo), None
    moved = replace(call, reinvite_from=None)
    if success:
        moved = _expecting_ack(moved, asker) if call.reinvite_acks else moved
        answer = actions.AnswerReinvite(asker, 200, event.media)
        if call.reinvite_offers:
            return moved, (actions.SendAck(event.leg, None), answer), None
        return replace(moved, ack_owed=event.leg, owed_offer=event.media), (answer,), None
    told = _told(event.status)
    gone = event.leg if event.status in GONE else None
    return moved, (actions.AnswerReinvite(asker, told),), gone


def acknowledged(call: Call, event: events.Acknowledged) -> Step:
    """The ACK of a 200 of ours, perhaps with the answer that the other leg's 200 waits for."""
    call = replace(call, unacked=without(call.unacked, event.leg))
    if call.state is not CallState.UP:
        return call, ()
    paid: tuple[Action, ...] = ()
    if call.ack_owed is not None and call.ack_owed == call.peer(event.leg):
        paid = (actions.SendAck(call.ack_owed, event.media),)
        call = replace(call, ack_owed=None, owed_offer=None)
    moved, todo = proceed(call)
    return moved, (*paid, *todo)


def proceed(call: Call) -> Step:
    """Go on with the plan as far as that can be done at once."""
    todo: list[Action] = []
    while call.plan and call.stage is None and call.reinvite_from is None and call.ack_owed is None:
        op = call.plan[0]
        if any(call.talker(leg) is None for leg in legs_of(op)):
            call = replace(call, plan=call.plan[1:])
            continue
        if isinstance(op, Attach) and _hears_us(call, op):
            call = replace(_placed(call, op), plan=call.plan[1:])
            todo.append(actions.Attach(op.leg, op.hears))
            continue
        if not {*legs_of(op)}.isdisjoint((*call.busy, *call.unacked)):
            break
        first = legs_of(op)[0]
        call = _asking(replace(call, stage=first), first)
        todo.append(_first_step(op))
    return call, tuple(todo)


def replanned(call: Call, *plan: Op) -> Step:
    """Another plan instead; what is open from the one before is settled.

    A leg whose 200 brought an offer gets an answer, a port's, in its ACK (RFC 3261 section 13.2.2.4): without
    one a telephone may hang up.
    """
    settling: list[Action] = []
    for owed in _settling(call):
        paid: tuple[Action, ...] = (owed,)
        if isinstance(owed, actions.SendAck):
            call, paid = _answered_by_port(call, owed.leg, _offer_of(call, owed.leg))
        settling.extend(paid)
    moved, todo = proceed(_nothing_open(call, plan))
    return moved, (*settling, *todo)


def abandoned(call: Call) -> Step:
    """No plan any more, since the call ends."""
    return _nothing_open(call, ()), _settling(call)


def retried(call: Call) -> Step:
    """The glare is over: ask again."""
    if call.state is not CallState.UP or not call.plan or call.stage is None or call.stage in call.busy:
        return call, ()
    op = call.plan[0]
    again = actions.SendReinvite(call.stage, op.offer) if isinstance(op, Link) else _first_step(op)
    return _asking(call, call.stage), (again,)


# --- inside


def _early_update(call: Call, event: events.ReinviteArrived) -> Step:
    """UPDATE before the answer (RFC 3311) goes through while one telephone alone rings."""
    if len(call.ringing) != 1 or event.leg not in {CALLER, *call.ringing}:
        return call, (actions.AnswerReinvite(event.leg, _GLARE),)
    to = call.ringing[0] if event.leg == CALLER else CALLER
    moved = replace(call, early_update=(event.leg, to))
    return moved, (actions.SendReinvite(to, event.media, by_update=True),)


def _early_update_answered(call: Call, event: events.ReinviteAnswered, asker: Leg) -> Step:
    success = 200 <= event.status < 300
    status = event.status if success else _told(event.status)
    answer = actions.AnswerReinvite(asker, status, event.media if success else None)
    return replace(call, early_update=None), (answer,)


def _told(status: int) -> int:
    """What the asker of a re-INVITE is told; what lies between us and the other leg alone is our fault."""
    return 500 if status in _OURS or status < 400 else status


def _settling(call: Call) -> tuple[Action, ...]:
    """What is owed to legs before something else is done with them."""
    todo: list[Action] = []
    if call.ack_owed is not None:
        todo.append(actions.SendAck(call.ack_owed, None))
    if call.reinvite_from is not None:
        todo.append(actions.AnswerReinvite(call.reinvite_from, 487))
    op = call.plan[0] if call.plan else None
    if isinstance(op, Link) and op.offer is not None:
        todo.append(actions.SendAck(op.first, None))
    return tuple(todo)


def _offer_of(call: Call, leg: Leg) -> Media | None:
    """What the leg's 200 brought that is not acknowledged yet."""
    if call.ack_owed == leg:
        return call.owed_offer
    op = call.plan[0] if call.plan else None
    return op.offer if isinstance(op, Link) else None


def _answered_by_port(call: Call, leg: Leg, offer: Media | None) -> Step:
    """The ACK of a leg's 200; an offer in that is answered by a port, where the leg is then."""
    if offer is None or call.talker(leg) is None:
        return call, (actions.SendAck(leg, None),)
    return moved_to(call, Place.PORT, leg), (actions.AckFromPort(leg, offer),)


def _too_late(call: Call, event: events.ReinviteAnswered) -> Step:
    """A 200 to a re-INVITE whose asker no longer waits for it."""
    offer = None if call.reinvite_offers or call.state is not CallState.UP else event.media
    return _answered_by_port(call, event.leg, offer)


def _nothing_open(call: Call, plan: tuple[Op, ...]) -> Call:
    return replace(call, plan=plan, stage=None, ack_owed=None, owed_offer=None, reinvite_from=None)


def _stepped(call: Call, event: events.ReinviteAnswered) -> tuple[Call, tuple[Action, ...], Leg | None]:
    """The plan's step had its answer."""
    op = call.plan[0]
    success = 200 <= event.status < 300
    if event.status == _GLARE:
        return call, (actions.StartTimer(TimerName.RETRY, call.timings.retry_s),), None
    if not success:
        return _refused(call, op, event)
    match op:
        case Attach():
            moved, todo = proceed(_placed(_done(call), op))
            return moved, (actions.SendAck(op.leg, None), actions.Attach(op.leg, op.hears), *todo), None
        case Link() if op.offer is None and event.media is not None:
            linking = changed(op, offer=event.media)
            moved = replace(call, plan=(linking, *call.plan[1:]), stage=op.second)
            return _asking(moved, op.second), (actions.SendReinvite(op.second, event.media),), None
        case Link() if op.offer is None:
            return _done(call), (actions.SendAck(op.first, None),), event.leg
        case Link():
            moved, todo = proceed(_linked(_done(call), op))
            acks = (actions.SendAck(op.second, None), actions.SendAck(op.first, event.media))
            detached = (actions.Detach(op.first), actions.Detach(op.second))
            return moved, (*acks, *detached, *todo), None
        case _:
            assert_never(op)


def _refused(
    call: Call, op: Op, event: events.ReinviteAnswered
) -> tuple[Call, tuple[Action, ...], Leg | None]:
    """A leg that only was to hear something stays as it is; legs that can't be linked have no call."""
    owed: tuple[Action, ...] = ()
    if isinstance(op, Link) and op.offer is not None:
        owed = (actions.SendAck(op.first, None),)
    moved, todo = proceed(_done(call))
    lost = isinstance(op, Link) or event.status in GONE
    return moved, (*owed, *todo), event.leg if lost else None


def _first_step(op: Op) -> Action:
    return actions.SendReinvite(op.first, None) if isinstance(op, Link) else actions.OfferPort(op.leg)


def _hears_us(call: Call, op: Attach) -> bool:
    talker = call.talker(op.leg)
    return talker is not None and talker.place in {Place.PORT, Place.ROOM}


def _placed(call: Call, op: Attach) -> Call:
    return moved_to(call, Place.ROOM if op.hears is None else Place.PORT, op.leg)


def _linked(call: Call, op: Link) -> Call:
    return moved_to(call, Place.PEER, op.first, op.second)


def moved_to(call: Call, place: Place, *legs: Leg) -> Call:
    """The call with the legs in that place."""
    return replace(
        call,
        talkers=tuple(changed(each, place=place) if each.leg in legs else each for each in call.talkers),
    )


def _done(call: Call) -> Call:
    return replace(call, plan=call.plan[1:], stage=None)


def _asking(call: Call, leg: Leg) -> Call:
    return replace(call, busy=(*without(call.busy, leg), leg))


def _expecting_ack(call: Call, leg: Leg) -> Call:
    return replace(call, unacked=(*without(call.unacked, leg), leg))
