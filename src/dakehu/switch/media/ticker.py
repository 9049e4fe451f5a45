"""The one clock of all that sends: a tick every 20 ms at absolute deadlines, so nothing drifts.

A loop that was held up catches up at once for `MOST_BEHIND` ticks, as buffers of telephones bridge that much;
beyond it, ticks are left out: those who slept do not get a second's sound in one burst.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dakehu.switch.media.g711 import FRAME_MS

TICK_S = FRAME_MS / 1000
MOST_BEHIND = 5
LATE_S = 0.010


class Ticker:
    """Calls `work(tick)` with a number that grows by one per 20 ms of the loop's clock."""

    def __init__(self, work: Callable[[int], int]) -> None:
        """`work` returns how many packets it sent."""
        self._loop = asyncio.get_running_loop()
        self._work = work
        self._handle: asyncio.TimerHandle | None = None
        self._origin = 0.0
        self.tick = 0
        self.packets = self.late_packets = self.skipped_ticks = 0
        self.worst_s = 0.0

    def start(self) -> None:
        """Begin; the first tick comes after 20 ms."""
        self._origin = self._loop.time()
        self.tick = 0
        self._wait()

    def stop(self) -> None:
        """No more ticks; again is nothing."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wait(self) -> None:
        self._handle = self._loop.call_at(self._origin + (self.tick + 1) * TICK_S, self._run)

    def _run(self) -> None:
        behind = int((self._loop.time() - self._origin) / TICK_S) - self.tick - 1
        if behind > MOST_BEHIND:
            self.skipped_ticks += behind - MOST_BEHIND
            self.tick += behind - MOST_BEHIND
        now = self._loop.time()
        try:
            while (late_s := now - self._origin - (self.tick + 1) * TICK_S) >= -TICK_S / 2:
                self.tick += 1
                self.worst_s = max(self.worst_s, late_s)
                sent = self._work(self.tick)
                self.packets += sent
                if late_s > LATE_S:
                    self.late_packets += sent
        finally:
            if self._handle is not None:
                self._wait()
