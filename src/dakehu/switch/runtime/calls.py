"""The shell around call control: what the stack says becomes events.

`CallDesk` holds no rule. It finds the call that a request, a response, a failure or a timer belongs to, makes
one event of it, has `callcontrol.step` decide and the `Performer` carry the actions out in their order.
"""

from __future__ import annotations

import asyncio

from dakehu.switch.callcontrol import CALLER, Call, CallState, Decision, Event, events, step
from dakehu.switch.runtime.acting import Performer
from dakehu.switch.runtime.asking import Asker
from dakehu.switch.runtime.early import Listener
from dakehu.switch.runtime.inside import Inside
from dakehu.switch.runtime.messages import media_of
from dakehu.switch.runtime.provisional import Teller, how_it_hears
from dakehu.switch.runtime.refreshing import Keeper
from dakehu.switch.runtime.sessions import Pending, Purpose, Session, Side, Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import (
    AckArrived,
    AnswerUnacknowledged,
    CancelArrived,
    DialogId,
    Fault,
    Malformed,
    PrackArrived,
    RequestArrived,
    Response,
    ResponseArrived,
    TransactionFailed,
)

_GONE = frozenset({408, 481, 503})


class CallDesk:
    """All calls of one process."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._board = Switchboard()
        asker = Asker(tools, self._board)
        self._listener = Listener(tools, self._board, asker)
        self._asker = asker
        self._keeper = Keeper(tools, asker, tools.session_timers, self._apply)
        self.teller = Teller(tools, self._board, self._keeper, self._apply)
        self.inside = Inside(tools, self._board, asker, self._keeper, self._apply)
        self._performer = Performer(tools, asker, self.teller, self._keeper, self._apply)
        self.idle = asyncio.Event()
        """Set while there is no call."""
        self.idle.set()

    def __len__(self) -> int:
        """Calls that are not over."""
        return len(self._board)

    def call(self, call: Call, decision: Decision, arrived: RequestArrived) -> None:
        """A telephone's INVITE, its line known and the call decided."""
        request = arrived.request
        try:
            hears = how_it_hears(request)
        except Malformed as malformed:
            self._tools.answer(arrived.server, request, Fault(400, malformed.reason))
            return
        a = Side(
            CALLER,
            self._tools.stack.new_tag(),
            arrived.source.transport,
            arrived.source,
            request,
            arrived.server,
            said=request,
            hears=hears,
        )
        fault = self._keeper.asked(a, request)
        if fault is not None:
            self._tools.answer(arrived.server, request, fault)
            return
        session = Session(call, a)
        self._board.add(session)
        self.idle.clear()
        self._board.note_server(arrived.server, session, a)
        self._board.note_dialog(DialogId(request.call_id, a.tag, request.from_.tag), session, a)
        self._apply(session, events.InviteArrived(decision, media_of(request)))

    def in_dialog(self, arrived: RequestArrived) -> None:
        """A request with a To tag."""
        request = arrived.request
        found = self._board.by_dialog(request)
        if found is None:
            self._tools.answer(arrived.server, request, Fault(481, ""))
            return
        session, side = found
        self.inside.receive(session, side, arrived)

    def cancelled(self, arrived: CancelArrived) -> None:
        """CANCEL; that of a re-INVITE changes nothing, for its last word is near."""
        found = self._board.by_server(arrived.server)
        if found is not None and found[1].server == arrived.server:
            self._apply(found[0], events.Cancelled())

    def acknowledged(self, arrived: AckArrived) -> None:
        """ACK of a 200 of ours."""
        found = self._board.by_server(arrived.server)
        if found is not None:
            session, side = found
            self._apply(session, events.Acknowledged(side.leg, media_of(arrived.ack)))

    def pracked(self, arrived: PrackArrived) -> None:
        """PRACK of an answer of ours that was sent for certain."""
        self.inside.pracked(arrived)
        found = self._board.by_server(arrived.invite)
        if found is not None:
            self.teller.acknowledged(*found)

    def unacknowledged(self, given_up: AnswerUnacknowledged) -> None:
        """A 200 of ours that nobody wanted."""
        found = self._board.by_server(given_up.server)
        if found is not None:
            self._apply(found[0], events.Unacknowledged(found[1].leg))

    def answered(self, arrived: ResponseArrived) -> None:
        """A response to a request of ours."""
        pending = self._board.by_client(arrived.client)
        if pending is None:
            return
        response = arrived.response
        if response.is_provisional:
            if pending.purpose is not Purpose.INVITE or response.status == 100:
                return
            if "allow" in response:
                pending.side.said = response
            if self._listener.hear(pending.session, pending.side, response) and response.status != 199:
                rung = events.Ringing(pending.side.leg, response.status, media_of(response))
                self._apply(pending.session, rung)
            return
        self._board.finish_client(arrived.client)
        if pending.purpose is Purpose.INVITE:
            self._invite_answered(pending, arrived)
            return
        if pending.purpose is Purpose.REINVITE:
            self.inside.reinvite_answered(pending.session, pending.side, response)
        self._finished(pending, response)

    def failed(self, failed: TransactionFailed) -> None:
        """A request of ours got no answer."""
        pending = self._board.by_client(failed.client)
        if pending is None:
            return
        self._board.finish_client(failed.client)
        if pending.purpose is Purpose.INVITE:
            self._apply(pending.session, events.Refused(pending.side.leg, failed.status))
        else:
            self._finished(pending, Response.build(failed.status))

    def stop(self) -> None:
        """End every call."""
        for session in list(self._board.sessions):
            self._apply(session, events.Stopped())

    # --- inside

    def _apply(self, session: Session, event: Event) -> None:
        session.call, todo = step(session.call, event, self._tools.clock.epoch_ms())
        for action in todo:
            self._performer.perform(session, action)
        if session.call.state is CallState.OVER:
            self.inside.close(session)
            self._board.remove(session)
            if not self._board:
                self.idle.set()

    def _invite_answered(self, pending: Pending, arrived: ResponseArrived) -> None:
        session, side, response = pending.session, pending.side, arrived.response
        longer = self._keeper.ask_longer(side, response)
        if longer is not None:
            side.invite = longer
            self._asker.ask(session, side, longer, Purpose.INVITE)
            return
        if not response.is_success or side.invite is None:
            self._apply(session, events.Refused(side.leg, response.status))
            return
        try:
            media = self._listener.answered(session, side, response)
        except Malformed:
            self._apply(session, events.Refused(side.leg, 500))
            return
        if side.peer is None:
            side.peer = arrived.source
        side.owes_ack = True
        side.said = response if "allow" in response else side.said
        self._keeper.answered(session, side, response)
        self._apply(session, events.Answered(side.leg, media))

    def _finished(self, pending: Pending, response: Response) -> None:
        """The last word to a re-INVITE, a BYE or a probe."""
        leg, status = pending.side.leg, response.status
        event: Event
        match pending.purpose:
            case Purpose.REINVITE:
                event = events.ReinviteAnswered(leg, status, media_of(response))
            case Purpose.PROBE:
                event = events.ProbeAnswered(leg, is_alive=status not in _GONE)
            case Purpose.BYE:
                event = events.ByeFinished(leg)
            case Purpose.REFRESH:
                self._keeper.refreshed(pending.session, pending.side, response)
                return
            case _:
                return
        self._apply(pending.session, event)
