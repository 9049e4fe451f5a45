"""What every carrying out needs: to answer a leg's INVITE, to ask inside its dialog, to say so later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dakehu.switch.callcontrol import Event, events
from dakehu.switch.runtime.messages import Headers, body_of
from dakehu.switch.runtime.sessions import Pending, Purpose, Session, Side, Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import Dialog, DialogId, Malformed, Request, reply

Apply = Callable[[Session, Event], None]


class Wire:
    """One per process. `apply` is how what follows from an action comes back as an event, never at once."""

    def __init__(self, tools: Tools, board: Switchboard, apply: Apply) -> None:
        self.tools = tools
        self.board = board
        self.apply = apply

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
        if side.invite is None or side.server is None:
            return
        body, content_type = body_of(media)
        response = reply(
            side.invite,
            status,
            tag=tag or side.tag,
            headers=[*self.tools.scribe.contact_headers(side.transport), *(extra or ())],
            body=body,
            content_type=content_type,
        )
        if status >= 200:
            contact = self.tools.scribe.contact(side.transport)
            side.dialog = Dialog.from_request(side.invite, response, contact=contact)
        self.tools.run(self.tools.stack.respond(side.server, response, self.now()))

    def ask(self, session: Session, side: Side, request: Request, purpose: Purpose) -> bool:
        """Send a request of ours; False when it names no place to send it to."""
        try:
            client, outputs = self.tools.stack.request(request, self.now(), destination=side.route)
        except Malformed:
            return False
        self.board.note_client(client, Pending(session, side, purpose))
        if request.method == "INVITE":
            side.client = client
        self.tools.run(outputs)
        return True

    def reinvite(self, session: Session, side: Side, media: events.Media | None) -> None:
        """Offer the leg another session, or (None) ask it for its offer."""
        body, content_type = body_of(media)
        if side.dialog is not None:
            invite = side.dialog.request("INVITE", body=body, content_type=content_type)
            if self.ask(session, side, invite, Purpose.REINVITE):
                return
        self.soon(session, events.ReinviteAnswered(side.leg, 500, None))

    def answer_reinvite(self, side: Side, status: int, media: events.Media | None) -> None:
        """The last word to a re-INVITE of the leg."""
        if side.asked is None:
            return
        (server, request), side.asked = side.asked, None
        body, content_type = body_of(media)
        headers = self.tools.scribe.contact_headers(side.transport) if status < 300 else []
        response = reply(request, status, headers=headers, body=body, content_type=content_type)
        self.tools.run(self.tools.stack.respond(server, response, self.now()))

    def seat(self, session: Session, side: Side, request: Request) -> None:
        """A leg that calls us, known by its dialog from now on."""
        session.sides[side.leg] = side
        if side.server is not None:
            self.board.note_server(side.server, session, side)
        self.board.note_dialog(DialogId(request.call_id, side.tag, request.from_.tag), session, side)

    def soon(self, session: Session, event: Event) -> None:
        """The event, after the present piece of work."""
        asyncio.get_running_loop().call_soon(self.apply, session, event)

    def now(self) -> float:
        return self.tools.clock.now()
