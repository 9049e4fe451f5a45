"""Optimistic locking: a row that people edit carries `version`, the form sends back the one it read."""

from __future__ import annotations

from typing import Protocol

from dakehu.kernel.errors import Conflict


class Versioned(Protocol):
    """Any row with a version column."""

    version: int


def advance(row: Versioned, read: int) -> None:
    """Give `row`, locked by the caller, its next version; raises `Conflict` if it isn't the one read."""
    if row.version != read:
        raise Conflict(noun=type(row).__name__.lower(), version=read, current=row.version)
    row.version += 1
