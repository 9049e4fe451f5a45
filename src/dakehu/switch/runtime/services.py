"""Services that subscribers set by feature code, kept by the voice process until the records have them.

They count at once, with the database down too, and outlive the process: each change is on the disk before the
subscriber hears of it, and in the spool for the line's records. What the directory says of a line is overlaid
with what its subscriber has set since, for as long as the change's version is above the directory's: the last
writer wins, here or on a page, and nothing flickers back while the records are behind.

    code dialled ─▶ in memory ─▶ services.lmdb ─▶ spool frame ─▶ the subscriber is told
                       ▲              │ start: frames again         worker ─▶ records ─▶ directory
                       └──────────────┴────────────── dropped when the directory has caught up

The disk is written on a thread, all that came in one transaction. One that it refuses is undone in memory,
with all that was set upon it, and the subscriber is told that it was refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import lmdb
import msgspec
import structlog

from dakehu.numbering.domain.services import NO_SERVICES, Services, ServicesChange, next_version
from dakehu.switch.directory import DirectoryReader, DirectoryView, LineEntry, Overlaid

_log = structlog.get_logger("dakehu.voice")
_FIRST_MAP_BYTES = 16 * 1024 * 1024
_GONE_MS = 24 * 3600 * 1000
"""How long the services of a line outlive it in the directory, which may have been lost."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(ServicesChange).decode
_decode_old = msgspec.msgpack.Decoder(Services).decode

Done = Callable[[bool], None]


class Waiting(NamedTuple):
    """A change that the disk has not confirmed; None is a change to be dropped."""

    number: str
    change: ServicesChange | None
    done: Done


class KeptServices:
    """By public number. For the event loop's thread.

    `report` takes a change for the line's records, `now_ms` is the time of day.
    """

    def __init__(
        self,
        path: Path,
        directory: DirectoryReader,
        report: Callable[[ServicesChange], None],
        now_ms: Callable[[], int],
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._environment = lmdb.open(str(path), map_size=_FIRST_MAP_BYTES, subdir=False, mode=0o600)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="services")
        self._directory = directory
        self._report = report
        self._now_ms = now_ms
        self._durable: dict[str, ServicesChange] = dict(self._load())
        self._kept = dict(self._durable)
        self._waiting: list[Waiting] = []
        self._is_writing = False
        self._swept = -1

    def __len__(self) -> int:
        return len(self._kept)

    def report_again(self) -> None:
        """Have the records told of all that they may not know, at the start: there may have been a crash."""
        self._sweep_away()
        for change in self._kept.values():
            self._report(change)

    def keep(self, number: str, services: Services, done: Done) -> None:
        """These hold from now on. `done` hears later whether they do after a crash, or were refused."""
        with self._directory.view() as view:
            line = view.line(number)
        version, base = (line.services_version, line.has) if line is not None else (0, NO_SERVICES)
        before = self._kept.get(number)
        if before is not None and before.version > version:
            version, base = before.version, before.services
        now_ms = self._now_ms()
        change = ServicesChange(number, services, next_version(now_ms, version), now_ms, base)
        self._kept[number] = change
        self._enqueue(Waiting(number, change, done))

    def over(self, view: DirectoryView) -> DirectoryView:
        """The view with what was set since."""
        return Overlaid(view, self._with) if self._kept else view

    def drop_known(self) -> None:
        """Let go what the directory has caught up with; looks only after a publication."""
        generation = self._directory.generation()
        if self._kept and generation != self._swept:
            self._sweep_away()
        self._swept = generation

    def close(self) -> None:
        """Write what is open and let the file go; what was not reported yet is at the next start."""
        self._executor.shutdown(wait=True)
        if self._waiting:
            self._write(self._waiting)
        self._environment.close()

    # --- inside

    def _with(self, line: LineEntry) -> LineEntry:
        change = self._kept.get(line.public_number)
        if change is None or change.version <= line.services_version:
            return line
        return msgspec.structs.replace(line, services=change.services)

    def _sweep_away(self) -> None:
        """Forget what counts no more, in memory now, on the disk soon (again at the next start, if not)."""
        with self._directory.view() as view:
            known = [change for change in self._kept.values() if self._is_past(change, view)]
        for change in known:
            del self._kept[change.number]
            self._waiting.append(Waiting(change.number, None, _nothing))
        if known and not self._is_writing:
            self._write_soon()

    def _is_past(self, change: ServicesChange, view: DirectoryView) -> bool:
        line = view.line(change.number)
        if line is None:
            return self._now_ms() - change.at_ms > _GONE_MS
        return line.services_version >= change.version

    def _enqueue(self, waiting: Waiting) -> None:
        self._waiting.append(waiting)
        if not self._is_writing:
            self._write_soon()

    def _write_soon(self) -> None:
        self._is_writing = True
        asyncio.get_running_loop().call_soon(self._write_group)

    def _write_group(self) -> None:
        group, self._waiting = self._waiting, []
        loop = asyncio.get_running_loop()

        def work() -> None:
            try:
                self._write(group)
            except lmdb.Error as fault:
                loop.call_soon_threadsafe(self._refused, group)  # first: a full disk may refuse the log too
                _log.error("services not kept", fault=str(fault), lines=len(group))
            else:
                loop.call_soon_threadsafe(self._written, group)

        self._executor.submit(work)

    def _written(self, group: list[Waiting]) -> None:
        for number, change, done in group:
            if change is None:
                self._durable.pop(number, None)
            else:
                self._durable[number] = change
                self._report(change)
            done(True)
        self._next()

    def _refused(self, group: list[Waiting]) -> None:
        """Back to what the disk has; what was set upon the refused change meanwhile falls with it."""
        numbers = {number for number, _change, _done in group}
        fallen = [each for each in self._waiting if each.number in numbers]
        self._waiting = [each for each in self._waiting if each.number not in numbers]
        for number in numbers:
            if number in self._durable:
                self._kept[number] = self._durable[number]
            else:
                self._kept.pop(number, None)
        for _number, _change, done in (*group, *fallen):
            done(False)
        self._next()

    def _next(self) -> None:
        self._is_writing = False
        if self._waiting:
            self._write_soon()

    def _write(self, group: list[Waiting]) -> None:
        while True:
            try:
                with self._environment.begin(write=True) as transaction:
                    for number, change, _done in group:
                        if change is None:
                            transaction.delete(number.encode())
                        else:
                            transaction.put(number.encode(), _encode(change))
            except lmdb.MapFullError:
                self._environment.set_mapsize(self._environment.info()["map_size"] * 2)
            else:
                return

    def _load(self) -> Iterator[tuple[str, ServicesChange]]:
        with self._environment.begin() as transaction:
            for key, value in transaction.cursor():
                number = bytes(key).decode()
                yield number, self._read(number, bytes(value))

    def _read(self, number: str, value: bytes) -> ServicesChange:
        """A stored change; one without a version, of before there were any, is as if it were made now."""
        try:
            return _decode(value)
        except msgspec.ValidationError:
            now_ms = self._now_ms()
            return ServicesChange(number, _decode_old(value), now_ms, now_ms)


def _nothing(_is_kept: bool) -> None:
    """Nobody waits for this."""
