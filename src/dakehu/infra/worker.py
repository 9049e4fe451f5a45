"""The worker process: named loops, each on a thread of its own.

A loop is a function that does a bounded piece of work and says whether there may be more; when there is
none it rests `idle_s`. A loop that raises is logged and tried again after a pause: one broken loop never
stops the others. Stopping waits for the piece of work in hand. A resting loop holds no connection of a pool,
so that there may be more loops than connections.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import close_old_connections, connection

_FAULT_PAUSE_S = 5.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Loop:
    name: str
    step: Callable[[], bool]
    idle_s: float


_loops: dict[str, Loop] = {}


def register_loop(name: str, step: Callable[[], bool], *, idle_s: float) -> None:
    """Have the worker call `step` again and again; called from `AppConfig.ready`."""
    _loops[name] = Loop(name, step, idle_s)


def loops() -> list[Loop]:
    return list(_loops.values())


def drain(*names: str, rounds: int = 1000) -> None:
    """Run the named loops (all by default) in this thread until none has work: for commands and tests."""
    chosen = [loop for loop in _loops.values() if not names or loop.name in names]
    for _round in range(rounds):
        busy = [loop.name for loop in chosen if loop.step()]
        if not busy:
            return
    raise RuntimeError(f"loops still busy after {rounds} rounds")


class Worker:
    """Runs every registered loop until `stop`."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(loop,), name=loop.name) for loop in _loops.values()
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _run(self, loop: Loop) -> None:
        while not self._stopping.is_set():
            pause = 0.0
            try:
                pause = 0.0 if loop.step() else loop.idle_s
            except Exception:  # noqa: BLE001 - logged; the loop is tried again after a pause
                _log.exception("worker loop failed", loop=loop.name)
                connection.close()
                pause = _FAULT_PAUSE_S
            close_old_connections()
            self._stopping.wait(pause)
        connection.close()
