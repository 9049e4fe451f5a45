"""CSV as Excel opens it by a double click: UTF-8 with a byte-order mark, CRLF, quotes where needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from dakehu.infra.exporting.cells import IN_CSV, Form, as_text
from dakehu.infra.exporting.neutral import neutralise
from dakehu.infra.exporting.tables import Table

_ROWS_A_CHUNK = 500


def csv_chunks(table: Table, *, on_rows: Callable[[int], None] = lambda _rows: None) -> Iterator[bytes]:
    """The file in pieces; `on_rows` hears after each how many rows have been written."""
    buffer = io.StringIO(newline="")
    write = csv.writer(buffer).writerow
    forms = [IN_CSV[column.kind] for column in table.columns]
    buffer.write("\ufeff")
    write([neutralise(column.heading) for column in table.columns])
    done = 0
    for done, row in enumerate(table.rows, start=1):
        write([_cell(form, value) for form, value in zip(forms, row, strict=True)])
        if done % _ROWS_A_CHUNK == 0:
            yield _taken(buffer)
            on_rows(done)
    yield _taken(buffer)
    on_rows(done)


def _cell(form: Form, value: object) -> str:
    number = form(value)
    return neutralise(as_text(value)) if number is None else number


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")
