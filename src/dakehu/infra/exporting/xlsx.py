"""A workbook as a stream of bytes: rows go out while they are read, whatever their number.

The sheet is deflated into a ZIP archive that is written forwards only; the parts that depend on the number of
rows (workbook, provenance) come last. Beyond `ROWS_A_SHEET` rows, or when a sheet nears ZIP's 2 GiB, the next
sheet is begun.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import IO

from dakehu.infra.exporting.cells import IN_WORKBOOK, Form, as_text
from dakehu.infra.exporting.frame import MAX_TEXT, Frame, frame_of, workbook_parts
from dakehu.infra.exporting.tables import Provenance, Table

ROWS_A_SHEET = 1_000_000
_BYTES_A_SHEET = 1_800_000_000
_SAMPLE = 200
_ROWS_A_CHUNK = 500
_COMPRESSION = 4  # twice as fast as the usual 6 for a tenth more bytes
_FORBIDDEN = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]")
_UNSAFE = re.compile(r"[&<>\r_\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Outlet:
    """A file that can only be written to; `take` hands over what has gathered."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def xlsx_chunks(
    table: Table, made: Provenance, *, on_rows: Callable[[int], None] = lambda _rows: None
) -> Iterator[bytes]:
    """The workbook in pieces; `on_rows` hears after each how many rows have been written."""
    source = iter(table.rows)
    sample = list(islice(source, _SAMPLE))
    frame = frame_of(workbook_parts(table, sample, 1, made, 0)["xl/worksheets/sheet1.xml"])
    writer = _RowWriter(table, frame)
    rows = chain(sample, source)
    outlet = _Outlet()
    with zipfile.ZipFile(_as_file(outlet), "w", zipfile.ZIP_DEFLATED) as archive:
        names: list[str] = []
        done = 0
        while not names or (following := list(islice(rows, 1))):
            rows = chain(following, rows) if names else rows
            names.append(f"xl/worksheets/sheet{len(names) + 1}.xml")
            with archive.open(_entry(names[-1]), "w") as sheet:
                sheet.write(frame.head)
                for written in writer.fill(sheet, rows):
                    on_rows(done + written)
                    yield outlet.take()
                done += writer.rows
                sheet.write(frame.tail)
        for name, part in workbook_parts(table, sample, len(names), made, done).items():
            if name not in names:
                archive.writestr(_entry(name), part)
    yield outlet.take()


class _RowWriter:
    """Turns rows into a sheet's XML. `rows` is the number written into the sheet last filled."""

    def __init__(self, table: Table, frame: Frame) -> None:
        letters = [_letters(place) for place in range(len(table.columns))]
        self._columns: list[tuple[str, str, Form]] = [
            (letter, f'" s="{style}"', IN_WORKBOOK[column.kind])
            for letter, style, column in zip(letters, frame.styles, table.columns, strict=True)
        ]
        self.rows = 0

    def fill(self, sheet: IO[bytes], rows: Iterator[Sequence[object]]) -> Iterator[int]:
        """Write until the rows end or the sheet is full, giving the number written so far."""
        self.rows = size = 0
        while size < _BYTES_A_SHEET:
            some = list(islice(rows, min(_ROWS_A_CHUNK, ROWS_A_SHEET - self.rows)))
            if not some:
                return
            first = self.rows + 2
            data = "".join([self._row(number, row) for number, row in enumerate(some, start=first)]).encode()
            size += sheet.write(data)
            self.rows += len(some)
            yield self.rows

    def _row(self, number: int, row: Sequence[object]) -> str:
        cells = []
        for (letter, style, form), value in zip(self._columns, row, strict=True):
            if value is None or value == "":
                continue
            figure = form(value)
            if figure is None:
                text = _escaped(as_text(value))
                cells.append(f'<c r="{letter}{number}{style} t="inlineStr"><is><t{text}</t></is></c>')
            else:
                cells.append(f'<c r="{letter}{number}{style}><v>{figure}</v></c>')
        return f'<row r="{number}">{"".join(cells)}</row>'


def _escaped(text: str) -> str:
    """The rest of a `<t` tag and the text, by XML's and Excel's rules; what neither can hold is left out."""
    text = text[:MAX_TEXT]
    if _UNSAFE.search(text):
        text = _LOOKS_ESCAPED.sub("_x005F_", _FORBIDDEN.sub("", text))
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "_x000D_")
    blank = text[:1].isspace() or text[-1:].isspace()
    return f' xml:space="preserve">{text}' if blank else f">{text}"


def _letters(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry._compresslevel = _COMPRESSION  # type: ignore[attr-defined]  # noqa: SLF001 - public only from 3.13 on
    return entry


def _as_file(outlet: _Outlet) -> IO[bytes]:
    # zipfile asks for no more than write and flush where a file cannot seek.
    return outlet  # type: ignore[return-value]
