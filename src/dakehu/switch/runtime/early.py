"""What telephones that are called say before they answer (RFC 3262 section 4).

An answer that its telephone sent for certain is acknowledged by PRACK, in the early dialog that it made; a
repetition, or one that another went before, is passed over. A session description that came so is the answer
to our offer, whatever the 200 says later. An INVITE without an offer of ours asks for none of this: its PRACK
would have to bring the answer, which the caller gives only in its ACK.
"""

from __future__ import annotations

from dakehu.switch.callcontrol.events import Media
from dakehu.switch.runtime.asking import Asker
from dakehu.switch.runtime.messages import media_of
from dakehu.switch.runtime.sessions import Early, Purpose, Session, Side
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import Dialog, DialogId, Malformed, Response, rack_of, reliable_number

_MOST = 8
"""Early dialogs of one INVITE that we follow: behind a proxy several telephones may ring."""


class Listener:
    """Hears the legs that are called."""

    def __init__(self, tools: Tools, board: Switchboard, asker: Asker) -> None:
        self._tools = tools
        self._board = board
        self._asker = asker

    def hear(self, session: Session, side: Side, response: Response) -> bool:
        """Take note of a provisional answer; False when it is nothing new."""
        try:
            rseq = reliable_number(response)
        except Malformed:
            return False
        self._note(session, side, response)
        if rseq is None:
            return True
        early = self._early(session, side, response)
        if early is None or not early.heard.is_next(rseq):
            return False
        if early.answer is None:
            early.answer = media_of(response)
        self._asker.ask(
            session, side, early.dialog.request("PRACK", [rack_of(response, rseq)]), Purpose.PRACK
        )
        return True

    def _note(self, session: Session, side: Side, response: Response) -> None:
        """The early dialog can be found by who wants to replace it (RFC 3891)."""
        side.rang = response
        if side.invite is not None and response.to.tag and len(side.dialogs) < _MOST:
            made = DialogId(side.invite.call_id, side.tag, response.to.tag)
            self._board.note_dialog(made, session, side)

    def bid_talk(self, session: Session, side: Side) -> bool:
        """Have a telephone that rings answer, by NOTIFY of the event `talk`; False where it knows no such.

        No RFC has the event; telephones on desks know it, and say so in Allow-Events (RFC 6665).
        """
        rang = side.rang
        try:
            knows = rang is not None and "talk" in rang.tokens("allow-events")
        except Malformed:
            return False
        early = self._early(session, side, rang) if knows and rang is not None else None
        if early is None:
            return False
        notify = early.dialog.request("NOTIFY", [("Event", "talk"), ("Subscription-State", "active")])
        return self._asker.ask(session, side, notify, Purpose.NOTIFY)

    def answered(self, session: Session, side: Side, response: Response) -> Media | None:
        """The 200: the leg's dialog is made. Its session description; raises `Malformed`."""
        early = side.early.pop(response.to.tag, None)
        side.early.clear()
        if early is None:
            contact = self._tools.scribe.contact(side.transport)
            if side.invite is not None:
                side.dialog = Dialog.from_response(side.invite, response, contact=contact)
        else:
            side.dialog = early.dialog
            side.dialog.receive_response(response)
        if side.dialog is not None:
            self._board.note_dialog(side.dialog.id, session, side)
        return (early.answer if early is not None else None) or media_of(response)

    def _early(self, session: Session, side: Side, response: Response) -> Early | None:
        tag = response.to.tag
        known = side.early.get(tag)
        if known is not None or not tag or side.invite is None or len(side.early) >= _MOST:
            return known
        contact = self._tools.scribe.contact(side.transport)
        made = side.early[tag] = Early(Dialog.from_response(side.invite, response, contact=contact))
        self._board.note_dialog(made.dialog.id, session, side)
        return made
