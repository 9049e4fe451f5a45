"""A telephone that comes into a call of others: picks it up, takes it out of parking, breaks in, ends it."""

from __future__ import annotations

from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol import (
    Answer,
    CallState,
    Deny,
    Event,
    Leg,
    Reach,
    Reason,
    Serve,
    Take,
    events,
    is_plain_talk,
    may_be_taken,
    ringing_targets,
)
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.sessions import Session, Side
from dakehu.switch.runtime.switchboard import Switchboard, parked_by, ringing_in
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.sip import Request


class Interceptor:
    """One per process."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def take(self, caller: LineEntry, take: Take, side: Side, request: Request) -> Answer | None:
        """Bring the caller into the call that is meant; or what to do with the INVITE where there is none."""
        if take.reach is Reach.RELEASE:
            return self._release(take)
        session = self._wanted(caller, take)
        if session is None or self._wire.tools.media is None or not request.body:
            return Deny(Reason.NOTHING_TO_TAKE, (*take.trace, Reason.NOTHING_TO_TAKE))
        leg = side.leg = Leg(session.call.legs + 1)
        self._wire.seat(session, side, request)
        event: Event
        if take.reach is Reach.BREAK_IN:
            event = events.BrokeIn(leg, caller.public_number)
        else:
            event = events.PickedUp(leg, caller.public_number, take.trace[-1])
        self._wire.apply(session, event)
        return None

    def _release(self, take: Take) -> Answer:
        number = take.line.public_number if take.line is not None else ""
        talks = [each for each in self._wire.board.calls_of(number) if each.call.state is CallState.UP]
        for session in talks:
            self._wire.apply(session, events.Released())
        if not talks:
            return Deny(Reason.NOTHING_TO_TAKE, (*take.trace, Reason.NOTHING_TO_TAKE))
        return Serve(Told.ACTIVATED, take.trace)

    def _wanted(self, caller: LineEntry, take: Take) -> Session | None:
        """The oldest call that fits."""
        return next(iter(_candidates(self._wire.board, caller, take)), None)


def _candidates(board: Switchboard, caller: LineEntry, take: Take) -> list[Session]:
    if take.line is None:
        return [each for each in board.noted(ringing_in(caller.group_id)) if may_be_taken(each.call)]
    number = take.line.public_number
    if take.reach is Reach.RETRIEVE:
        return [each for each in board.noted(parked_by(number)) if may_be_taken(each.call)]
    calls = board.calls_of(number)
    if take.reach is Reach.BREAK_IN:
        return [each for each in calls if is_plain_talk(each.call)]
    return [each for each in calls if _rings_at(each, number) and may_be_taken(each.call)]


def _rings_at(session: Session, number: str) -> bool:
    call = session.call
    if call.state is CallState.UP:
        return False
    return any(target.called.public_number == number for target in ringing_targets(call))
