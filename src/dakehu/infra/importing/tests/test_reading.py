"""Files as they come: good, odd, broken and hostile. Each is read by the real child process."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from dakehu.infra.importing.domain.faults import WorkbookTooLarge
from dakehu.infra.importing.reading import parent
from dakehu.infra.importing.reading.frames import FrameBuffer, Row, Sheet
from dakehu.infra.importing.reading.parent import Source, read_rows
from dakehu.infra.importing.reading.plain import separator_of
from dakehu.infra.importing.reading.rowfile import RowFileWriter, stored_rows
from dakehu.infra.importing.reading.texts import text_of
from dakehu.kernel.errors import DomainError


def xlsx(fill: Callable[[Any, Any], None]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("表"))
    return file.getvalue()


def with_sheet_data(data: bytes) -> bytes:
    """A workbook with A1 and B1 filled and `data` behind them, whose dimension claims the whole sheet."""
    whole = xlsx(lambda _book, sheet: sheet.write_row(0, 0, ["名称", "电话"]))
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"</sheetData>", data + b"</sheetData>")
                part = re.sub(rb"<dimension[^>]*>", b'<dimension ref="A1:XFD1048576"/>', part)
            new.writestr(name, part)
    return file.getvalue()


def read(tmp_path: Path, content: bytes, kind: str = "xlsx", sheet: int | None = None) -> list[Row]:
    path = tmp_path / "file"
    path.write_bytes(content)

    def choose(sheets: Sequence[Sheet]) -> int:
        return sheets[0].index if sheet is None else sheet

    return [
        row
        for rows in read_rows(Source(path, kind, "表.xlsx"), choose=choose, pulse=lambda: None)
        for row in rows
    ]


def test_every_kind_of_cell_becomes_text_in_one_spelling(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        day, moment = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        sheet.write_row(0, 0, ["  文字 ", 12, 12.5, 0.1 + 0.2, -3, True])
        sheet.write_datetime(0, 6, date(2026, 1, 5), day)
        sheet.write_datetime(0, 7, datetime(2026, 1, 5, 8, 30), moment)  # noqa: DTZ001 - a cell has no zone
        sheet.write_number(0, 8, 911401051234567890)
        sheet.write_formula(0, 9, "=1+1", None, 2)
        sheet.write_string(0, 10, "=1+1")

    assert read(tmp_path, xlsx(fill)) == [
        (1, ["文字", "12", "12.5", "0.3", "-3", "TRUE", "2026-01-05", "2026-01-05 08:30:00",
             "9.11401051234568e+17", "2", "=1+1"]),
    ]  # fmt: skip


def test_failed_cells_and_formulas_without_a_result_are_not_blank(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(2, 2, ["名称", "电话"])
        sheet.write_formula(3, 2, "=A1", None, "#REF!")
        sheet.write_formula(4, 3, "=1/0", None, "#DIV/0!")
        sheet.write_formula(5, 2, "=CLEAN(A1)", None, "")
        sheet.write_formula(9, 5, "=NA()", None, "#N/A")

    assert read(tmp_path, xlsx(fill)) == [
        (3, ["", "", "名称", "电话"]),
        (4, ["", "", "#REF!"]),
        (5, ["", "", "", "#DIV/0!"]),
        (6, ["", "", "#FORMULA! =CLEAN(A1)"]),
        (10, ["", "", "", "", "", "#N/A"]),
    ]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b'<row><c t="e"><v>#N/A</v></c><c><f>A1</f></c><c t="str"><f>A1</f><v></v></c></row>',
         [(2, ["#N/A", "#FORMULA! =A1"])]),
        (b'<row r="7"><c r="B7"><f t="shared" si="0"/><v/></c></row>', [(7, ["", "#FORMULA!"])]),
        (b'<row r="7"><c r="ZZ7" t="e"><v>#N/A</v></c></row>', []),
        (b'<row r="7"><c r="A7" t="b"><v>0</v></c><c r="B7" t="e"/></row>', [(7, ["FALSE", "#N/A"])]),
    ],
)  # fmt: skip
def test_failed_cells_as_other_programs_write_them(tmp_path: Path, data: bytes, rows: list[Row]) -> None:
    assert read(tmp_path, with_sheet_data(data))[1:] == rows


def test_blank_rows_and_trailing_blanks_are_left_out_and_numbers_stay_those_of_the_sheet(
    tmp_path: Path,
) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write(2, 1, "名称")
        sheet.write(5, 1, "甲")
        sheet.write(5, 4, "   ")

    assert read(tmp_path, xlsx(fill)) == [(3, ["", "名称"]), (6, ["", "甲"])]


def test_cells_merged_downwards_stand_in_each_row(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 2, "一张大标题")
        sheet.write_row(1, 0, ["城市", "名称", "联系人"])
        sheet.merge_range(2, 0, 4, 0, "太原")
        for row, name in enumerate(["甲", "乙", "丙", "丁"], start=2):
            sheet.write(row, 1, name)

    assert read(tmp_path, xlsx(fill)) == [
        (1, ["一张大标题"]), (2, ["城市", "名称", "联系人"]),
        (3, ["太原", "甲"]), (4, ["太原", "乙"]), (5, ["太原", "丙"]), (6, ["", "丁"]),
    ]  # fmt: skip


def test_headings_over_two_rows_come_together(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 1, 0, "名称")
        sheet.merge_range(0, 1, 0, 2, "联系人")
        sheet.write_row(1, 1, ["姓名", "电话"])

    assert read(tmp_path, xlsx(fill))[1] == (2, ["名称", "姓名", "电话"])


def test_hidden_sheets_are_not_offered(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "看得见")
        hidden = book.add_worksheet("隐藏")
        hidden.write(0, 0, "看不见")
        hidden.hide()

    seen: list[str] = []
    path = tmp_path / "file"
    path.write_bytes(xlsx(fill))

    def choose(sheets: Sequence[Sheet]) -> int:
        seen.extend(sheet.name for sheet in sheets)
        return 0

    list(read_rows(Source(path, "xlsx", "x"), choose=choose, pulse=lambda: None))
    assert seen == ["表"]


def blank_rows(count: int) -> bytes:
    cells = b"".join(b'<c r="%c%%d" s="1"/>' % (65 + column) for column in range(12))
    return b"".join(b'<row r="%d">' % row + cells % ((row,) * 12) + b"</row>" for row in range(2, count))


@pytest.mark.parametrize("data", [blank_rows(1_048_576)], ids=["a million blank rows"])
def test_a_million_blank_rows_are_no_rows(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, with_sheet_data(data)) == [(1, ["名称", "电话"])]


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
NONSENSE = b'<row r="99999999999"><c r="ZZZZZZ9999999999"><v>1</v></c></row>'
ENTITY = b'<row r="2"><c r="A2" t="str"><v>&boom;</v></c></row>'


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (with_sheet_data(FAR), "xlsx", "importing.workbook_too_large"),
        (with_sheet_data(NONSENSE), "xlsx", "importing.workbook_unreadable"),
        (with_sheet_data(ENTITY), "xlsx", "importing.workbook_unreadable"),
        (with_sheet_data(b"<row"), "xlsx", "importing.workbook_unreadable"),
        (xlsx(lambda _b, _s: None), "xlsx", "importing.nothing_in_file"),
        (xlsx(lambda _b, s: s.write(0, 0, "a"))[:-30], "xlsx", "files.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, "xls", "importing.workbook_unreadable"),
        (b"PK\x03\x04 not at all", "ods", "files.damaged"),
        (b"\xff\xff\xff", "csv", "importing.encoding_unknown"),
        (b'a,b\n1,"' + b"x" * 200_000, "csv", "importing.cell_too_large"),
        (b"\n\n , \n", "csv", "importing.nothing_in_file"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, kind: str, code: str) -> None:
    with pytest.raises(DomainError) as raised:
        read(tmp_path, content, kind)
    assert raised.value.code == code


def test_a_pulse_that_raises_ends_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(xlsx(lambda _book, sheet: sheet.write(0, 0, "a")))

    class Enough(Exception):
        pass

    def pulse() -> None:
        raise Enough

    with pytest.raises(Enough):
        list(read_rows(Source(path, "xlsx", "x"), choose=lambda _sheets: 0, pulse=pulse))


def test_a_silent_child_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_SILENCE_S", 0.0)
    monkeypatch.setattr(parent, "_LISTEN_S", 0.001)
    path = tmp_path / "file"
    path.write_bytes(xlsx(lambda _book, sheet: sheet.write(0, 0, "a")))
    with pytest.raises(WorkbookTooLarge):
        list(read_rows(Source(path, "xlsx", "x"), choose=lambda _sheets: 0, pulse=lambda: None))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("名称,电话\n甲,0351\n".encode(), [(1, ["名称", "电话"]), (2, ["甲", "0351"])]),
        ("名称,电话\r\n甲,0351\r\n".encode("utf-8-sig"), [(1, ["名称", "电话"]), (2, ["甲", "0351"])]),
        ("名称,电话\n并州煤业,0351\n".encode("gb18030"), [(1, ["名称", "电话"]), (2, ["并州煤业", "0351"])]),
        (b"a,b\n" * 40_000 + "并州,1\n".encode("gb18030"), None),
        ("名称\t电话\n甲\t0351\n".encode("utf-16"), [(1, ["名称", "电话"]), (2, ["甲", "0351"])]),
        ("sep=;\n名称;电话\n甲;1,5\n".encode(), [(2, ["名称", "电话"]), (3, ["甲", "1,5"])]),
        ('名称,备注\n"甲,乙","两行\n文字"\n'.encode(), [(1, ["名称", "备注"]), (2, ["甲,乙", "两行\n文字"])]),
        ("名称,电话\n\n\n甲,'=1+1\n".encode(), [(1, ["名称", "电话"]), (4, ["甲", "=1+1"])]),
        ('名称,电话\n甲,"=""0351"""\n'.encode(), [(1, ["名称", "电话"]), (2, ["甲", "0351"])]),
    ],
)
def test_plain_tables(tmp_path: Path, content: bytes, rows: list[Row] | None) -> None:
    found = read(tmp_path, content, "csv")
    if rows is None:
        assert found[-1] == (40_001, ["并州", "1"])
    else:
        assert found == rows


@pytest.mark.parametrize(
    ("sample", "separator"),
    [
        ("a,b\n1,2", ","),
        ("a\tb\n1,5\t2", "\t"),
        ("a;b\n1,5;2", ";"),
        ("a|b\nc|d", "|"),
        ("单列\n值", ","),
        ("a，b\nc，d", "，"),
    ],
)
def test_separators(sample: str, separator: str) -> None:
    assert separator_of(sample) == separator


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (1e14, "100000000000000"),
        (1e15, "1e+15"),
        (1e300, "1e+300"),
        (1.1, "1.1"),
        (False, "FALSE"),
        (time(8, 30), "08:30:00"),
        (datetime.fromisoformat("2026-01-05T00:00:00"), "2026-01-05"),
        ("字" * 5000, "字" * 4001),
        (None, ""),
    ],
)
def test_texts(value: object, text: str) -> None:
    assert text_of(value) == text


def test_the_row_file_is_whole_or_absent(tmp_path: Path) -> None:
    def broken(path: Path) -> None:
        with RowFileWriter(path) as file:
            file.write([(1, ["a"])])
            raise RuntimeError

    path = tmp_path / "1.rows"
    with pytest.raises(RuntimeError):
        broken(path)
    assert not list(tmp_path.iterdir())
    with RowFileWriter(path) as file:
        file.write([(1, ["a"]), (2, ["b"])])
        file.write([(3, ["c"])])
    assert list(stored_rows(path)) == [(1, ["a"]), (2, ["b"]), (3, ["c"])]


def test_what_is_no_frame_is_refused() -> None:
    def feed(pieces: Iterable[bytes]) -> None:
        buffer = FrameBuffer()
        for piece in pieces:
            buffer.feed(piece)

    with pytest.raises(ValueError, match="too long"):
        feed([b"\xff\xff\xff\xff"])
    with pytest.raises(ValueError, match="MessagePack"):
        feed([b"\x01\0\0\0", b"\xc1"])
