"""Excel and OpenDocument workbooks, through calamine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from dakehu.infra.files.archives import verify
from dakehu.infra.importing.reading.failedcells import Failed, failed_cells
from dakehu.infra.importing.reading.frames import Row
from dakehu.infra.importing.reading.texts import texts_of

MAX_COLUMNS = 256
_LONGEST_MERGE = 5000
_KEPT_CELLS = 2_000_000
_ZIPPED = frozenset({"xlsx", "xlsb", "ods"})


class Workbook:
    """The filled rows of the sheets a person sees. Small sheets are kept: they are read twice."""

    def __init__(self, path: Path, kind: str, name: str) -> None:
        if kind in _ZIPPED:
            verify(path, name)
        self._path, self._kind = path, kind
        self._failed: dict[int, Failed] = {}
        self._book = CalamineWorkbook.from_path(str(path))
        self._kept: dict[int, CalamineSheet] = {}

    def sheets(self) -> list[int]:
        return [
            index
            for index, sheet in enumerate(self._book.sheets_metadata)
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]

    def sheet_name(self, index: int) -> str:
        return self._book.sheet_names[index]

    def rows(self, index: int) -> Iterator[Row]:
        """Rows that have a filled cell; a cell merged downwards stands in each row that it covers."""
        sheet, failed = self._sheet(index), self._failed_of(index)
        filler = _Filler(sheet, sheet.start or (0, 0))
        number = -1
        for number, cells in enumerate(_from_the_first(sheet)):
            here = failed.get(number)
            if here is None and not any(cell != "" for cell in cells):
                continue
            row = texts_of(cells, MAX_COLUMNS)
            if here:
                _put(row, here)
            filler.fill(number, row)
            if row:
                yield number + 1, row
        for below in sorted(each for each in failed if each > number):
            row = []
            _put(row, failed[below])
            yield below + 1, row

    def _failed_of(self, index: int) -> Failed:
        if self._kind != "xlsx":
            return {}
        if index not in self._failed:
            self._failed[index] = failed_cells(self._path, self.sheet_name(index), MAX_COLUMNS)
        return self._failed[index]

    def _sheet(self, index: int) -> CalamineSheet:
        if index not in self._kept:
            if sum(sheet.height * sheet.width for sheet in self._kept.values()) > _KEPT_CELLS:
                self._kept.clear()
            self._kept[index] = self._book.get_sheet_by_index(index)
        return self._kept[index]


def _from_the_first(sheet: CalamineSheet) -> Iterator[list[object]]:
    """All rows, each from the first column; calamine's rows begin at the first filled one."""
    if sheet.start is None:
        return
    left: list[object] = [""] * sheet.start[1]
    for cells in sheet.iter_rows():
        yield [*left, *cells] if left else cells  # type: ignore[misc]  # cells are values of many types


def _put(row: list[str], cells: Mapping[int, str]) -> None:
    row.extend([""] * (max(cells) + 1 - len(row)))
    for column, shown in cells.items():
        row[column] = shown


class _Filler:
    """Carries the text of cells merged downwards into the rows that they cover."""

    def __init__(self, sheet: CalamineSheet, start: tuple[int, int]) -> None:
        ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]] = sheet.merged_cell_ranges or ()
        self._begins: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _right) in ranges:
            if 0 < bottom - top <= _LONGEST_MERGE and left < MAX_COLUMNS and top >= start[0]:
                self._begins.setdefault(top, []).append((left, bottom))
        self._open: list[tuple[int, int, str]] = []

    def fill(self, number: int, row: list[str]) -> None:
        if self._open:
            self._open = [(column, bottom, text) for column, bottom, text in self._open if number <= bottom]
            for column, _bottom, text in self._open:
                row.extend([""] * (column + 1 - len(row)))
                row[column] = row[column] or text
        for column, bottom in self._begins.get(number, ()):
            if column < len(row) and row[column]:
                self._open.append((column, bottom, row[column]))
