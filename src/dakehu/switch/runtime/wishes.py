"""What lines want to be called for: alarms, and somebody who was busy. On disk, for they outlive a process.

A write is in the system's cache at once, so a killed process loses nothing, and on the disk within the
checkpoint's time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import lmdb
import msgspec

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
        self._kept: dict[Key, Kept] = {}
        self._waiting: dict[str, dict[str, None]] = {}
        self._by_time: list[tuple[int, WishKind, str]] = []
        for kept in self._load():
            self._note(kept)

    def put(self, kept: Kept) -> None:
        """Instead of the line's wish of that kind before. Raises `lmdb.Error` where the disk refuses it."""
        with self._environment.begin(write=True) as transaction:
            transaction.put(_key(kept.kind, kept.number), _encode(kept))
        self._forget(kept.kind, kept.number)
        self._note(kept)

    def drop(self, kind: WishKind, number: str) -> None:
        """It is fulfilled, too late, or taken back; again is nothing."""
        if self._forget(kind, number):
            with self._environment.begin(write=True) as transaction:
                transaction.delete(_key(kind, number))

    def of(self, number: str) -> frozenset[WishKind]:
        """What the line wants."""
        return frozenset(kind for kind in WishKind if (kind, number) in self._kept)

    def get(self, kind: WishKind, number: str) -> Kept | None:
        return self._kept.get((kind, number))

    def due(self, now_ms: int) -> list[Kept]:
        """Those whose time has come, the earliest first. Each is told once."""
        due = []
        while self._by_time and self._by_time[0][0] <= now_ms:
            at_ms, kind, number = heapq.heappop(self._by_time)
            kept = self._kept.get((kind, number))
            if kept is not None and kept.due_ms == at_ms:
                due.append(kept)
        return due

    def waiting_for(self, target: str) -> list[Kept]:
        """Who wants to reach the line, the first first."""
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

    def _load(self) -> Iterator[Kept]:
        with self._environment.begin() as transaction:
            for _key_bytes, value in transaction.cursor():
                yield _decode(value)


def _key(kind: WishKind, number: str) -> bytes:
    return f"{kind}:{number}".encode()
