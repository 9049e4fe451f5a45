"""INVITE with Replaces (RFC 3891): a telephone takes the place of a dialog of ours that it names.

    a telephone that talks      is hung up, and the newcomer talks on in its place
    a telephone that rings      is picked up

Both are for telephones of the same line, Centrex group or enterprise VPN, as `*12*SN#` is: who knows a
dialog's name has it from the one whose dialog it is, or has listened to the wire. What fits no dialog gets
481 (so does the early dialog of who calls, which we did not begin), what is not allowed 603, a dialog that
is answered already and was wanted `early-only` 486 (section 3).
"""

from __future__ import annotations

from dakehu.numbering.domain.lines import may_originate
from dakehu.switch.callcontrol import (
    CALLER,
    Call,
    CallState,
    Event,
    Leg,
    Talker,
    events,
    is_plain_talk,
    may_be_taken,
    same_office,
    target_of,
)
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.deciding import Decider
from dakehu.switch.runtime.sessions import Session, Side
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.sip import Fault, Malformed, Replaces, Request, RequestArrived, replaces_of

_NONE, _BUSY, _NOT_ACCEPTABLE, _FORBIDDEN, _DECLINE = 481, 486, 488, 403, 603
_OVER = frozenset({CallState.ENDING, CallState.OVER})


class Replacer:
    """One per process."""

    def __init__(self, wire: Wire, decider: Decider) -> None:
        self._wire = wire
        self._decider = decider

    def replace(self, line: LineEntry, arrived: RequestArrived) -> None:
        """Bring the line's telephone into the call that it names, or refuse its INVITE."""
        side = self._wire.newcomer(CALLER, arrived)
        fault = side if isinstance(side, Fault) else self._seat(line, side, arrived.request)
        if fault is not None:
            self._wire.tools.answer(arrived.server, arrived.request, fault)

    def _seat(self, line: LineEntry, side: Side, request: Request) -> Fault | None:
        try:
            replaces = replaces_of(request)
        except Malformed as malformed:
            return Fault(400, malformed.reason)
        found = self._wire.board.by_dialog_id(replaces.dialog_id) if replaces is not None else None
        if replaces is None or found is None:
            return Fault(_NONE, "")
        if not may_originate(line.status):
            return Fault(_FORBIDDEN, "")
        session, theirs = found
        side.leg = Leg(session.call.legs + 1)
        wanted = self._event(line, side.leg, session, theirs, replaces)
        if isinstance(wanted, int):
            return Fault(wanted, "")
        if self._wire.tools.media is None or not request.body:
            return Fault(_NOT_ACCEPTABLE, "")
        self._wire.seat(session, side, request)
        self._wire.apply(session, wanted)
        return None

    def _event(
        self, line: LineEntry, leg: Leg, session: Session, theirs: Side, replaces: Replaces
    ) -> Event | int:
        """What happens to the call, or the status of the refusal."""
        call = session.call
        talker = call.talker(theirs.leg)
        if talker is not None:
            return self._talking(line, leg, call, talker, early_only=replaces.early_only)
        if theirs.leg in call.ringing:
            return _ringing(line, leg, call, theirs.leg)
        return _DECLINE if call.state in _OVER else _NONE

    def _talking(
        self, line: LineEntry, leg: Leg, call: Call, talker: Talker, *, early_only: bool
    ) -> Event | int:
        if early_only:
            return _BUSY
        replaced = self._decider.line(talker.number) if talker.is_line else None
        if not is_plain_talk(call) or not _may_replace(line, replaced):
            return _DECLINE
        return events.TakenOver(leg, line.public_number, talker.leg)


def _ringing(line: LineEntry, leg: Leg, call: Call, rings: Leg) -> Event | int:
    target = target_of(call, rings)
    called = target.called if target is not None and isinstance(target.called, LineEntry) else None
    if not may_be_taken(call) or not _may_replace(line, called):
        return _DECLINE
    return events.PickedUp(leg, line.public_number, "pick_up")


def _may_replace(line: LineEntry, replaced: LineEntry | None) -> bool:
    if replaced is None:
        return False
    return line.public_number == replaced.public_number or same_office(line, replaced)
