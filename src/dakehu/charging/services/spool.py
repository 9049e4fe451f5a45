"""How far each consumer has come in the voice process's spool.

Each voice process writes a spool of its own (`spools_in`), named by its instance; the nameless one is that of
a single process. The cursor moves in the transaction of what was made of the frames before it. A segment is
deleted when every consumer is past it, so one that stands still costs disk and loses nothing.
"""

from __future__ import annotations

from enum import StrEnum

from dakehu.charging.models import SpoolCursor
from dakehu.switch.records import START, Cursor, SpoolReader


class Consumer(StrEnum):
    """Who reads the spool."""

    RATING = "local"
    SERVICES = "local.services"


def spool_cursor(consumer: Consumer, spool: str = "") -> Cursor:
    """Behind what the consumer has of that instance's spool; the start for one that never read."""
    row = SpoolCursor.objects.filter(source=_source(consumer, spool)).first()
    return Cursor(row.segment, row.offset) if row else START


def spool_cursor_locked(consumer: Consumer, spool: str = "") -> SpoolCursor:
    """The cursor's row, locked until the transaction's end: two workers don't take the same frames."""
    row, _new = SpoolCursor.objects.select_for_update().get_or_create(source=_source(consumer, spool))
    return row


def spool_move(row: SpoolCursor, cursor: Cursor) -> None:
    """Everything before `cursor` is done with, once this transaction commits."""
    row.segment, row.offset = cursor
    row.save()


def spool_forget(reader: SpoolReader, spool: str = "") -> None:
    """Delete the segments that nobody needs any more."""
    reader.delete_consumed(min(spool_cursor(consumer, spool) for consumer in Consumer))


def _source(consumer: Consumer, spool: str) -> str:
    return f"{consumer}@{spool}" if spool else consumer
