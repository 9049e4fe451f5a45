"""A workbook as a hurried person leaves it: titles above, headings in two lines, gaps, formulas, faults."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import xlsxwriter

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.evaluation import decode_faults
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.services.committing import import_commit
from dakehu.infra.importing.services.uploading import import_upload
from dakehu.infra.worker import drain

FIRST = 6
"""The row of the first data, as Excel counts."""
_UNCOMPUTED = "Zz9"


class Failed(str):
    """A formula whose result is this word of failure."""

    __slots__ = ()


class Computed(str):
    """A formula whose result is kept in the file."""

    __slots__ = ()


class Uncomputed(str):
    """A formula that the program which wrote the file did not compute."""

    __slots__ = ()


def hurried(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A hidden sheet of last year first, a sheet of notes, then the table: row 1 a merged title, row 2 blank,
    row 3 a remark, row 4 blank, row 5 the headings; a blank row after each row of data."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        old = book.add_worksheet("去年")
        old.write_row(0, 0, headings)
        old.write_row(1, 0, ["去年的行"] * len(headings))
        book.add_worksheet("说明").write_row(0, 0, ["填表说明", "请勿改动"])
        sheet = book.add_worksheet("今年（新）")
        old.hide()
        sheet.activate()
        sheet.set_first_sheet()
        sheet.merge_range(0, 0, 0, len(headings) - 1, "二〇二六年大客户汇总表\n（内部）")
        sheet.write(2, 0, "填表人：王晓明")
        sheet.write_row(4, 0, [heading.replace("/", "\n") for heading in headings])
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                at = (FIRST - 1 + 2 * number, place)
                if isinstance(cell, (Failed, Computed)):
                    sheet.write_formula(*at, "=VLOOKUP(A1,去年!A:B,2,0)", None, str(cell))
                elif isinstance(cell, Uncomputed):
                    sheet.write_formula(*at, f"={cell}", None, _UNCOMPUTED)
                else:
                    sheet.write(*at, cell)
            sheet.write(FIRST + 2 * number, 1, " \u00a0\u3000 ")
    return _without_results(file.getvalue())


def _without_results(content: bytes) -> bytes:
    """Take the result of the formulas that nobody computed out of the sheets' XML."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            for cell in part.split(b"<c ")[1:] if name.startswith("xl/worksheets/") else ():
                if f"<v>{_UNCOMPUTED}</v>".encode() in cell:
                    bare = cell.replace(f"<v>{_UNCOMPUTED}</v>".encode(), b"<v></v>").replace(
                        b' t="str"', b""
                    )
                    part = part.replace(cell, bare)
            new.writestr(name, part)
    return file.getvalue()


def row(number: int) -> int:
    """The number, in the sheet, of a row of data."""
    return FIRST + 2 * number


def uploaded(actor: Actor, spec: str, content: bytes, name: str = "汇总 (最终版)2.xlsx") -> ImportBatch:
    batch = import_upload(actor=actor, spec=spec, name=name, chunks=[content])
    drain("tasks")
    return ImportBatch.objects.get(pk=batch.pk)


def committed(actor: Actor, batch: ImportBatch) -> ImportBatch:
    import_commit(actor=actor, batch_id=batch.pk)
    drain("tasks")
    return ImportBatch.objects.get(pk=batch.pk)


def faults(batch: ImportBatch) -> dict[int, set[tuple[str | None, str]]]:
    """By the row's number its faults: the column and what is wrong."""
    return {
        each.number: {(fault.field, fault.code) for fault in decode_faults(each.faults)}
        for each in ImportRow.objects.filter(batch=batch).exclude(faults="")
    }
