"""How far each consumer has come in the voice process's spool.

The cursor moves in the transaction of what was made of the frames before it. A segment is deleted when every
consumer is past it, so one that stands still costs disk and loses nothing.
"""

from __future__ import annotations

from enum import StrEnum

from dakehu.charging.models import SpoolCursor
from dakehu.switch.records import START, Cursor, SpoolReader


class Consumer(StrEnum):
    """Who reads the spool."""

    RATING = "local"
    SERVICES = "local.services"


def spool_cursor(consumer: Consumer) -> Cursor:
    """Behind what the consumer has; the start for one that never read."""
    row = SpoolCursor.objects.filter(source=consumer).first()
    return Cursor(row.segment, row.offset) if row else START


def spool_cursor_locked(consumer: Consumer) -> SpoolCursor:
    """The cursor's row, locked until the transaction's end: two workers don't take the same frames."""
    row, _new = SpoolCursor.objects.select_for_update().get_or_create(source=consumer)
    return row


def spool_move(row: SpoolCursor, cursor: Cursor) -> None:
    """Everything before `cursor` is done with, once this transaction commits."""
    row.segment, row.offset = cursor
    row.save()


def spool_forget(reader: SpoolReader) -> None:
    """Delete the segments that nobody needs any more."""
    reader.delete_consumed(min(map(spool_cursor, Consumer)))
