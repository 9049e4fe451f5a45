"""What the caller is told before the last word, and with it (RFC 3262 section 3 and 5).

A caller that understands reliable provisional answers gets them so, one at a time: what comes while a PRACK
is still to come waits for it, the 200 too (it might overtake the answer that a session description came in).
An offer has one answer in a dialog. Where another telephone answers than the one whose early media was heard
for certain, the caller sees another dialog, as if the call had forked on its way: a new To tag.

A caller without an offer is told nothing for certain, for the first such message would have to bring one; if
it insists on certainty it hears nothing before the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dakehu.switch.callcontrol import CALLER, Event, events
from dakehu.switch.callcontrol.events import Media
from dakehu.switch.runtime.messages import body_of
from dakehu.switch.runtime.refreshing import Keeper
from dakehu.switch.runtime.sessions import CallerHears, Reliability, Session, Side, Unsaid
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import (
    Dialog,
    ProvisionalUnacknowledged,
    Request,
    Response,
    reply,
    requires,
    supports,
)

_MOST_UNSAID = 8
_EXTENSION = "100rel"


def how_it_hears(invite: Request) -> CallerHears:
    """What can be told to who sent this INVITE; raises `Malformed`."""
    if not supports(invite, _EXTENSION):
        return CallerHears()
    if invite.body:
        return CallerHears(Reliability.RELIABLE)
    return CallerHears(Reliability.SILENT if requires(invite, _EXTENSION) else Reliability.PLAIN)


class Teller:
    """Answers the caller's INVITE. `apply` tells call control."""

    def __init__(
        self, tools: Tools, board: Switchboard, keeper: Keeper, apply: Callable[[Session, Event], None]
    ) -> None:
        self._tools = tools
        self._board = board
        self._keeper = keeper
        self._apply = apply

    def tell(self, side: Side, answer: Unsaid) -> None:
        """Answer 1xx or 2xx, now or after what is still on its way."""
        if side.invite is None or side.server is None:
            return
        unsaid = side.hears.unsaid
        if not unsaid and not self._tools.stack.is_provisional_waiting(side.server):
            self._say(side, answer)
        elif len(unsaid) < _MOST_UNSAID or answer.status >= 200:
            unsaid.append(answer)

    def refuse(self, side: Side, status: int, headers: Sequence[tuple[str, str]]) -> None:
        """Answer with a failure, at once: what was not said yet is not said any more."""
        if side.invite is None or side.server is None:
            return
        side.hears.unsaid.clear()
        response = reply(side.invite, status, tag=side.tag, headers=headers)
        self._tools.run(self._tools.stack.respond(side.server, response, self._tools.clock.now()))

    def withdraw(self, side: Side) -> bool:
        """The call ends before its 200 could be said: refuse instead. False where it was said."""
        if not any(answer.status >= 200 for answer in side.hears.unsaid):
            return False
        self.refuse(side, 480, ())
        return True

    def acknowledged(self, side: Side) -> None:
        """The PRACK came: say what waited for it."""
        unsaid = side.hears.unsaid
        while (
            unsaid and side.server is not None and not self._tools.stack.is_provisional_waiting(side.server)
        ):
            self._say(side, unsaid.pop(0))

    def unacknowledged(self, given_up: ProvisionalUnacknowledged) -> None:
        """No PRACK came, for half a minute: the caller is gone, unless its 200 brings it back."""
        found = self._board.by_server(given_up.server)
        if found is None:
            return
        session, side = found
        final = [answer for answer in side.hears.unsaid if answer.status >= 200]
        side.hears.unsaid.clear()
        if final:
            self._say(side, final[0])
        elif side.leg == CALLER:
            self._apply(session, events.Cancelled())

    # --- inside

    def _say(self, side: Side, answer: Unsaid) -> None:
        hears, status = side.hears, answer.status
        if side.invite is None or side.server is None:
            return
        if status < 200 and hears.how is Reliability.SILENT:
            return
        differs = answer.media is not None and hears.told is not None and hears.told != answer.media
        if differs and not answer.tag:
            self._begin_anew(side)
        repeats = hears.told is not None and hears.is_updated and status >= 200
        body, content_type = body_of(None if repeats else answer.media)
        headers = [*self._tools.scribe.contact_headers(side.transport), *answer.headers]
        if status >= 200:
            headers += self._keeper.answering(side)
            side.keeping.media = side.keeping.media if repeats else answer.media
        response = reply(
            side.invite,
            status,
            tag=answer.tag or side.tag,
            headers=headers,
            body=body,
            content_type=content_type,
        )
        if not answer.tag:
            self._open_dialog(side, response, answer.media)
        self._send(side, response)

    def _open_dialog(self, side: Side, response: Response, media: Media | None) -> None:
        """The dialog that the answer makes or confirms, and what the caller knows in it for certain."""
        if side.dialog is not None and not response.is_provisional:
            side.dialog.confirm()
        elif side.invite is not None and side.dialog is None and not self._is_plain(side, response):
            contact = self._tools.scribe.contact(side.transport)
            side.dialog = Dialog.from_request(side.invite, response, contact=contact)
            session = self._board.session_of(side)
            if session is not None:
                self._board.note_dialog(side.dialog.id, session, side)
        if response.is_provisional and side.hears.how is Reliability.RELIABLE:
            side.hears.told = side.hears.told or media

    def _send(self, side: Side, response: Response) -> None:
        stack, now = self._tools.stack, self._tools.clock.now()
        if side.server is None:
            return
        if response.is_success:
            self._board.telling(side)
        if response.is_provisional and side.hears.how is Reliability.RELIABLE:
            self._tools.run(stack.respond_reliably(side.server, response, now))
        else:
            self._tools.run(stack.respond(side.server, response, now))

    @staticmethod
    def _is_plain(side: Side, response: Response) -> bool:
        return response.is_provisional and side.hears.how is not Reliability.RELIABLE

    def _begin_anew(self, side: Side) -> None:
        side.tag = self._tools.stack.new_tag()
        side.dialog = None
        side.hears.told = None
        side.hears.is_updated = False
