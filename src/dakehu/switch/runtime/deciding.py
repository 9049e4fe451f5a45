"""Deciding what a line's digits lead to, over one view of the directory as it is now."""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.switch.callcontrol import Connect, Decision, LiveSwitch, decide, showing
from dakehu.switch.directory import DirectoryReader, LineEntry
from dakehu.switch.runtime.passwords import PasswordLocks
from dakehu.switch.runtime.services import KeptServices


@dataclass(frozen=True, slots=True)
class Decided:
    """A line as it is now, and where its digits lead."""

    line: LineEntry
    decision: Decision


class Decider:
    """One per process."""

    def __init__(
        self, directory: DirectoryReader, services: KeptServices, live: LiveSwitch, passwords: PasswordLocks
    ) -> None:
        self._directory = directory
        self._services = services
        self._live = live
        self._passwords = passwords

    def line(self, number: str) -> LineEntry | None:
        """The line with that public number."""
        with self._directory.view() as view:
            return self._services.over(view).line(number)

    def decide(self, number: str, dialled: str, *, for_whom: str = "") -> Decided | None:
        """Where the line gets with the digits; None where it is no line of ours.

        With `for_whom`, the call is handed on for that line, which is who is shown (VPN-14).
        """
        with self._directory.view() as kept:
            view = self._services.over(kept)
            line = view.line(number)
            if line is None:
                return None
            decision = decide(view, line, dialled, self._live)
            self._passwords.note(number, decision)
            original = view.line(for_whom) if for_whom else None
            if original is not None and isinstance(decision, Connect):
                decision = showing(view, decision, original)
            return Decided(line, decision)
