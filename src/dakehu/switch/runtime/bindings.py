"""Where telephones are: in memory for calls, in LMDB for the other voice processes and for the next start.

`save` counts when its callback runs: bindings are written in groups, one transaction for all that came in
`GROUP_S` seconds, on a thread. A REGISTER is answered after that, so a telephone that was told it is
registered still is after kill -9. The key is the SIP user name of the line.

Several processes share the file. Each transaction notes under its own id whose lines it wrote; a process that
is asked something looks whether the last transaction is one that it has seen, and reads the lines of those
that it has not: a telephone that was told it is registered is registered with all. What a transaction finds
of a line that its process did not know of stays (`_merged`), so two REGISTERs of one line at two processes
both count.

A binding made on a connection ends with it (`flow_gone`): nothing reaches a telephone behind an address
translation, a firewall or a browser but the connection it opened. When it is our process that ends, those of
TLS and WebSocket end as well; what is left of one made over TCP is its Contact, until the telephone notices.
To another process it is the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import lmdb
import msgspec
import structlog

from dakehu.switch.sip import Binding, Endpoint, Transport

_log = structlog.get_logger("dakehu.voice")
GROUP_S = 0.02
MOST_RUNG = 8
_MAP_BYTES = 4 * 1024**3
"""How far the file may grow: address space, not disk. It can't be changed under other processes' feet."""
_NOTES = 4096
"""How many transactions a process may miss before it reads all lines anew."""
_NOTE = b"\0"
"""What keys of notes begin with, and no user name does."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[Binding, ...]).decode
_encode_note = msgspec.msgpack.Encoder().encode
_decode_note = msgspec.msgpack.Decoder(tuple[str, ...]).decode


class _Save(NamedTuple):
    """What a line's bindings become, and what they were when that was decided."""

    before: tuple[Binding, ...]
    after: tuple[Binding, ...]


class Bindings:
    """The bindings of all lines, by SIP user name. For the event loop's thread."""

    def __init__(self, path: Path, now: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._environment = lmdb.open(str(path), map_size=_MAP_BYTES, subdir=False, mode=0o600)
        self._environment.reader_check()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="bindings")
        self._dirty: dict[str, _Save] = {}
        self._writing: dict[str, _Save] = {}
        self._seen = 0
        self._saved: list[Callable[[], None]] = []
        self._is_waiting = False
        self._by_user: dict[str, tuple[Binding, ...]] = {}
        self._by_flow: dict[Endpoint, set[str]] = {}
        self._load(now)

    def __len__(self) -> int:
        return len(self._by_user)

    def of(self, username: str) -> tuple[Binding, ...]:
        """What is stored, expired ones included."""
        self._catch_up()
        return self._by_user.get(username, ())

    def live(self, username: str, now: float) -> tuple[Binding, ...]:
        """Where to ring: the preferred first, of equals the one made or refreshed last."""
        self._catch_up()
        live = [binding for binding in self._by_user.get(username, ()) if binding.expires_at > now]
        if len(live) > 1:
            live.sort(key=lambda binding: (binding.q, binding.expires_at), reverse=True)
        return tuple(live[:MOST_RUNG])

    def is_at(self, username: str, flow: Endpoint, now: float) -> bool:
        """Whether the line registered from this very flow, and still is there."""
        self._catch_up()
        return any(b.flow == flow and b.expires_at > now for b in self._by_user.get(username, ()))

    def is_known(self, flow: Endpoint) -> bool:
        """Whether some line registered from this very flow."""
        self._catch_up()
        return flow in self._by_flow

    def flow_gone(self, flow: Endpoint) -> int:
        """The connection is closed: whoever registered on it is not there any more; how many lines."""
        usernames = list(self._by_flow.get(flow, ()))
        for username in usernames:
            left = tuple(binding for binding in self.of(username) if binding.flow != flow)
            self.save(username, left, _nothing)
        return len(usernames)

    def save(self, username: str, bindings: Sequence[Binding], saved: Callable[[], None]) -> None:
        """These hold from now on; `saved` is called when the disk knows."""
        waiting = self._dirty.get(username)
        before = waiting.before if waiting is not None else self._by_user.get(username, ())
        self._set(username, tuple(bindings))
        self._dirty[username] = _Save(before, tuple(bindings))
        self._saved.append(saved)
        if not self._is_waiting:
            self._is_waiting = True
            asyncio.get_running_loop().call_later(GROUP_S, self._write_group)

    def drop_expired(self, now: float) -> int:
        """Forget telephones that did not come back; how many lines that leaves without."""
        self._catch_up()
        gone = 0
        for username, bindings in list(self._by_user.items()):
            live = tuple(binding for binding in bindings if binding.expires_at > now)
            if len(live) != len(bindings):
                self.save(username, live, _nothing)
                gone += not live
        return gone

    def close(self) -> None:
        """Write what is open and let the file go."""
        self._executor.shutdown(wait=True)
        if self._dirty:
            self._write(self._dirty)
        self._environment.close()

    def _set(self, username: str, bindings: tuple[Binding, ...]) -> None:
        for old in self._by_user.get(username, ()):
            users = self._by_flow.get(old.flow) if old.flow is not None else None
            if old.flow is not None and users is not None:
                users.discard(username)
                if not users:
                    del self._by_flow[old.flow]
        for new in bindings:
            if new.flow is not None:
                self._by_flow.setdefault(new.flow, set()).add(username)
        if bindings:
            self._by_user[username] = bindings
        else:
            self._by_user.pop(username, None)

    def _write_group(self) -> None:
        dirty, self._dirty = self._dirty, {}
        self._writing = dirty
        saved, self._saved = self._saved, []
        loop = asyncio.get_running_loop()

        def done() -> None:
            self._writing = {}
            for callback in saved:
                callback()
            if self._dirty:
                loop.call_later(GROUP_S, self._write_group)
            else:
                self._is_waiting = False

        def work() -> None:
            try:
                self._write(dirty)
            except lmdb.Error as fault:  # telephones work on; the next start won't know of these
                _log.warning("bindings not written", fault=str(fault), lines=len(dirty))
            loop.call_soon_threadsafe(done)

        self._executor.submit(work)

    def _write(self, dirty: Mapping[str, _Save]) -> None:
        with self._environment.begin(write=True) as transaction:
            for username, save in dirty.items():
                key = username.encode()
                stored = transaction.get(key)
                after = save.after if stored is None else _merged(save, _decode(stored))
                if after:
                    transaction.put(key, _encode(after))
                else:
                    transaction.delete(key)
            number = transaction.id()
            transaction.put(_note_key(number), _encode_note(tuple(dirty)))
            transaction.delete(_note_key(number - _NOTES))

    def _load(self, now: float) -> None:
        with self._environment.begin() as transaction:
            self._seen = transaction.id()
            for username, stored in _lines(transaction):
                self._set(username, _usable(stored, (), now))

    def _catch_up(self) -> None:
        """Take over what was written since we looked, by us as well: it may have been merged."""
        if self._environment.info()["last_txnid"] == self._seen:
            return
        with self._environment.begin() as transaction:
            last = transaction.id()
            if last > self._seen + _NOTES:
                written = dict(_lines(transaction))
                changed = {*written, *self._by_user}
            else:
                changed = _noted(transaction, self._seen)
                written = {name: _decode(transaction.get(name.encode(), _NONE)) for name in changed}
            self._seen = last
        for username in changed - self._dirty.keys() - self._writing.keys():
            self._set(username, _usable(written.get(username, ()), self._by_user.get(username, ())))


_NONE = _encode(())


def _note_key(number: int) -> bytes:
    return _NOTE + max(0, number).to_bytes(8, "big")


def _noted(transaction: lmdb.Transaction, seen: int) -> set[str]:
    """Whose lines were written by the transactions after that one."""
    found: set[str] = set()
    cursor = transaction.cursor()
    if cursor.set_range(_note_key(seen + 1)):
        for key, value in cursor:
            if bytes(key[:1]) != _NOTE:
                break
            found.update(_decode_note(value))
    return found


def _lines(transaction: lmdb.Transaction) -> Iterator[tuple[str, tuple[Binding, ...]]]:
    cursor = transaction.cursor()
    if cursor.set_range(b"\1"):
        for key, value in cursor:
            yield bytes(key).decode(), _decode(value)


def _mark(binding: Binding) -> tuple[str, float, str, int]:
    """What tells one registration from the next."""
    return binding.contact, binding.expires_at, binding.call_id, binding.cseq


def _merged(save: _Save, stored: tuple[Binding, ...]) -> tuple[Binding, ...]:
    """What is wanted, and what another process has stored since it was decided."""
    known = {_mark(binding) for binding in save.before}
    contacts = {binding.contact for binding in save.after}
    others = tuple(b for b in stored if _mark(b) not in known and b.contact not in contacts)
    return save.after + others


def _usable(stored: tuple[Binding, ...], mine: tuple[Binding, ...], now: float = 0.0) -> tuple[Binding, ...]:
    """What of a line's bindings is of use here: a connection is, if it is `mine`."""
    have = {_mark(binding): binding for binding in mine}
    return tuple(
        have.get(_mark(binding)) or _without_connection(binding)
        for binding in stored
        if binding.expires_at > now and (_mark(binding) in have or not _needs_connection(binding))
    )


def _needs_connection(binding: Binding) -> bool:
    """Whether it could be reached by its connection alone, which ended with the process."""
    return (
        not binding.path
        and binding.flow is not None
        and binding.flow.transport not in {Transport.UDP, Transport.TCP}
    )


def _without_connection(binding: Binding) -> Binding:
    if binding.flow is None or not binding.flow.flow:
        return binding
    return replace(binding, flow=None)


def _nothing() -> None:
    """Nobody waits for this."""
