"""Transfer by a telephone's REFER (RFC 3515), to a number or into another call of its own (RFC 3891)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dakehu.kernel.numbers import CallClass
from dakehu.switch.callcontrol import CallState, Connect, Leg, Park, Talker, actions, events, is_plain_talk
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.deciding import Decider
from dakehu.switch.runtime.sessions import Purpose, Session, Side
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.sip import (
    SIPFRAG,
    Fault,
    Malformed,
    Refer,
    RequestArrived,
    notify_headers,
    read_refer,
    reply,
    sipfrag,
)

_NOT_FOUND, _FORBIDDEN, _NOT_NOW, _UNABLE = 404, 403, 491, 503
_RINGING = frozenset({CallState.CALLING, CallState.RINGING})


class Referee:
    """One per process."""

    def __init__(self, wire: Wire, decider: Decider) -> None:
        self._wire = wire
        self._decider = decider
        self.ways: dict[type[actions.Action], Callable[[Session, Any], None]] = {
            actions.AnswerRefer: self._answer_refer,
            actions.NotifyTransfer: self._notify,
        }

    def refer(self, session: Session, side: Side, arrived: RequestArrived) -> None:
        """A REFER inside the leg's dialog; what becomes of it is told by `AnswerRefer`."""
        if side.trunk:  # nobody here has asked for that, nor would pay for it
            self._wire.tools.answer(arrived.server, arrived.request, Fault(_FORBIDDEN, ""))
            return
        refused = 0 if side.refers is None else _NOT_NOW
        side.refers = (arrived.server, arrived.request)
        try:
            refer = read_refer(arrived.request)
        except Malformed:
            self._refuse(session, side, 400)
            return
        talker = session.call.talker(side.leg)
        if refused or talker is None:
            self._refuse(session, side, refused or _NOT_NOW)
        elif self._wire.tools.media is None:
            self._refuse(session, side, _UNABLE)
        elif not refer.to.is_call:
            self._refuse(session, side, _FORBIDDEN)
        else:
            side.refer = refer
            self._transfer(session, side, talker.number, refer)

    def _transfer(self, session: Session, side: Side, number: str, refer: Refer) -> None:
        if refer.to.replaces is None:
            self._blind(session, side, number, refer.to.number)
            return
        found = self._wire.board.by_dialog_id(refer.to.replaces.dialog_id)
        if found is None or found[0] is session:
            self._refuse(session, side, _NOT_FOUND)
            return
        other, theirs = found
        if other.call.state in _RINGING and theirs.leg == events.CALLER:
            ours = other.call.caller_is_line and other.call.record.calling_number == number
            dialled = other.call.record.dialled
            self._wire.soon(other, events.Cancelled())
            self._blind(session, side, number, dialled if ours else "")
            return
        talker = other.call.talker(theirs.leg)
        if talker is None or not talker.is_line or talker.number != number:
            self._refuse(session, side, _FORBIDDEN)
        elif not is_plain_talk(other.call) or not is_plain_talk(session.call):
            self._refuse(session, side, _NOT_NOW)
        else:
            self._join(session, side, other, theirs)

    def _blind(self, session: Session, side: Side, number: str, dialled: str) -> None:
        peer = session.call.peer(side.leg)
        original = session.call.talker(peer) if peer is not None else None
        decided = self._decider.decide(number, dialled, for_whom=original)
        if decided is None or not dialled:
            self._refuse(session, side, _FORBIDDEN)
            return
        if isinstance(decided.decision, Park):
            back = self._back(session, decided.line, original)
            self._wire.apply(session, events.Parked(side.leg, back))
            return
        self._wire.apply(session, events.Referred(side.leg, decided.decision, decided.line, decided.dialled))

    def _back(self, session: Session, line: LineEntry, original: Talker | None) -> Connect:
        """Where a parked call goes when nobody takes it: to the line that parked it, at nobody's cost."""
        shown = original.number if original is not None else ""
        call_class = session.call.record.call_class or CallClass.IN_GROUP
        telephones = max(1, self._wire.tools.telephones(line))
        return Connect(line, call_class, shown, ("park",), telephones)

    def _join(self, session: Session, side: Side, other: Session, theirs: Side) -> None:
        """The other side of the other call comes over, with the records of that call."""
        peer = other.call.peer(theirs.leg)
        talker = other.call.talker(peer) if peer is not None else None
        if talker is None:
            self._refuse(session, side, _NOT_NOW)
            return
        leg = Leg(session.call.legs + 1)
        self._wire.board.move(other.side(talker.leg), other, session, leg)
        records = other.call.records
        self._wire.apply(other, events.Parted(talker.leg))
        self._wire.apply(session, events.Joined(leg, talker.number, side.leg, records, talker.is_line))

    def _refuse(self, session: Session, side: Side, status: int) -> None:
        self._answer_refer(session, actions.AnswerRefer(side.leg, status))

    def _answer_refer(self, session: Session, action: actions.AnswerRefer) -> None:
        side = session.side(action.leg)
        if side.refers is None:
            return
        (server, request), side.refers = side.refers, None
        headers = list(self._wire.tools.scribe.contact_headers(side.transport))
        if action.status >= 300:
            side.refer = None
        elif side.refer is not None and not side.refer.wants_notify:
            headers.append(("Refer-Sub", "false"))
        response = reply(request, action.status, headers=headers)
        self._wire.tools.run(self._wire.tools.stack.respond(server, response, self._wire.now()))

    def _notify(self, session: Session, action: actions.NotifyTransfer) -> None:
        side = session.side(action.leg)
        if side.refer is None or not side.refer.wants_notify or side.dialog is None:
            return
        headers = notify_headers(side.refer.number, action.status)
        notify = side.dialog.request("NOTIFY", headers, body=sipfrag(action.status), content_type=SIPFRAG)
        self._wire.ask(session, side, notify, Purpose.NOTIFY)
        if action.status >= 200:
            side.refer = None
