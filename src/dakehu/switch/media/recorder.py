"""Recording what is said at an endpoint or in a room: WAV, A-law, 8 kHz.

The loop only puts frames aside; each second's are handed to one thread that mixes and writes them. After each
write the header is made to speak of what is there, so whenever the process is killed the file can be played,
and `wav.repair` gives back what was written after the last header. A disk that fails or does not keep up ends
the recording, not the call.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TypeAlias

import structlog

from dakehu.switch.media import wav
from dakehu.switch.media.endpoint import Endpoint
from dakehu.switch.media.g711 import FRAME_MS, SILENCE, Law
from dakehu.switch.media.jitter import JitterBuffer
from dakehu.switch.media.mixing import both, side_by_side
from dakehu.switch.media.room import Room

_QUIET = SILENCE[Law.A]
_BATCH = 1000 // FRAME_MS
_MOST_WAITING = 300  # batches, of all recordings
_MOST_SKIPPED = 500  # ticks that are filled with silence after the loop was held up
_log = structlog.get_logger("dakehu.voice")

OnSaved: TypeAlias = Callable[[bool], None]
"""The file is closed: whether all of it was written."""


class _File:
    """The thread's side. `failed` is set by either side and read by both."""

    def __init__(self, path: Path, *, stereo: bool, on_saved: OnSaved | None) -> None:
        self.stereo = stereo
        self.failed = False
        self._on_saved = on_saved
        self._octets = 0
        self._path = path
        self._file = path.open("xb", buffering=0)
        self._file.write(wav.header(1 + stereo, 0))

    def append(self, heard: bytes, said: bytes) -> None:
        """Write, sound first and header after; a fault ends the recording."""
        if self.failed:
            return
        sound = side_by_side(heard, said) if self.stereo else both(heard, said)
        octets = self._octets + len(sound)
        head = wav.header(1 + self.stereo, octets)
        try:
            self._file.seek(0, os.SEEK_END)
            while sound:
                sound = sound[self._file.write(sound) :]
            self._file.seek(0)
            self._file.write(head)
        except OSError as fault:
            self.failed = True
            _log.warning("a recording ends early", file=str(self._path), fault=str(fault))
        else:
            self._octets = octets

    def close(self) -> OnSaved | None:
        """Nothing more comes; whom to tell."""
        try:
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as fault:
            self.failed = True
            _log.warning("a recording can't be closed", file=str(self._path), fault=str(fault))
        return self._on_saved


@dataclass(frozen=True, slots=True)
class _Batch:
    file: _File
    heard: bytes
    said: bytes
    is_last: bool


class Recording:
    """One that runs, and when it no longer does, one that was. Made and driven by the desk."""

    def __init__(self, target: Endpoint | Room, file: _File, most_s: float) -> None:
        self.target = target
        self.is_running = True
        self._file = file
        self._most_ticks = int(most_s * 1000 / FRAME_MS)
        self._ticks = 0
        self._tick = -1
        self._said = _QUIET
        self._heard, self._passed = JitterBuffer(), JitterBuffer()
        self._frames: tuple[list[bytes], list[bytes]] = [], []
        target.said.append(self._note)
        if isinstance(target, Endpoint):
            target.heard.append(self._heard.put)
            target.passed.append(self._passed.put)

    @property
    def seconds(self) -> float:
        """How long it is by now."""
        return self._ticks * FRAME_MS / 1000

    @property
    def is_over(self) -> bool:
        """Whether the time is over, or the disk failed."""
        return self._ticks >= self._most_ticks or self._file.failed

    def tick(self, tick: int) -> bool:
        """Put this tick's frames aside; whether a batch is due."""
        skipped = min(tick - self._tick - 1, _MOST_SKIPPED) if self._tick >= 0 else 0
        self._tick = tick
        heard, said = self._frames
        heard += [_QUIET] * skipped
        said += [_QUIET] * skipped
        heard.append(self._heard.take() or _QUIET)
        passed = self._passed.take()
        said.append(self._said if passed is None or self._said != _QUIET else passed)
        self._said = _QUIET
        self._ticks += 1 + skipped
        return len(said) >= _BATCH

    def batch(self, *, is_last: bool) -> _Batch:
        """What was put aside. After the last one it listens no more."""
        heard, said = (b"".join(frames) for frames in self._frames)
        self._frames = [], []
        if is_last:
            self.is_running = False
            self.target.said.remove(self._note)
            if isinstance(self.target, Endpoint):
                self.target.heard.remove(self._heard.put)
                self.target.passed.remove(self._passed.put)
        return _Batch(self._file, heard, said, is_last)

    def refuse(self) -> None:
        """The thread does not keep up."""
        self._file.failed = True

    def _note(self, _tick: int, frame: bytes) -> None:
        self._said = frame


class Recorder:
    """All recordings of a desk, and the thread that writes them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._running: dict[Recording, None] = {}
        self._queue: SimpleQueue[_Batch | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def begin(
        self, target: Endpoint | Room, path: Path, *, stereo: bool, most_s: float, on_saved: OnSaved | None
    ) -> Recording:
        """A new file, never written over another. Raises `OSError`."""
        file = _File(path, stereo=stereo, on_saved=on_saved)
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
            self._thread.start()
        recording = Recording(target, file, most_s)
        self._running[recording] = None
        return recording

    def end(self, recording: Recording) -> None:
        """Write the rest and close; again is nothing."""
        if recording in self._running:
            del self._running[recording]
            self._queue.put(recording.batch(is_last=True))

    def end_of(self, target: Endpoint | Room) -> None:
        """End all recordings of what is closed."""
        for recording in [running for running in self._running if running.target is target]:
            self.end(recording)

    def tick(self, tick: int) -> None:
        """Once every tick, after everybody has spoken."""
        for recording in list(self._running):
            due = recording.tick(tick)
            if recording.is_over:
                self.end(recording)
            elif due and self._queue.qsize() >= _MOST_WAITING:
                recording.refuse()
            elif due:
                self._queue.put(recording.batch(is_last=False))

    def stop(self, timeout_s: float = 5.0) -> None:
        """End all and wait until they are written; again is nothing."""
        for recording in list(self._running):
            self.end(recording)
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout_s)
            self._thread = None

    def _write(self) -> None:
        while (batch := self._queue.get()) is not None:
            batch.file.append(batch.heard, batch.said)
            if batch.is_last:
                on_saved = batch.file.close()
                if on_saved is not None:
                    with suppress(RuntimeError):  # the loop is closed
                        self._loop.call_soon_threadsafe(on_saved, not batch.file.failed)
