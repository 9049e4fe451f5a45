"""What every carrying out needs: to answer a leg's INVITE, to ask inside its dialog, to say so later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from dakehu.switch.callcontrol import Event, Leg, events
from dakehu.switch.runtime.anchoring import Anchors
from dakehu.switch.runtime.asking import Asker
from dakehu.switch.runtime.early import Listener
from dakehu.switch.runtime.messages import Headers, Outgoing, body_of
from dakehu.switch.runtime.provisional import Teller, how_it_hears
from dakehu.switch.runtime.refreshing import Keeper
from dakehu.switch.runtime.sessions import Purpose, Session, Side, Unsaid
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import DialogId, DialogState, Fault, Malformed, Request, RequestArrived, reply

Apply = Callable[[Session, Event], None]


class Wire:
    """One per process. `apply` is how what follows from an action comes back as an event, never at once."""

    def __init__(self, tools: Tools, board: Switchboard, apply: Apply) -> None:
        self.tools = tools
        self.board = board
        self.apply = apply
        self.anchors = Anchors(tools.media)
        asker = Asker(tools, board)
        self.ask = asker.ask
        self.keeper = Keeper(tools, board, asker, apply)
        self.teller = Teller(tools, board, self.keeper, apply)
        self.listener = Listener(tools, board, asker)

    def newcomer(self, leg: Leg, arrived: RequestArrived) -> Side | Fault:
        """The side of a telephone that calls us, or what is wrong with its INVITE."""
        request, source = arrived.request, arrived.source
        tag = self.tools.stack.new_tag()
        side = Side(leg, tag, source.transport, source, request, arrived.server, said=request)
        try:
            side.hears = how_it_hears(request)
        except Malformed as malformed:
            return Fault(400, malformed.reason)
        return self.keeper.asked(side, request) or side

    def respond(
        self,
        side: Side,
        status: int,
        media: events.Media | None,
        extra: Headers | None = None,
        *,
        tag: str = "",
    ) -> None:
        """Answer the INVITE of a leg that called us; with 200 its dialog is made.

        Another `tag` is another early dialog: sound of ours before an answer that has its own description
        (RFC 3261 section 12.1, as where a proxy forks).
        """
        media = self.anchors.tells(side, media)
        self.teller.tell(side, Unsaid(status, media, tuple(extra or ()), tag))

    def invite(self, session: Session, side: Side, outgoing: Outgoing) -> bool:
        """Call a telephone or gateway on its leg; False when it names no place to send it to."""
        self.anchors.called(side)
        media = self.anchors.tells(side, outgoing.media, is_request=True)
        if media is not outgoing.media:
            outgoing = replace(outgoing, media=media)
        side.invite = self.tools.scribe.invite(outgoing, side.transport)
        for name, value in self.keeper.calling():
            side.invite.add(name, value)
        side.keeping.media = outgoing.media
        side.early.clear()
        return self.ask(session, side, side.invite, Purpose.INVITE)

    def reinvite(
        self, session: Session, side: Side, media: events.Media | None, *, by_update: bool = False
    ) -> None:
        """Offer the leg another session, or (None) ask it for its offer."""
        dialog, method = side.open_dialog, self._method(side, by_update=by_update)
        if dialog is not None and method:
            media = self.anchors.tells(side, media, is_request=True)
            body, content_type = body_of(media)
            side.keeping.offered = media
            headers = [*self.tools.scribe.own_headers(), *self.keeper.offering(side)]
            request = dialog.request(method, headers, body=body, content_type=content_type)
            if self.ask(session, side, request, Purpose.REINVITE):
                return
        status = 491 if side.keeping.asks else 488
        self.soon(session, events.ReinviteAnswered(side.leg, status, None))

    def answer_reinvite(self, side: Side, status: int, media: events.Media | None) -> None:
        """The last word to a re-INVITE or UPDATE of the leg."""
        if side.asked is None:
            return
        (server, request), side.asked = side.asked, None
        if status >= 300:
            self.board.finish_server(server)
        headers: Headers = []
        if status >= 300 and side.anchor is not None:
            side.anchor.refused()
        media = self.anchors.tells(side, media)
        if status < 300:
            headers = self.tools.scribe.contact_headers(side.transport)
            side.keeping.media = media or side.keeping.media
            if side.dialog is not None and side.dialog.state is DialogState.CONFIRMED:
                headers += self.keeper.answering(side)
        body, content_type = body_of(media)
        response = reply(request, status, headers=headers, body=body, content_type=content_type)
        self.tools.run(self.tools.stack.respond(server, response, self.now()))

    def seat(self, session: Session, side: Side, request: Request) -> None:
        """A leg that calls us, known by its dialog from now on."""
        session.sides[side.leg] = side
        self.anchors.arrived(side)
        if side.server is not None:
            self.board.note_server(side.server, session, side)
        self.board.note_dialog(DialogId(request.call_id, side.tag, request.from_.tag), session, side)

    def soon(self, session: Session, event: Event) -> None:
        """The event, after the present piece of work."""
        asyncio.get_running_loop().call_soon(self.apply, session, event)

    def now(self) -> float:
        return self.tools.clock.now()

    def _method(self, side: Side, *, by_update: bool) -> str:
        """How the leg can be offered another session; empty where it can't just now.

        Before it has answered UPDATE alone will do, where the first offer was answered for certain.
        """
        if side.keeping.asks == "INVITE":
            return ""
        updates = by_update and side.allows("UPDATE")
        if side.dialog is None or side.dialog.state is DialogState.EARLY:
            return "UPDATE" if updates and side.is_settled else ""
        return "UPDATE" if updates else "INVITE"
