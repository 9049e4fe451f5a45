"""A table as the answer to a request."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from enum import StrEnum

from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.exporting.cells import china_time
from dakehu.infra.exporting.csvs import csv_chunks
from dakehu.infra.exporting.tables import Provenance, Table
from dakehu.infra.exporting.xlsx import xlsx_chunks
from dakehu.kernel.errors import DomainError


class Format(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


CONTENT_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}


class FormatUnknown(DomainError):
    """No such file format. Data: `format`."""

    code = "exporting.format_unknown"


def format_of(text: str) -> Format:
    """The format a request names, or `FormatUnknown`."""
    try:
        return Format(text)
    except ValueError:
        raise FormatUnknown(field="format", format=text) from None


def stream_xlsx(actor: Actor, table: Table) -> StreamingHttpResponse:
    return stream(actor, table, Format.XLSX)


def stream_csv(actor: Actor, table: Table) -> StreamingHttpResponse:
    return stream(actor, table, Format.CSV)


def stream(actor: Actor, table: Table, form: Format) -> StreamingHttpResponse:
    """Send the table while its rows are read; the audit says before the first byte who takes what."""
    return StreamingHttpResponse(
        audited_chunks(actor, table, form),
        content_type=CONTENT_TYPES[form],
        headers={
            "Content-Disposition": content_disposition_header(True, file_name(table.title, form)),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def file_name(title: str, form: Format) -> str:
    safe = "".join("_" if sign in '\\/:*?"<>|' or not sign.isprintable() else sign for sign in title)
    return f"{safe[:80].strip() or 'export'}_{china_time(now()):%Y%m%d_%H%M}.{form}"


def audited_chunks(
    actor: Actor, table: Table, form: Format, on_rows: Callable[[int], None] = lambda _rows: None
) -> Iterator[bytes]:
    """The file in pieces, with an audit row at its start (written now) and one at its end."""
    details: dict[str, object] = {
        "format": str(form),
        "columns": [column.heading for column in table.columns],
        "filters": dict(table.filters),
    }
    _audit(actor, "export.started", table, details)
    return _in_language(_chunks(actor, table, form, on_rows), get_language())


def _chunks(actor: Actor, table: Table, form: Format, on_rows: Callable[[int], None]) -> Generator[bytes]:
    rows = 0

    def count(done: int) -> None:
        nonlocal rows
        rows = done
        on_rows(done)

    made = Provenance(actor.name, f"{china_time(now()):%Y-%m-%d %H:%M:%S}")
    complete = False
    pieces = (
        xlsx_chunks(table, made, on_rows=count) if form is Format.XLSX else csv_chunks(table, on_rows=count)
    )
    try:
        yield from pieces
        complete = True
    finally:
        # Also when the reader went away half-way: so many rows have left.
        _audit(actor, "export.finished", table, {"rows": rows, "complete": complete})


def _in_language(pieces: Generator[bytes], language: str | None) -> Iterator[bytes]:
    """Make each piece in the language of the request, which is over when the pieces are asked for."""
    with closing(pieces):
        while True:
            with override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece


def _audit(actor: Actor, action: str, table: Table, details: dict[str, object]) -> None:
    with transaction.atomic():
        record(actor, action, Change(noun=table.noun, object_id="", label=table.title, after=details))
