"""Writing the spool; the package's docstring has the theory."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from dakehu.numbering.domain.services import ServicesChange
from dakehu.switch.records import frames, segments
from dakehu.switch.records.errors import SpoolBusy
from dakehu.switch.records.record import CallRecord, EndCause, Party
from dakehu.switch.records.recovery import recover

LOCK_NAME = "writer.lock"
_LOCK_TRIES, _LOCK_AGAIN_S = 10, 0.02
"""A neighbour may hold the lock for a moment (`unowned`)."""


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    """`segment_bytes`: where a segment is closed. `sync_interval_s`: how long frames wait for company."""

    segment_bytes: int = 32 * 1024 * 1024
    sync_interval_s: float = 0.05


class SpoolWriter:
    """The one writer of a spool; opening it settles what a crash has left.

    For one thread; `flush` and `close` block until the disk has everything. A disk that refuses (full, gone)
    stops no call: frames wait in memory, `waiting` counts them, and each later frame tries again.
    Raises `SpoolBusy` if another process has the spool open.
    """

    def __init__(self, directory: Path, limits: SpoolLimits | None = None) -> None:
        self._directory = directory
        self._limits = limits or SpoolLimits()
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(directory / LOCK_NAME, _LOCK_TRIES)
        found = recover(directory)
        self._up = found.up
        self._number = found.next_segment
        self._waiting: deque[bytes] = deque()
        self._retired: deque[int] = deque()
        self._written = self._durable = 0
        self._size = self._head_size = 0
        self.sync_faults = 0
        self.interrupted = len(found.up)
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._syncing = threading.Lock()
        self._open_segment(found.known_ms)
        self._drain()
        for record in list(found.up.values()):
            self.ended(_interrupted(record, found.known_ms))
        self._sync()
        self._thread = threading.Thread(target=self._sync_forever, name="spool-sync", daemon=True)
        self._thread.start()

    @property
    def up(self) -> int:
        """Calls answered and not ended."""
        return len(self._up)

    @property
    def waiting(self) -> int:
        """Frames that the disk has refused so far."""
        return len(self._waiting)

    @property
    def is_durable(self) -> bool:
        """Whether everything handed in so far would survive a power cut."""
        return self._durable == self._written and not self._waiting

    def answered(self, record: CallRecord) -> None:
        """The call is up: should this process die, it will be recorded as interrupted."""
        self._up[record.record_id] = record
        self._append(frames.pack(frames.Kind.ANSWERED, record))

    def ended(self, record: CallRecord) -> None:
        """The call is over: its only record."""
        self._up.pop(record.record_id, None)
        self._append(frames.pack(frames.Kind.RECORD, record))
        if self._size - self._head_size >= self._limits.segment_bytes and not self._waiting:
            self._rotate(record.end_ms)

    def checkpoint(self, now_ms: int) -> None:
        """The calls up are up at this moment; also the occasion to try the disk again."""
        if self._up or self._waiting:
            self._append(frames.pack(frames.Kind.CHECKPOINT, frames.Checkpoint(now_ms)))

    def services_changed(self, change: ServicesChange) -> None:
        """A subscriber has set services: for the records. May come again, the same version being the same."""
        self._append(frames.pack(frames.Kind.SERVICES, change))

    def attendance_changed(self, attendance: frames.Attendance) -> None:
        """A line has logged in or out as an attendant: for the records."""
        self._append(frames.pack(frames.Kind.ATTENDANCE, attendance))

    def flush(self) -> bool:
        """Wait for the disk; whether it has everything now."""
        self._drain()
        self._sync()
        return self.is_durable

    def close(self) -> bool:
        """Flush and let the spool go; whether the disk has everything."""
        self._closing.set()
        self._dirty.set()
        self._thread.join()
        done = self.flush()
        os.close(self._file)
        os.close(self._lock)
        return done

    def _append(self, frame: bytes) -> None:
        self._waiting.append(frame)
        self._drain()

    def _drain(self) -> None:
        while self._waiting:
            frame = self._waiting[0]
            try:
                taken = os.write(self._file, frame)
            except OSError:
                taken = -1
            if taken != len(frame):
                self._cut()
                return
            self._waiting.popleft()
            self._size += taken
            self._written += 1
        if not self._dirty.is_set():
            self._dirty.set()

    def _cut(self) -> None:
        """Take back a frame that the disk took in part; if it can't, readers pass over the piece."""
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            self._size = os.fstat(self._file).st_size

    def _open_segment(self, known_ms: int) -> None:
        path = segments.path_of(self._directory, self._number)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        head = frames.pack(frames.Kind.HEAD, frames.Head(known_ms, tuple(self._up.values())))
        self._size, self._head_size = 0, len(head)
        self._waiting.appendleft(head)
        self._is_listed = False

    def _rotate(self, known_ms: int) -> None:
        finished = self._file
        self._number += 1
        try:
            self._open_segment(known_ms)
        except OSError:
            self._number -= 1
            return
        self._retired.append(finished)
        self._drain()

    def _sync_forever(self) -> None:
        while not self._closing.is_set():
            self._dirty.wait()
            self._closing.wait(self._limits.sync_interval_s)
            self._dirty.clear()
            self._sync()

    def _sync(self) -> None:
        """Bring to the disk what was written; the order of the first three reads is what makes it safe."""
        with self._syncing:
            written = self._written
            current = self._file
            retired = [self._retired.popleft() for _ in range(len(self._retired))]
            try:
                for file in (*retired, current):
                    os.fdatasync(file)
                if not self._is_listed:
                    self._is_listed = True
                    _sync_directory(self._directory)
            except OSError:
                self.sync_faults += 1
                self._is_listed = False
                self._retired.extend(retired)
                return
            for file in retired:
                os.close(file)
            self._durable = written


@contextmanager
def unowned(directory: Path) -> Iterator[bool]:
    """Whether no process has the spool open; if so, none opens it within the block, which must be short."""
    try:
        lock = _locked(directory / LOCK_NAME)
    except SpoolBusy:
        yield False
        return
    try:
        yield True
    finally:
        os.close(lock)


def _locked(path: Path, tries: int = 1) -> int:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    while True:
        tries -= 1
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if tries:
                time.sleep(_LOCK_AGAIN_S)
                continue
            os.close(lock)
            raise SpoolBusy(path=str(path.parent)) from error
        return lock


def _sync_directory(directory: Path) -> None:
    """Make sure that the names of new files survive."""
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _interrupted(record: CallRecord, known_ms: int) -> CallRecord:
    """Ended at the last moment known, and never before it was talked: a rate's first unit is owed."""
    return msgspec.structs.replace(
        record,
        end_ms=max(known_ms, record.answer_ms + 1),
        cause=EndCause.INTERRUPTED,
        ended_by=Party.NETWORK,
    )
