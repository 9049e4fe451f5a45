"""Supposing: the switch as somebody imagines it, for what would happen if a line dialled something.

What is supposed is said of the lines that the digits name; every other line is at rest with one telephone
signed in, every trunk is free and every gateway well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace as changed

from dakehu.kernel.clock import cst
from dakehu.numbering.domain.featurecodes import Act, Command, Feature, parse
from dakehu.numbering.domain.passwords import ByPassword, by_password
from dakehu.numbering.domain.trunks import Gateway
from dakehu.switch.callcontrol.authenticating import AUTHORISED
from dakehu.switch.callcontrol.codes import codes_of
from dakehu.switch.callcontrol.decisions import WishKind
from dakehu.switch.callcontrol.originating import Meaning, aim, understand
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView, Overlaid

A_MONDAY = cst(2026, 1, 5, 12)


class State(StrEnum):
    """What a called line is supposed to be doing."""

    IDLE = "idle"
    BUSY = "busy"  # in a call
    NO_ANSWER = "no_answer"  # it rings and nobody answers
    AWAY = "away"  # no telephone is signed in
    ABSENT = "absent"  # its subscriber has set that they are absent


@dataclass(frozen=True, slots=True)
class Supposed:
    """A `LiveSwitch` at rest, but for lines by public number that are in a call or have no telephone."""

    at: datetime = A_MONDAY
    engaged: frozenset[str] = frozenset()
    away: frozenset[str] = frozenset()

    def telephones(self, line: LineEntry) -> int:
        return 0 if line.public_number in self.away else 1

    def calls(self, line: LineEntry) -> int:
        return 1 if line.public_number in self.engaged else 0

    def wishes(self, _line: LineEntry) -> frozenset[WishKind]:
        return frozenset()

    def met_busy(self, _line: LineEntry) -> str:
        return ""

    def is_locked(self, _line: LineEntry, _owner: str) -> bool:
        return False

    def trunk_calls(self, _code: str) -> int:
        return 0

    def is_down(self, _gateway: Gateway) -> bool:
        return False

    def taken(self, _console: str) -> int:
        return 0

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Supposition:
    """A view and a switch to decide by, and the lines of ours that the digits name.

    `shown` is the caller as they would see it, `rules` found both; `owner` is the short number whose password
    is dialled. Each may be empty.
    """

    view: DirectoryView
    live: Supposed
    named: frozenset[str]
    shown: str = ""
    rules: tuple[str, ...] = ()
    owner: str = ""


def suppose(view: DirectoryView, caller: LineEntry, dialled: str, state: State, at: datetime) -> Supposition:
    """The moment `at`, with the lines that the caller means by the digits in that state."""
    command = parse(dialled, codes_of(view, caller))
    wanted = _by_password(command)
    meaning = _meant(view, caller, dialled, command, wanted)
    owner = wanted.owner if wanted is not None else ""
    supposed = Supposition(view, Supposed(at), frozenset(), owner=owner)
    if meaning is not None:
        authorised = AUTHORISED if wanted is not None else ""
        rules = tuple(filter(None, (authorised, meaning.rule, meaning.shown_by)))
        supposed = replace(supposed, named=frozenset(_lines(meaning)), shown=meaning.shown, rules=rules)
    return _in(state, supposed)


def _in(state: State, supposed: Supposition) -> Supposition:
    named = supposed.named
    match state:
        case State.BUSY:
            return replace(supposed, live=replace(supposed.live, engaged=named))
        case State.AWAY:
            return replace(supposed, live=replace(supposed.live, away=named))
        case State.ABSENT:
            return replace(supposed, view=Overlaid(supposed.view, lambda line: _absent(line, named)))
        case State.IDLE | State.NO_ANSWER:
            return supposed


def _by_password(command: Command | None) -> ByPassword | None:
    if command is None or command.feature is not Feature.CALL_BY_PASSWORD or command.act is not Act.ACTIVATE:
        return None
    return by_password(command.arguments)


def _meant(
    view: DirectoryView, caller: LineEntry, dialled: str, command: Command | None, wanted: ByPassword | None
) -> Meaning | None:
    if wanted is not None:
        found = aim(view, caller, wanted.number)
    elif command is None:
        found = understand(view, caller, dialled)
    else:
        return None
    return found if isinstance(found, Meaning) else None


def _lines(meaning: Meaning) -> Iterator[str]:
    """The line, or the consoles of the attendants."""
    yield from meaning.consoles
    if meaning.called is not None:
        yield meaning.called.public_number


def _absent(line: LineEntry, named: Collection[str]) -> LineEntry:
    if line.public_number not in named:
        return line
    return changed(line, services=replace(line.has, absent=True))
