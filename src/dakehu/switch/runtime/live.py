"""The switch as it is just now, for decisions."""

from __future__ import annotations

from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.sessions import Switchboard
from dakehu.switch.runtime.tools import Tools


class Live:
    """Answers from memory."""

    def __init__(self, tools: Tools, board: Switchboard) -> None:
        self._tools = tools
        self._board = board

    def telephones(self, line: LineEntry) -> int:
        """How many telephones of the line are signed in."""
        return self._tools.telephones(line)

    def calls(self, line: LineEntry) -> int:
        """How many calls the line is in."""
        return len(self._board.calls_of(line.public_number))
