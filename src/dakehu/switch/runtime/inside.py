"""Requests of a leg inside its dialog: re-INVITE, UPDATE, PRACK, INFO, BYE, OPTIONS, REFER.

An UPDATE without a session description changes nothing in the call and is answered here (RFC 3311). One with
an offer is for call control, like a re-INVITE, and so is an offer in a PRACK; where the leg's first offer was
not answered for certain yet it is too early for another. What no one answered when the call ends is answered
then.
"""

from __future__ import annotations

from collections.abc import Callable

from dakehu.switch.callcontrol import CallState, events
from dakehu.switch.runtime.messages import media_of
from dakehu.switch.runtime.sessions import Purpose, Session, Side
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.sip import (
    DialogState,
    Fault,
    Flash,
    Key,
    PrackArrived,
    Request,
    RequestArrived,
    Response,
    ServerId,
    dtmf_relay,
    read_info,
)

_TOO_EARLY = Fault(500, "", (("Retry-After", "1"),))


class Inside:
    """`refer` deals with REFER; `pressed` hears of keys that we asked the leg for."""

    def __init__(
        self,
        wire: Wire,
        refer: Callable[[Session, Side, RequestArrived], None],
        pressed: Callable[[Session, Side, str], None],
    ) -> None:
        self._wire = wire
        self._tools = wire.tools
        self._board = wire.board
        self._keeper = wire.keeper
        self._apply = wire.apply
        self._pressed = pressed
        self._ways: dict[str, Callable[[Session, Side, RequestArrived], None]] = {
            "INVITE": self._reinvite,
            "UPDATE": self._update,
            "BYE": self._bye,
            "INFO": self._info,
            "OPTIONS": self._options,
            "REFER": self._refer,
        }
        self._referee = refer

    def receive(self, session: Session, side: Side, arrived: RequestArrived) -> None:
        """A request of the leg."""
        request = arrived.request
        dialog = side.dialog_of(request)
        fault = dialog.receive(request) if dialog is not None else None
        way = self._ways.get(request.method)
        if fault is not None or way is None:
            self._tools.answer(arrived.server, request, fault or Fault(481, ""))
            return
        if "allow" in request:
            side.said = request
        way(session, side, arrived)

    def pracked(self, arrived: PrackArrived) -> None:
        """A PRACK of the caller. An offer in it is as good as one of UPDATE."""
        found = self._board.by_server(arrived.invite)
        prack = arrived.prack
        if found is None:
            self._tools.answer(arrived.server, prack, Fault(481, ""))
            return
        session, side = found
        dialog = side.dialog_of(prack)
        fault = dialog.receive(prack) if dialog is not None else None
        if fault is None and prack.body:
            self._offered(session, side, arrived.server, prack)
        else:
            self._tools.answer(arrived.server, prack, fault or Fault(200, ""))

    def reinvite_answered(self, session: Session, side: Side, response: Response) -> None:
        """The leg gave the last word to a re-INVITE or UPDATE of ours."""
        dialog = side.open_dialog
        if dialog is not None:
            dialog.receive_response(response)
        if response.is_success:
            side.keeping.media = side.keeping.offered
            if side.dialog is not None and side.dialog.state is DialogState.CONFIRMED:
                self._keeper.answered(side, response)
        if response.is_success and response.cseq.method == "INVITE":
            side.owes_ack = True
        elif response.is_success and session.caller is not None:
            # Before the answer: what the 200 would say of the session is out of date.
            session.caller.hears.is_updated = True

    def close(self, session: Session) -> None:
        """The call is over: answer what is still open, and give up what no telephone answers."""
        self._keeper.stop(session)
        for client in session.clients:
            if self._board.by_client(client) is not None:
                self._tools.run(self._tools.stack.cancel(client, self._tools.clock.now()))
        for side in session.sides.values():
            for waiting in (side.asked, side.refers):
                if waiting is not None:
                    self._tools.answer(*waiting, Fault(481, ""))
            side.asked = side.refers = None

    # --- one method each

    def _reinvite(self, session: Session, side: Side, arrived: RequestArrived) -> None:
        fault = self._keeper.asked(side, arrived.request)
        if fault is not None or side.asked is not None or side.keeping.asks == "INVITE":
            self._tools.answer(arrived.server, arrived.request, fault or Fault(491, ""))
            return
        side.asked = (arrived.server, arrived.request)
        self._board.note_server(arrived.server, session, side)
        media = self._wire.anchors.hears(side, media_of(arrived.request), is_request=True)
        self._apply(session, events.ReinviteArrived(side.leg, media))

    def _update(self, session: Session, side: Side, arrived: RequestArrived) -> None:
        is_up = side.dialog is not None and side.dialog.state is DialogState.CONFIRMED
        fault = self._keeper.asked(side, arrived.request) if is_up else None
        if fault is not None:
            self._tools.answer(arrived.server, arrived.request, fault)
        elif arrived.request.body:
            self._offered(session, side, arrived.server, arrived.request)
        else:
            headers = self._tools.scribe.contact_headers(side.transport)
            headers += self._keeper.answering(side) if is_up else []
            self._tools.answer(arrived.server, arrived.request, Fault(200, "", tuple(headers)))

    def _offered(self, session: Session, side: Side, server: ServerId, request: Request) -> None:
        """Another session is offered, and no ACK will follow."""
        dialog = side.dialog_of(request)
        is_early = dialog is None or dialog.state is DialogState.EARLY
        if side.asked is not None or side.keeping.asks == "INVITE" or (is_early and not side.is_settled):
            self._tools.answer(server, request, _TOO_EARLY)
            return
        side.asked = (server, request)
        media = self._wire.anchors.hears(side, media_of(request), is_request=True)
        self._apply(session, events.ReinviteArrived(side.leg, media, is_update=True))

    def _bye(self, session: Session, side: Side, arrived: RequestArrived) -> None:
        self._tools.answer(arrived.server, arrived.request, Fault(200, ""))
        self._apply(session, events.HungUp(side.leg))

    def _refer(self, session: Session, side: Side, arrived: RequestArrived) -> None:
        if side.trunk:  # nobody here has asked for that, nor would pay for it
            self._tools.answer(arrived.server, arrived.request, Fault(403, ""))
        else:
            self._referee(session, side, arrived)

    def _options(self, _session: Session, _side: Side, arrived: RequestArrived) -> None:
        headers = tuple(self._tools.scribe.options_headers())
        self._tools.answer(arrived.server, arrived.request, Fault(200, "", headers))

    def _info(self, session: Session, side: Side, arrived: RequestArrived) -> None:
        said = read_info(arrived.request)
        self._tools.answer(
            arrived.server, arrived.request, said if isinstance(said, Fault) else Fault(200, "")
        )
        if isinstance(said, Flash) and not side.trunk:  # the hook is for telephones of ours
            self._apply(session, events.Flashed(side.leg))
        elif isinstance(said, Key):
            self._pass_on(session, side, said)

    def _pass_on(self, session: Session, side: Side, said: Key) -> None:
        """A key that we asked for is ours; another reaches the other side as it came, where INFO is known."""
        if side.keys is not None:
            self._pressed(session, side, said.key)
            return
        peer = session.call.peer(side.leg) if session.call.state is CallState.UP else None
        other = session.sides.get(peer) if peer is not None else None
        if other is not None and other.dialog is not None and other.allows("INFO"):
            body, kind = dtmf_relay(said), "application/dtmf-relay"
            info = other.dialog.request("INFO", body=body, content_type=kind)
            self._wire.ask(session, other, info, Purpose.INFO)
