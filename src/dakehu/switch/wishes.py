"""What lines want to be called for: alarms, and somebody who was busy. On disk, for they outlive a process.

All processes over one home share them, those of voice and the web's pages: each keeps a copy, and reads the
file again when its last transaction is another process's. A due wish is for the process that
first writes it anew (`renew`).

A write is in the system's cache at once, so a killed process loses nothing, and on the disk within the
checkpoint's time.
"""

from __future__ import annotations

import heapq
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lmdb
import msgspec

from dakehu.kernel.clock import CST
from dakehu.switch.callcontrol import WishKind

_MAP_BYTES = 64 * 1024 * 1024


class Kept(msgspec.Struct, frozen=True):
    """A wish of the line `number`: due at `due_ms` (alarm), or valid until then (call back to `target`, which
    it reaches by `dialled`).
    """

    kind: WishKind
    number: str
    due_ms: int
    target: str = ""
    dialled: str = ""
    tries: int = 0


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept).decode
Key = tuple[WishKind, str]


class Wishes:
    """One of a kind a line. For the event loop's thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._environment = lmdb.open(str(path), map_size=_MAP_BYTES, subdir=False, mode=0o600, sync=False)
        self._environment.reader_check()
        self._kept: dict[Key, Kept] = {}
        self._waiting: dict[str, dict[str, None]] = {}
        self._by_time: list[tuple[int, WishKind, str]] = []
        self._seen = -1
        self._catch_up()

    def put(self, kept: Kept) -> None:
        """Instead of the line's wish of that kind before. Raises `lmdb.Error` where the disk refuses it."""
        self._catch_up()
        with self._environment.begin(write=True) as transaction:
            transaction.put(_key(kept.kind, kept.number), _encode(kept))
            self._wrote(transaction)
        self._forget(kept.kind, kept.number)
        self._note(kept)

    def renew(self, before: Kept, after: Kept | None) -> bool:
        """Put `after` (None: nothing) in the place of `before`; False where another process was first."""
        key = _key(before.kind, before.number)
        with self._environment.begin(write=True) as transaction:
            if transaction.get(key) != _encode(before):
                return False
            if after is None:
                transaction.delete(key)
            else:
                transaction.put(key, _encode(after))
            self._wrote(transaction)
        self._forget(before.kind, before.number)
        if after is not None:
            self._note(after)
        return True

    def drop(self, kind: WishKind, number: str) -> None:
        """It is fulfilled, too late, or taken back; again is nothing."""
        self._catch_up()
        if self._forget(kind, number):
            with self._environment.begin(write=True) as transaction:
                transaction.delete(_key(kind, number))
                self._wrote(transaction)

    def of(self, number: str) -> frozenset[WishKind]:
        """What the line wants."""
        self._catch_up()
        return frozenset(kind for kind in WishKind if (kind, number) in self._kept)

    def get(self, kind: WishKind, number: str) -> Kept | None:
        self._catch_up()
        return self._kept.get((kind, number))

    def due(self, now_ms: int) -> list[Kept]:
        """Those whose time has come, the earliest first. Each is told once, in each process."""
        self._catch_up()
        due = []
        while self._by_time and self._by_time[0][0] <= now_ms:
            at_ms, kind, number = heapq.heappop(self._by_time)
            kept = self._kept.get((kind, number))
            if kept is not None and kept.due_ms == at_ms:
                due.append(kept)
        return due

    def waiting_for(self, target: str) -> list[Kept]:
        """Who wants to reach the line, the first first."""
        self._catch_up()
        return [self._kept[WishKind.CALL_BACK, number] for number in self._waiting.get(target, ())]

    def sync(self) -> None:
        """To the disk; for another thread, which may find the process at its end."""
        with suppress(lmdb.Error):
            self._environment.sync()

    def close(self) -> None:
        self._environment.sync()
        self._environment.close()

    def _note(self, kept: Kept) -> None:
        self._kept[kept.kind, kept.number] = kept
        heapq.heappush(self._by_time, (kept.due_ms, kept.kind, kept.number))
        if kept.target:
            self._waiting.setdefault(kept.target, {})[kept.number] = None

    def _forget(self, kind: WishKind, number: str) -> bool:
        kept = self._kept.pop((kind, number), None)
        if kept is not None and kept.target:
            waiting = self._waiting[kept.target]
            waiting.pop(number, None)
            if not waiting:
                del self._waiting[kept.target]
        return kept is not None

    def _wrote(self, transaction: lmdb.Transaction) -> None:
        """Ours is the last, and what we have is what is there, unless another process wrote before it."""
        if transaction.id() == self._seen + 1:
            self._seen += 1

    def _catch_up(self) -> None:
        if self._environment.info()["last_txnid"] == self._seen:
            return
        self._kept.clear()
        self._waiting.clear()
        self._by_time.clear()
        with self._environment.begin() as transaction:
            self._seen = transaction.id()
            for _key_bytes, value in transaction.cursor():
                self._note(_decode(value))


def next_time(at: tuple[int, int], now_ms: int) -> int:
    """When it is next that hour and minute in China, in milliseconds since the epoch."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CST)
    then = now.replace(hour=at[0], minute=at[1], second=0, microsecond=0)
    if then <= now:
        then += timedelta(days=1)
    return int(then.timestamp() * 1000)


def _key(kind: WishKind, number: str) -> bytes:
    return f"{kind}:{number}".encode()
