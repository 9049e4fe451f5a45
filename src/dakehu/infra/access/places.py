"""Holding the organisation still while a row is given its place, and moving what has one.

A row's place is its unit's path. Who gives it reads the path and saves the row; a unit that moved in between,
and couldn't see the row yet, would leave it at a path that is nobody's. So whoever gives places takes a lock
that many may hold, before reading the path, and a move takes it alone: it waits for those under way, and
those that come meanwhile wait for it and read the new path. SQLite writes one transaction after the other, so
nothing is needed there.

The lock is taken before any row's: a transaction that held a row and then waited for a move would stand in
the way of that move.
"""

from __future__ import annotations

from django.db import connection, transaction

_KEY = 0x6B616D01
"""One lock for the whole organisation: moves are rare."""


def hold_places() -> None:
    """No unit moves until this transaction ends."""
    _take("pg_advisory_xact_lock_shared")


def move_places() -> None:
    """Nobody gives a row its place until this transaction ends."""
    _take("pg_advisory_xact_lock")


def _take(lock: str) -> None:
    if connection.vendor != "postgresql":
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("places are held within a transaction")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [_KEY])
