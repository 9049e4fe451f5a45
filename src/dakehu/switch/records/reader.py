"""Reading the spool, beside or after its writer, in any process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from dakehu.numbering.domain.services import ServicesChange
from dakehu.switch.records import frames, segments
from dakehu.switch.records.errors import CursorAhead
from dakehu.switch.records.record import CallRecord
from dakehu.switch.records.recovery import headed


class Cursor(NamedTuple):
    """How far a consumer has come: everything before `offset` in `segment`, and all segments before it."""

    segment: int
    offset: int


class Batch(NamedTuple):
    """Records in the order of their writing, and the cursor to keep with them."""

    records: tuple[CallRecord, ...]
    cursor: Cursor


Change = ServicesChange | frames.Attendance


class Changes(NamedTuple):
    """What subscribers set by telephone in the order of their writing, and the cursor to keep with it."""

    changes: tuple[Change, ...]
    cursor: Cursor


START = Cursor(0, 0)
_CHANGES: Mapping[frames.Kind, Callable[[bytes], Change]] = {
    frames.Kind.SERVICES: frames.decode_services,
    frames.Kind.ATTENDANCE: frames.decode_attendance,
}
_T = TypeVar("_T")


class SpoolReader:
    """Holds nothing open: each call looks anew. A directory that does not exist yet is an empty spool."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self, cursor: Cursor = START, limit: int = 1000) -> Batch:
        """At most `limit` records after the cursor; none when there are no more yet.

        The same cursor gives the same records again. Raises `CursorAhead` if the spool is not the one the
        cursor comes from.
        """
        records: list[CallRecord] = []
        cursor = self._read(cursor, limit, {frames.Kind.RECORD: frames.decode_record}, records)
        return Batch(tuple(records), cursor)

    def read_changes(self, cursor: Cursor = START, limit: int = 1000) -> Changes:
        """At most `limit` changes by telephone after the cursor, as `read` gives records."""
        changes: list[Change] = []
        cursor = self._read(cursor, limit, _CHANGES, changes)
        return Changes(tuple(changes), cursor)

    def delete_consumed(self, cursor: Cursor) -> int:
        """Delete the segments wholly before the cursor that a restart can do without; how many.

        The newest two that begin with a head always stay.
        """
        numbers = segments.numbers_in(self._directory)
        needed = [number for number in numbers if headed(self._directory, number)][-2:]
        bound = min([cursor.segment, *needed])
        consumed = [number for number in numbers if number < bound]
        for number in consumed:
            segments.path_of(self._directory, number).unlink(missing_ok=True)
        return len(consumed)

    def _read(
        self,
        cursor: Cursor,
        limit: int,
        decoders: Mapping[frames.Kind, Callable[[bytes], _T]],
        found: list[_T],
    ) -> Cursor:
        """Add to `found` what frames of those kinds hold; how far that went."""
        numbers = segments.numbers_in(self._directory)
        newest = numbers[-1] if numbers else 0
        if cursor.segment > newest:
            raise CursorAhead(path=str(self._directory), segment=cursor.segment, newest=newest)
        for number in numbers:
            if number < cursor.segment or len(found) >= limit:
                continue
            offset = cursor.offset if number == cursor.segment else 0
            try:
                file = segments.path_of(self._directory, number).open("rb")
            except FileNotFoundError:  # deleted by a reader that is further on
                cursor = Cursor(number, offset)
                continue
            with file:
                for frame in frames.scan(file, offset, sealed=number != newest):
                    if frame.kind in decoders:
                        found.append(decoders[frame.kind](frame.body))
                    offset = frame.end
                    if len(found) >= limit:
                        break
            cursor = Cursor(number, offset)
        return cursor
