"""What can be wrong with a spool."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class SpoolBusy(DomainError):
    """Another process writes this spool. Data: `path`."""

    code = "records.spool_busy"


class CursorAhead(DomainError):
    """The cursor is past the spool's end: the spool was emptied or replaced.

    Data: `path`, `segment`, `newest`.
    """

    code = "records.cursor_ahead"
