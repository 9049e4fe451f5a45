"""Deciding what digits lead to, over one view of the directory as it is now: whoever asks, asks here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.switch.callcontrol import (
    Connect,
    Decision,
    Deny,
    LiveSwitch,
    Talker,
    Target,
    decide,
    decide_incoming,
    outsider,
    showing,
    shown_digits,
    text_to,
)
from dakehu.switch.directory import DirectoryReader, DirectoryView, LineEntry
from dakehu.switch.runtime.messages import calling_number, diverting_numbers
from dakehu.switch.runtime.passwords import PasswordLocks
from dakehu.switch.runtime.services import KeptServices
from dakehu.switch.sip import Request


@dataclass(frozen=True, slots=True)
class Decided:
    """A line as it is now, and where its digits lead. `dialled` are they as they may be kept."""

    line: LineEntry
    decision: Decision
    dialled: str


class Decider:
    """One per process. Each wrong password that it meets is counted."""

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

    def decide(self, number: str, dialled: str, *, for_whom: Talker | None = None) -> Decided | None:
        """Where the line gets with the digits; None where it is no line of ours.

        With `for_whom`, the call is handed on for that leg, whose number is shown (VPN-14).
        """
        with self._directory.view() as kept:
            line = self._services.over(kept).line(number)
            return self.outgoing(kept, line, dialled, for_whom=for_whom) if line is not None else None

    def outgoing(
        self, kept: DirectoryView, line: LineEntry, dialled: str, *, for_whom: Talker | None = None
    ) -> Decided:
        """The same for a line that is known, over a view of the directory itself."""
        view = self._services.over(kept)
        line = view.line(line.public_number) or line
        decision = decide(view, line, dialled, self._live)
        self._passwords.note(line.public_number, decision)
        if for_whom is not None and isinstance(decision, Connect):
            original = view.line(for_whom.number) if for_whom.is_line else None
            decision = showing(view, decision, original or for_whom.number)
        return Decided(line, decision, shown_digits(view, line, dialled))

    def text_to(self, kept: DirectoryView, line: LineEntry, dialled: str) -> Target | Deny:
        """Where a text of the line goes."""
        return text_to(self._services.over(kept), line, dialled)

    def incoming_again(self, trunk: str, invite: Request, dialled: str) -> Decided | None:
        """Where the call that the trunk group has brought would go now; None where the group is gone."""
        with self._directory.view() as view:
            group = next((each for each in view.trunks() if each.code == trunk), None)
            return self.brought(view, group, invite, dialled) if group is not None else None

    def brought(self, kept: DirectoryView, trunk: TrunkGroup, invite: Request, dialled: str) -> Decided:
        """Where the call gets whose INVITE the trunk group brings."""
        caller = outsider(trunk, calling_number(invite))
        return self.incoming(kept, trunk, caller, dialled, diverting_numbers(invite))

    def incoming(
        self,
        kept: DirectoryView,
        trunk: TrunkGroup,
        caller: LineEntry,
        dialled: str,
        diverted: Sequence[str] = (),
    ) -> Decided:
        """Where a call of an `outsider` gets that the trunk group brings, `diverted` by these before."""
        view = self._services.over(kept)
        decision = decide_incoming(view, trunk, caller, dialled, self._live, diverted)
        return Decided(caller, decision, dialled)
