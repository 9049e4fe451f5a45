"""The door for attendants' consoles: commands and news as lines of JSON over a Unix socket (CTX-08, VPN-10).

Whoever may open the socket file may do everything here: the web process asks the gate before it says a word.

    {"do": "watch", "lines": ["03512348000"], "desks": ["group 7"]}     news of these from now on
    {"do": "extend", "line": "03512348000", "dialled": "8002"}          the other side waits, 8002 rings
    {"do": "press", "line": "03512348000", "key": "2"}                  as the hook and a key: 1, 2, 3 or none
    {"do": "answer", "line": "03512348000"}                             its telephone takes the call up
    {"do": "hold", "line": "03512348000"}                               the other side hears music
    {"do": "retrieve", "line": "03512348000"}                           the two talk again
    {"do": "hand_on", "line": "03512348000"}                            the console goes, the others talk
    {"do": "release", "line": "03512348002"}                            ends the talk of a line

Each command is answered in order: {"answer": "done"} or {"answer": "refused", "why": "no_call"}. News come in
between: {"news": "call", …} for each change of a call, {"news": "queue", …} for the length of a queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path
from typing import ClassVar

import msgspec
import structlog

from dakehu.switch.callcontrol import CallState, Deny, events, is_plain_talk, may_retrieve
from dakehu.switch.runtime.calls import CallDesk
from dakehu.switch.runtime.sessions import Session

LONGEST_LINE = 64 * 1024
MOST_WATCHED = 10_000
_log = structlog.get_logger("dakehu.voice")


class _Command(msgspec.Struct, frozen=True, tag_field="do", forbid_unknown_fields=True):
    """What a console wants."""


class Watch(_Command, frozen=True, tag="watch"):
    lines: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()


class Extend(_Command, frozen=True, tag="extend"):
    line: str
    dialled: str


class Press(_Command, frozen=True, tag="press"):
    line: str
    key: str = ""


class Answer(_Command, frozen=True, tag="answer"):
    line: str


class Hold(_Command, frozen=True, tag="hold"):
    line: str


class Retrieve(_Command, frozen=True, tag="retrieve"):
    line: str


class HandOn(_Command, frozen=True, tag="hand_on"):
    line: str


class Release(_Command, frozen=True, tag="release"):
    line: str


Acts = Extend | Press | Answer | Hold | Retrieve | HandOn | Release
Command = Watch | Acts


class CallNews(msgspec.Struct, frozen=True, tag_field="news", tag="call"):
    """A call as it is now. `talkers` pairs numbers with what they are connected to; `rings` are numbers."""

    record: str
    state: CallState
    caller: str
    dialled: str
    talkers: tuple[tuple[str, str], ...]
    rings: tuple[str, ...]
    desk: str


class QueueNews(msgspec.Struct, frozen=True, tag_field="news", tag="queue"):
    """How many wait at a desk."""

    desk: str
    waiting: int


class Done(msgspec.Struct, frozen=True, tag_field="answer", tag="done"):
    """The command was carried out."""


class Refused(msgspec.Struct, frozen=True, tag_field="answer", tag="refused"):
    """It was not: `why` is a word of this module or the reason of a refused call."""

    NO_CALL: ClassVar[str] = "no_call"
    NOT_NOW: ClassVar[str] = "not_now"
    NOT_ABLE: ClassVar[str] = "not_able"
    BAD_COMMAND: ClassVar[str] = "bad_command"

    why: str


_ANSWERED = {True: None, False: Refused.NOT_ABLE, None: Refused.NO_CALL}
_decode = msgspec.json.Decoder(Command).decode
_encode = msgspec.json.Encoder().encode


class _Client:
    """One console's connection and what it watches."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.lines: frozenset[str] = frozenset()
        self.desks: frozenset[str] = frozenset()
        self.queues: dict[str, int] = {}

    def say(self, what: msgspec.Struct) -> None:
        self.writer.write(_encode(what) + b"\n")


class ConsoleDoor:
    """One per process. `calls` is whose calls they are."""

    def __init__(self, path: Path, calls: CallDesk) -> None:
        self._path = path
        self._calls = calls
        self._clients: set[_Client] = set()
        self._server: asyncio.Server | None = None
        self._seen: dict[Session, set[str]] = {}
        calls.changed = self._changed

    async def open(self) -> None:
        """Listen; a path that can't be had is logged, for calls go on without consoles."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LONGEST_LINE)
        except OSError as error:
            _log.warning("no door for consoles", path=str(self._path), why=str(error))
        finally:
            os.umask(mask)

    async def close(self) -> None:
        """Hang up on every console."""
        if self._server is not None:
            self._server.close()
        for client in list(self._clients):
            client.writer.close()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(writer)
        self._clients.add(client)
        try:
            while line := await reader.readline():
                client.say(self._carry_out(client, line))
                await writer.drain()
        except (ConnectionError, ValueError):  # gone, or a line longer than any command
            pass
        finally:
            self._clients.discard(client)
            writer.close()

    def _carry_out(self, client: _Client, line: bytes) -> msgspec.Struct:
        try:
            command = _decode(line)
        except msgspec.DecodeError:
            return Refused(Refused.BAD_COMMAND)
        if isinstance(command, Watch):
            if len(command.lines) + len(command.desks) > MOST_WATCHED:
                return Refused(Refused.BAD_COMMAND)
            client.lines, client.desks = frozenset(command.lines), frozenset(command.desks)
            self._tell_all(client)
            return Done()
        why = self._act(command)
        return Done() if why is None else Refused(why)

    def _act(self, command: Acts) -> str | None:
        """Why it can't be; None when it is done."""
        calls = self._calls
        if isinstance(command, Answer):
            return _ANSWERED[calls.pick_up(command.line)]
        found = calls.talk_of(command.line)
        if found is None:
            return Refused.NO_CALL
        session, leg = found
        match command:
            case Extend():
                decision = calls.consult(session, leg, command.line, command.dialled)
                return str(decision.reason) if isinstance(decision, Deny) else None
            case Press():
                calls.apply(session, events.Flashed(leg, command.key))
            case Hold():
                return self._hold(session, events.Held(leg), can=is_plain_talk(session.call))
            case Retrieve():
                return self._hold(session, events.Held(leg, back=True), can=may_retrieve(session.call))
            case HandOn():
                calls.apply(session, events.LetGo(leg))
            case Release():
                calls.apply(session, events.Released())
        return None

    def _hold(self, session: Session, event: events.Held, *, can: bool) -> str | None:
        if can:
            self._calls.apply(session, event)
        return None if can else Refused.NOT_NOW

    # --- news

    def _changed(self, session: Session) -> None:
        if not self._clients:
            self._seen.clear()
            return
        news = _news_of(session)
        here = {news.caller, *(number for number, _place in news.talkers), *news.rings}
        numbers = here | self._seen.pop(session, set())  # who has just left the call hears so, too
        if news.state is not CallState.OVER:
            self._seen[session] = here
        for client in self._clients:
            if not client.lines.isdisjoint(numbers) or news.desk in client.desks:
                client.say(news)
            self._tell_queues(client)

    def _tell_all(self, client: _Client) -> None:
        for number in client.lines:
            for session in self._calls.calls_of(number):
                client.say(_news_of(session))
        client.queues.clear()
        self._tell_queues(client)

    def _tell_queues(self, client: _Client) -> None:
        for desk in client.desks:
            count = self._calls.attendants.waiting(desk)
            if client.queues.get(desk) != count:
                client.queues[desk] = count
                client.say(QueueNews(desk, count))


def _news_of(session: Session) -> CallNews:
    call = session.call
    talking = {talker.number for talker in call.talkers}
    return CallNews(
        record=call.record.record_id,
        state=call.state,
        caller=call.record.calling_number,
        dialled=call.record.dialled,
        talkers=tuple((talker.number, str(talker.place)) for talker in call.talkers),
        rings=tuple(each for each in session.engaged if each not in talking and call.ringing),
        desk=call.queue.desk if call.queue is not None else "",
    )
