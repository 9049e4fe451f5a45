"""The unchanging parts of a workbook, made by xlsxwriter: styles, frozen headings, widths, provenance.

`workbook_parts` writes the workbook with an empty first row in each sheet of data; `xlsx` takes its parts
and puts the streamed rows in that row's place. Excel's many small rules are thus kept by a library, while
rows cost no more than the making of their text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter
from django.utils.translation import pgettext

from dakehu.infra.exporting.cells import as_text
from dakehu.infra.exporting.tables import Column, Kind, Provenance, Table

MAX_TEXT = 32_767
_NARROWEST, _WIDEST = 8.0, 48.0
_NUMBER_FORMAT = {
    Kind.TEXT: "@",
    Kind.YES_NO: "@",
    Kind.INTEGER: "#,##0",
    Kind.DECIMAL: "#,##0.00##",
    Kind.MONEY: "#,##0.00",
    Kind.PERCENT: "0.00%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
_USUAL_WIDTH = {Kind.DATE: 12.0, Kind.MOMENT: 20.0, Kind.MONEY: 14.0}
_BAD_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_PLACEHOLDER = re.compile(rb'<row r="2"[^>]*>(?P<cells>.*?)</row>', re.DOTALL)
_STYLE = re.compile(rb' s="(\d+)"')


@dataclass(frozen=True, slots=True)
class Frame:
    """A sheet of data without its rows: what stands before and after them, and a style number per column."""

    head: bytes
    tail: bytes
    styles: Sequence[int]


def text_width(text: str) -> int:
    """Columns of a fixed-pitch screen: an ideograph takes two."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)


def guessed_width(column: Column, sample: Sequence[object]) -> float:
    if column.width is not None:
        return column.width
    longest = max((text_width(as_text(value)[:80]) for value in sample), default=0)
    usual = _USUAL_WIDTH.get(column.kind, 0.0)
    wanted = max(text_width(column.heading) + 2, usual, 0 if usual else longest + 2)
    return min(_WIDEST, max(_NARROWEST, wanted))


def workbook_parts(
    table: Table, sample: Sequence[Sequence[object]], sheets: int, made: Provenance, rows: int
) -> Mapping[str, bytes]:
    """Every part of the workbook by its name: `sheets` sheets of data, then the provenance."""
    file = io.BytesIO()
    # Nothing typed by a person may turn into a formula, a link or a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        for index in range(sheets):
            _data_sheet(book, table, sample, index)
        _provenance_sheet(book, table, made, rows)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def frame_of(part: bytes) -> Frame:
    """Split a sheet made by `workbook_parts` where its rows belong."""
    # The range of the empty sheet would be a lie once it has rows; it is optional.
    part = re.sub(rb'<dimension ref="[^"]*"/>', b"", part, count=1)
    row = _PLACEHOLDER.search(part)
    if row is None:
        raise ValueError("the sheet has no placeholder row")
    return Frame(part[: row.start()], part[row.end() :], [int(n) for n in _STYLE.findall(row["cells"])])


def _data_sheet(book: Any, table: Table, sample: Sequence[Sequence[object]], index: int) -> None:
    name = _BAD_IN_SHEET_NAME.sub(" ", table.title).strip()[:25] or pgettext("export", "Data")
    sheet = book.add_worksheet(name if index == 0 else f"{name} {index + 1}")
    heading = book.add_format(
        {"bold": True, "bg_color": "#E9EEF5", "bottom": 1, "valign": "vcenter", "text_wrap": True}
    )
    sheet.set_row(0, 24)
    for place, column in enumerate(table.columns):
        form = book.add_format({"num_format": _NUMBER_FORMAT[column.kind], "valign": "top"})
        values = [row[place] for row in sample]
        sheet.set_column(place, place, guessed_width(column, values), form)
        sheet.write_string(0, place, column.heading[:MAX_TEXT], heading)
        sheet.write_blank(1, place, None, form)
        if column.choices and sum(len(choice) + 1 for choice in column.choices) <= 255:
            sheet.data_validation(1, place, 1_048_575, place, _offer(column.choices))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _offer(choices: Sequence[str]) -> dict[str, object]:
    return {"validate": "list", "source": list(choices), "error_type": "warning"}


def _provenance_sheet(book: Any, table: Table, made: Provenance, rows: int) -> None:
    sheet = book.add_worksheet(pgettext("export", "Provenance"))
    label = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 80)
    lines = [
        (pgettext("export", "Title"), table.title),
        (pgettext("export", "Made by"), made.made_by),
        (pgettext("export", "Made at"), made.made_at),
        (pgettext("export", "Rows"), f"{rows:,}"),
        *table.filters,
        *(("", note) for note in table.notes),
    ]
    for number, (name, value) in enumerate(lines):
        sheet.write_string(number, 0, name[:MAX_TEXT], label)
        sheet.write_string(number, 1, value[:MAX_TEXT], wrapped)
