"""Timers without a clock: deadlines in queues, handed the time by whoever asks.

SIP's timers have a handful of durations (T1 and its doublings, T2, T4, 64*T1). Timers of the same duration
run out in the order they were set, so one queue per duration keeps them sorted for free: setting a timer is
an append, and the next deadline is the smallest of a few heads. A timer is not taken out when it stops
mattering; its owner knows its own deadlines and ignores a stale one. The queue holds ids, not transactions,
so a finished transaction's memory goes at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Timings:
    """The base values of section 17.1.1.1, in seconds. `least_d` is the least that timer D takes over UDP."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0
    least_d: float = 32.0

    @property
    def timeout(self) -> float:
        """64*T1: timers B, F, H, J, L, M, and D, for which 32 s is the least."""
        return 64 * self.t1


class Due(NamedTuple):
    """A timer that ran out. `deadline` is what it was set to, for the owner to compare."""

    deadline: float
    owner: str
    name: str


class TimerQueue:
    """All timers of one stack. The time handed in must never go back."""

    __slots__ = ("_queues",)

    def __init__(self) -> None:
        self._queues: dict[float, deque[Due]] = {}

    def set(self, now: float, duration: float, owner: str, name: str) -> float:
        """Set a timer and return its deadline."""
        deadline = now + duration
        queue = self._queues.get(duration)
        if queue is None:
            queue = self._queues[duration] = deque()
        queue.append(Due(deadline, owner, name))
        return deadline

    def next_deadline(self) -> float | None:
        """When `due` should be called next; `None` while no timer is set."""
        return min((queue[0].deadline for queue in self._queues.values() if queue), default=None)

    def due(self, now: float) -> Iterator[Due]:
        """Take out the timers that ran out by `now`, in the order of their deadlines within each duration."""
        for queue in list(self._queues.values()):
            while queue and queue[0].deadline <= now:
                yield queue.popleft()

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))
