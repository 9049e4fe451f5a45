"""The switch as it is just now, for decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dakehu.kernel.clock import CST
from dakehu.numbering.domain.trunks import Gateway
from dakehu.switch.callcontrol import WishKind
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.passwords import PasswordLocks
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.runtime.tools import Tools


class Live:
    """Answers from memory."""

    def __init__(self, tools: Tools, board: Switchboard, passwords: PasswordLocks) -> None:
        self._tools = tools
        self._board = board
        self._passwords = passwords
        self.busy: Callable[[str], str] = lambda _number: ""
        """Whom a line has last met busy."""
        self.had: Callable[[str], int] = lambda _number: 0
        """How many calls to its attendants a console has had."""

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

    def is_locked(self, line: LineEntry, owner: str) -> bool:
        """Whether too many wrong passwords were dialled at the line, or for the line with number `owner`."""
        return self._passwords.is_locked(line.public_number, owner)

    def trunk_calls(self, code: str) -> int:
        """How many calls are on the trunk group, in and out."""
        return self._board.calls_on(code)

    def is_down(self, gateway: Gateway) -> bool:
        """Whether the gateway failed its last check."""
        return self._tools.gateways.is_down(gateway)

    def taken(self, console: str) -> int:
        """How many calls to its attendants the console has had, as sharing counts them."""
        return self.had(console)

    def now(self) -> datetime:
        """The time of day in China."""
        return datetime.fromtimestamp(self._tools.clock.epoch(), CST)
