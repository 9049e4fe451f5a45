"""Starting the child, listening to it, ending it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dakehu.infra.importing.domain.faults import Recorded, WorkbookTooLarge, WorkbookUnreadable
from dakehu.infra.importing.reading.frames import Choose, End, Fault, Frame, FrameBuffer, Row, Rows, Sheet

_LISTEN_S = 0.5
_SILENCE_S = 240.0
_DYING_S = 2.0
_PIECE = 2**18
_OUT_OF_BOUNDS = frozenset({-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU})
_KEPT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Source:
    """The file to read: where it lies, what it is by its content, what its owner calls it."""

    path: Path
    kind: str
    name: str


def read_rows(
    source: Source, *, choose: Callable[[Sequence[Sheet]], int], pulse: Callable[[], None]
) -> Iterator[list[Row]]:
    """The filled rows of the sheet that `choose` picks from those told to it, some at a time.

    `pulse` is called at least every half second and may raise, which ends the reading. Raises the faults of
    the file: as `Recorded` what the child found, `WorkbookTooLarge` where it ran out of memory or time.
    """
    process = subprocess.Popen(  # noqa: S603 - our own module; the file's path comes from the store
        [sys.executable, "-m", "dakehu.infra.importing.reading.child", source.path, source.kind, source.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
    )
    with process:
        try:
            yield from _listen(process, source, choose, pulse)
        finally:
            process.kill()


def _listen(
    process: subprocess.Popen[bytes],
    source: Source,
    choose: Callable[[Sequence[Sheet]], int],
    pulse: Callable[[], None],
) -> Iterator[list[Row]]:
    assert process.stdin is not None  # noqa: S101 - asked for above
    sheets: list[Sheet] = []
    for frame in _frames(process, source, pulse):
        if isinstance(frame, Sheet):
            sheets.append(frame)
        elif isinstance(frame, Choose):
            _send(process.stdin, choose(sheets))
        elif isinstance(frame, Rows):
            yield frame.rows
        elif isinstance(frame, Fault):
            raise Recorded(frame.code, data=frame.data)
        else:
            return
    # Out of memory it aborts, out of time it is killed; anything else is content it did not expect.
    if _end_of(process) in _OUT_OF_BOUNDS:
        raise WorkbookTooLarge(name=source.name)
    raise WorkbookUnreadable(name=source.name)


def _end_of(process: subprocess.Popen[bytes]) -> int:
    """How the child ended: its pipe closes a moment before it is gone. One that fell silent is killed."""
    try:
        return process.wait(_DYING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _frames(
    process: subprocess.Popen[bytes], source: Source, pulse: Callable[[], None]
) -> Iterator[Sheet | Choose | Rows | End | Fault]:
    assert process.stdout is not None  # noqa: S101 - asked for above
    buffer, heard_at = FrameBuffer(), time.monotonic()
    descriptor = process.stdout.fileno()
    while True:
        pulse()
        ready, _writable, _failed = select.select([descriptor], [], [], _LISTEN_S)
        if not ready:
            if time.monotonic() - heard_at > _SILENCE_S:
                return
            continue
        data = os.read(descriptor, _PIECE)
        if not data:
            return
        heard_at = time.monotonic()
        yield from _decoded(buffer, data, source)


def _decoded(buffer: FrameBuffer, data: bytes, source: Source) -> list[Frame]:
    try:
        return buffer.feed(data)
    except ValueError:
        raise WorkbookUnreadable(name=source.name) from None


def _send(stdin: IO[bytes], index: int) -> None:
    stdin.write(f"{index}\n".encode())
    stdin.flush()
