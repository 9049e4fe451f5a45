"""The switch as it is just now, for decisions."""

from __future__ import annotations

from collections.abc import Callable

from dakehu.switch.callcontrol import WishKind
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.sessions import Switchboard
from dakehu.switch.runtime.tools import Tools


class Live:
    """Answers from memory."""

    def __init__(self, tools: Tools, board: Switchboard) -> None:
        self._tools = tools
        self._board = board
        self.busy: Callable[[str], str] = lambda _number: ""
        """Whom a line has last met busy."""

    def telephones(self, line: LineEntry) -> int:
        """How many telephones of the line are signed in."""
        return self._tools.telephones(line)

    def calls(self, line: LineEntry) -> int:
        """How many calls the line is in."""
        return len(self._board.calls_of(line.public_number))

    def wishes(self, line: LineEntry) -> frozenset[WishKind]:
        """For what the exchange is to call the line later."""
        return self._tools.wishes.of(line.public_number)

    def met_busy(self, line: LineEntry) -> str:
        """The public number of the line that this one has last met busy."""
        return self.busy(line.public_number)
