"""Where telephones are: in memory for calls, in LMDB for the next start.

`save` counts when its callback runs: bindings are written in groups, one transaction for all that came in
`GROUP_S` seconds, on a thread. A REGISTER is answered after that, so a telephone that was told it is
registered still is after kill -9. The key is the SIP user name of the line.

A binding made on a connection ends with it (`flow_gone`): nothing reaches a telephone behind an address
translation, a firewall or a browser but the connection it opened. When it is our process that ends, those of
TLS and WebSocket end as well; what is left of one made over TCP is its Contact, until the telephone notices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lmdb
import msgspec
import structlog

from dakehu.switch.sip import Binding, Endpoint, Transport

_log = structlog.get_logger("dakehu.voice")
GROUP_S = 0.02
MOST_RUNG = 8
_FIRST_MAP_BYTES = 16 * 1024 * 1024
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[Binding, ...]).decode


class Bindings:
    """The bindings of all lines, by SIP user name. For the event loop's thread."""

    def __init__(self, path: Path, now: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._environment = lmdb.open(str(path), map_size=_FIRST_MAP_BYTES, subdir=False, mode=0o600)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="bindings")
        self._dirty: dict[str, tuple[Binding, ...]] = {}
        self._saved: list[Callable[[], None]] = []
        self._is_waiting = False
        self._by_user: dict[str, tuple[Binding, ...]] = {}
        self._by_flow: dict[Endpoint, set[str]] = {}
        self._load(now)

    def __len__(self) -> int:
        return len(self._by_user)

    def of(self, username: str) -> tuple[Binding, ...]:
        """What is stored, expired ones included."""
        return self._by_user.get(username, ())

    def live(self, username: str, now: float) -> tuple[Binding, ...]:
        """Where to ring: the preferred first, of equals the one made or refreshed last."""
        live = [binding for binding in self._by_user.get(username, ()) if binding.expires_at > now]
        if len(live) > 1:
            live.sort(key=lambda binding: (binding.q, binding.expires_at), reverse=True)
        return tuple(live[:MOST_RUNG])

    def is_at(self, username: str, flow: Endpoint, now: float) -> bool:
        """Whether the line registered from this very flow, and still is there."""
        return any(b.flow == flow and b.expires_at > now for b in self._by_user.get(username, ()))

    def is_known(self, flow: Endpoint) -> bool:
        """Whether some line registered from this very flow."""
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
        self._set(username, tuple(bindings))
        self._dirty[username] = tuple(bindings)
        self._saved.append(saved)
        if not self._is_waiting:
            self._is_waiting = True
            asyncio.get_running_loop().call_later(GROUP_S, self._write_group)

    def drop_expired(self, now: float) -> int:
        """Forget telephones that did not come back; how many lines that leaves without."""
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
        saved, self._saved = self._saved, []
        loop = asyncio.get_running_loop()

        def done() -> None:
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

    def _write(self, dirty: dict[str, tuple[Binding, ...]]) -> None:
        while True:
            try:
                with self._environment.begin(write=True) as transaction:
                    for username, bindings in dirty.items():
                        key = username.encode()
                        if bindings:
                            transaction.put(key, _encode(bindings))
                        else:
                            transaction.delete(key)
            except lmdb.MapFullError:
                self._environment.set_mapsize(self._environment.info()["map_size"] * 2)
            else:
                return

    def _load(self, now: float) -> None:
        with self._environment.begin() as transaction:
            for key, value in transaction.cursor():
                live = tuple(
                    _without_connection(binding)
                    for binding in _decode(value)
                    if binding.expires_at > now and not _needs_connection(binding)
                )
                if live:
                    self._set(bytes(key).decode(), live)


def _needs_connection(binding: Binding) -> bool:
    """Whether it could be reached by its connection alone, which ended with the process."""
    return binding.flow is not None and binding.flow.transport not in {Transport.UDP, Transport.TCP}


def _without_connection(binding: Binding) -> Binding:
    if binding.flow is None or not binding.flow.flow:
        return binding
    return Binding(
        binding.contact,
        binding.expires_at,
        binding.call_id,
        binding.cseq,
        binding.q,
        None,
        binding.user_agent,
    )


def _nothing() -> None:
    """Nobody waits for this."""
