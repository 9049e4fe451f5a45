"""Counters of the voice process, and a log that noise can't flood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import structlog

_log = structlog.get_logger("dakehu.voice")


class Counters(Counter[str]):
    """What happened how often since the start."""


class NoiseLog:
    """One line per kind of noise and `every_s` seconds, telling how many it stands for."""

    def __init__(self, clock: Callable[[], float], every_s: float = 10.0) -> None:
        self._clock = clock
        self._every_s = every_s
        self._next: dict[str, float] = {}
        self._unsaid: Counter[str] = Counter()

    def note(self, kind: str, **sample: object) -> None:
        """Log the sample, or count it into the next line of its kind."""
        now = self._clock()
        self._unsaid[kind] += 1
        if now < self._next.get(kind, now):
            return
        if len(self._next) > 1000:  # kinds come from our own code; should one ever not, memory stays bounded
            self._next.clear()
        self._next[kind] = now + self._every_s
        _log.warning(kind, times=self._unsaid.pop(kind), **sample)
