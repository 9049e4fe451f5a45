"""One supervisor over web, worker and voice: starts them, restarts one that dies, stops them in order.

Children live in their own sessions, so that a terminal's Ctrl-C reaches the supervisor alone. Stopping goes
from the outside in: web first (no new work), then voice (calls in talk are ended and recorded), then the
worker, which takes what the others left. A child that does not stop within its `stop_s` is killed; nothing is
lost by that, since each of them recovers from a kill by design.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

STOP_S = 15.0
_POLL_S = 0.2
_LONGEST_PAUSE_S = 30.0
_STEADY_S = 60.0


@dataclass(slots=True)
class Child:
    """A program to keep running. `pause_s` doubles with each quick death."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    pause_s: float = 0.5
    stop_s: float = STOP_S

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own programs with our own arguments
            self.command, env=dict(self.environment), start_new_session=True
        )
        self.started_at = now

    def check(self, now: float, say: Callable[[str], None]) -> None:
        """Note a death and plan the restart, or carry out a planned one."""
        if self.process is None:
            if now >= self.start_after:
                self.start(now)
            return
        code = self.process.poll()
        if code is None:
            return
        self._sweep()
        self.pause_s = 0.5 if now - self.started_at > _STEADY_S else min(self.pause_s * 2, _LONGEST_PAUSE_S)
        say(f"{self.name} ended with {code}; starting it again in {self.pause_s:.0f} s")
        self.process, self.start_after = None, now + self.pause_s

    def stop(self) -> bool:
        """Ask the child to end and wait; False when it had to be killed."""
        if self.process is None:
            return True
        stopped = True
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.stop_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                stopped = False
        self._sweep()
        return stopped

    def _sweep(self) -> None:
        """End what a dead child left of its session: web's own workers outlive it and would keep the port."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children = children
        self.say = say
        self._stopping = False

    def run(self, ready: Callable[[], None]) -> None:
        """Start all, call `ready` once, keep them up until SIGINT or SIGTERM, then stop them in order."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        for child in self.children:
            child.start(time.monotonic())
        try:
            ready()
            while not self._stopping:
                for child in self.children:
                    child.check(time.monotonic(), self.say)
                time.sleep(_POLL_S)
        finally:
            self._stop_all()

    def _stop_all(self) -> None:
        for child in self.children:
            self.say(f"stopping {child.name}" if child.stop() else f"{child.name} had to be killed")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
