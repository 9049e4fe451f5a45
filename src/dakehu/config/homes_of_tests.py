"""Folders of tests that go with their process, however that ends.

A home is locked (flock) by the process that made it, and by the children it forks, for as long as one of them
lives: the kernel lets go of the lock also after kill -9. Its maker removes it when it ends; what killed
processes left behind, the next one that makes a home or ends removes. Making and removing take turns by a
lock of their own, so that nobody removes a home that is just being made.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "dakehu-test-locked-"
"""Of homes that are locked while they are in use; a home of another name is none of ours to judge."""


def make() -> Path:
    """A home for this process, removed when it ends."""
    with _turn():
        _sweep()
        home = Path(tempfile.mkdtemp(prefix=PREFIX))
        _try_to_lock(home)
    atexit.register(_end, home, os.getpid())
    return home


def _end(home: Path, maker: int) -> None:
    """A forked child that ends by the same way leaves its parent's home alone."""
    if os.getpid() == maker:
        with _turn():
            shutil.rmtree(home, ignore_errors=True)
            _sweep()


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    path = Path(tempfile.gettempdir()) / f"dakehu-tests-{os.getuid()}.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep() -> None:
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            lock = _try_to_lock(home) if home.stat().st_uid == os.getuid() else None
            if lock is not None:
                shutil.rmtree(home, ignore_errors=True)
                os.close(lock)


def _try_to_lock(home: Path) -> int | None:
    """The descriptor that holds the lock until it is closed; None where a living process has it."""
    lock = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
