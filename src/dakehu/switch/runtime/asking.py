"""Requests of ours to a leg."""

from __future__ import annotations

from dakehu.switch.runtime.sessions import Pending, Purpose, Session, Side
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import Malformed, Request


class Asker:
    """Sends them, and notes whose answer will come."""

    def __init__(self, tools: Tools, board: Switchboard) -> None:
        self._tools = tools
        self._board = board

    def ask(self, session: Session, side: Side, request: Request, purpose: Purpose) -> bool:
        """Send a request; False when it names no place to send it to."""
        now = self._tools.clock.now()
        try:
            client, outputs = self._tools.stack.request(request, now, destination=side.route)
        except Malformed:
            return False
        self._board.note_client(client, Pending(session, side, purpose, request))
        if request.method == "INVITE":
            side.client = client
        self._tools.run(outputs)
        return True
