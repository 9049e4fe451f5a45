"""Tokens and record ids: where the randomness of the voice process comes from."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

_BYTES = 10
_BATCH = 256


class Tokens:
    """Unguessable words of hexadecimal digits, never the same twice; the system is asked for many at once."""

    def __init__(self) -> None:
        self._ready: Iterator[str] = iter(())

    def __call__(self) -> str:
        for token in self._ready:
            return token
        pool = secrets.token_hex(_BYTES * _BATCH)
        width = 2 * _BYTES
        self._ready = iter([pool[at : at + width] for at in range(0, len(pool), width)])
        return next(self._ready)


class RecordIds:
    """Ids of call records: the process's start, a random word, a count; unique over all processes."""

    def __init__(self, started_ms: int) -> None:
        self._prefix = f"{started_ms:x}-{secrets.token_hex(5)}"
        self._count = 0

    def __call__(self) -> str:
        self._count += 1
        return f"{self._prefix}-{self._count:x}"
