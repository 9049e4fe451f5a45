"""What subscribers set at their telephones, from the spools into the records.

The loop reads the changes behind its cursor and has `numbering` and `enterprise_vpn` apply each; what was
made of them and the cursor commit together. A change is applied, found superseded, or refused, and then done
with: only a fault of the database has it read again.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from dakehu.charging.api import Consumer, spool_cursor, spool_cursor_locked, spool_forget, spool_move
from dakehu.enterprise_vpn.api import vpn_attendance_report
from dakehu.numbering.api import line_services_report
from dakehu.switch.records import Attendance, Cursor, SpoolReader, spools_in

BATCH = 200
_FAR_BYTES = 256 * 1024
"""How much without any change is read again rather than written down as read."""


def take_services() -> bool:
    """Take over one batch of each voice process's changes; True when there may be more."""
    more = [_take(name, SpoolReader(path)) for name, path in spools_in(settings.HOME).items()]
    return any(more)


def _take(spool: str, reader: SpoolReader) -> bool:
    begin = spool_cursor(Consumer.SERVICES, spool)
    found = reader.read_changes(begin, BATCH)
    if not found.changes and not _is_far(begin, found.cursor):
        return False
    with transaction.atomic():
        row = spool_cursor_locked(Consumer.SERVICES, spool)
        found = reader.read_changes(Cursor(row.segment, row.offset), BATCH)
        for change in found.changes:
            if isinstance(change, Attendance):
                vpn_attendance_report(change.number, attends=change.attends)
            else:
                line_services_report(change)
        spool_move(row, found.cursor)
    spool_forget(reader, spool)
    return len(found.changes) == BATCH


def _is_far(begin: Cursor, end: Cursor) -> bool:
    return end.segment != begin.segment or end.offset - begin.offset > _FAR_BYTES
