"""Who is running over a home: each program holds a shared lock for as long as it lives.

A restore takes the lock for itself and is refused while anyone holds it. The kernel lets go of a dead
program's lock, so nothing is ever left over. No Django here: the voice process holds it as well.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAME = "running.lock"
_held: list[int] = []


class HomeBusy(Exception):
    """A program runs over this home, or a restore is under way."""


def announce(home: Path) -> None:
    """Say, until this process ends, that a program runs over `home`; raises `HomeBusy` during a restore."""
    lock = _open(home)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise HomeBusy from None
    _held.append(lock)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the home while no program runs over it and none can start; raises `HomeBusy`."""
    lock = _open(home)
    try:
        _take(lock)
        yield
    finally:
        os.close(lock)


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise HomeBusy from None


def _open(home: Path) -> int:
    home.mkdir(parents=True, exist_ok=True)
    return os.open(home / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
