"""What leaves in a file: its form, its safety, its trace in the audit."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import StreamingHttpResponse
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.exporting import xlsx
from dakehu.infra.exporting.api import (
    Column,
    Format,
    Kind,
    Table,
    format_of,
    neutralise,
    restore,
    stream_csv,
    stream_xlsx,
)
from dakehu.infra.exporting.responses import FormatUnknown
from dakehu.infra.exporting.tables import Provenance
from dakehu.infra.exporting.xlsx import xlsx_chunks

COLUMNS = [
    Column("名称"),
    Column("户数", Kind.INTEGER),
    Column("月收入", Kind.MONEY),
    Column("占比", Kind.PERCENT),
    Column("签约日", Kind.DATE),
    Column("更新时间", Kind.MOMENT),
    Column("在网", Kind.YES_NO),
]
ROW = [
    "并州煤业",
    12,
    -123_450,
    Decimal("0.25"),
    date(2026, 1, 5),
    datetime(2026, 1, 5, 16, 30, tzinfo=UTC),
    True,
]


def table(rows: Iterable[Sequence[object]], columns: Sequence[Column] = COLUMNS) -> Table:
    return Table("customer", "客户列表", columns, rows, filters=[("城市", "太原")])


def workbook(path: Path, exported: Table) -> CalamineWorkbook:
    path.write_bytes(b"".join(xlsx_chunks(exported, Provenance("王敏", "2026-11-23 09:00:00"))))
    return CalamineWorkbook.from_path(path)


def body(response: StreamingHttpResponse) -> bytes:
    content = response.streaming_content
    assert isinstance(content, Iterator)
    return b"".join(content)


def test_cells_of_a_workbook_are_typed(tmp_path: Path) -> None:
    head, row = workbook(tmp_path / "a.xlsx", table([ROW])).get_sheet_by_index(0).to_python()
    assert head == [column.heading for column in COLUMNS]
    assert row[:5] == ["并州煤业", 12, -1234.5, 0.25, date(2026, 1, 5)]
    assert row[5] == datetime(2026, 1, 6, 0, 30)  # noqa: DTZ001 - a workbook knows no zones: China's time


def test_provenance_stands_on_a_sheet_of_its_own(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", table([ROW, ROW]))
    lines = {line[0]: line[1] for line in book.get_sheet_by_index(1).to_python()}
    assert "王敏" in lines.values()
    assert "2026-11-23 09:00:00" in lines.values()
    assert lines["城市"] == "太原"
    assert "2" in lines.values()


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 351", "-3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("http://x")']
)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    exported = table([[text]], [Column("名称")])
    path = tmp_path / "a.xlsx"
    cell = workbook(path, exported).get_sheet_by_index(0).to_python()[1][0]
    assert cell == text
    part = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b"<f" not in part
    assert b"hyperlink" not in part
    assert neutralise(text) == f"'{text}"
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", ["太原", "'引号", "", "3-5", "1+1"])
def test_harmless_text_is_left_alone(text: str) -> None:
    assert neutralise(text) == text
    assert restore(text) == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<script>&\"'", "<script>&\"'"),
        ("a\x00b\x0bc\ud800d", "abcd"),
        ("两行\n文字", "两行\n文字"),
        ("  前后有空格  ", "  前后有空格  "),
        ("_x0041_", "_x0041_"),
        ("字" * 40_000, "字" * 32_767),
    ],
)
def test_any_text_makes_a_whole_workbook(tmp_path: Path, text: str, read: str) -> None:
    cell = (
        workbook(tmp_path / "a.xlsx", table([[text]], [Column("名称")]))
        .get_sheet_by_index(0)
        .to_python()[1][0]
    )
    assert cell == read


def test_numbers_too_long_for_a_spreadsheet_go_as_text(tmp_path: Path) -> None:
    exported = table(
        [[123456789012345678, float("nan")]], [Column("a", Kind.INTEGER), Column("b", Kind.DECIMAL)]
    )
    assert workbook(tmp_path / "a.xlsx", exported).get_sheet_by_index(0).to_python()[1] == [
        "123456789012345678",
        "nan",
    ]


def test_a_full_sheet_is_followed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_A_SHEET", 3)
    rows = [[f"户{n}"] for n in range(6)]
    book = workbook(tmp_path / "a.xlsx", table(rows, [Column("名称")]))
    assert book.sheet_names[:2] == ["客户列表", "客户列表 2"]
    assert len(book.sheet_names) == 3
    assert book.get_sheet_by_index(1).to_python() == [["名称"], ["户3"], ["户4"], ["户5"]]


def test_an_empty_table_is_a_workbook_with_headings(tmp_path: Path) -> None:
    assert workbook(tmp_path / "a.xlsx", table([])).get_sheet_by_index(0).to_python() == [
        [column.heading for column in COLUMNS]
    ]


def test_memory_stays_flat() -> None:
    def peak(rows: int) -> int:
        exported = table(ROW for _ in range(rows))
        tracemalloc.start()
        for _piece in xlsx_chunks(exported, Provenance("", "")):
            pass
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(1000)
    assert peak(20_000) < peak(2000) + 500_000


@pytest.mark.django_db
def test_csv_opens_in_excel_and_numbers_stay_numbers() -> None:
    with override("en"):
        response = stream_csv(SYSTEM, table([ROW, ["=1+1", -5, None, None, None, None, None]]))
        data = body(response)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert lines[1] == ["并州煤业", "12", "-1234.50", "0.25", "2026-01-05", "2026-01-06 00:30:00", "Yes"]
    assert lines[2][:3] == ["'=1+1", "-5", ""]


@pytest.mark.django_db
def test_the_file_is_in_the_language_of_the_request_that_asked_for_it() -> None:
    with override("zh-hans"):
        response = stream_csv(SYSTEM, table([[None] * 6 + [True]]))
    with override("en"):
        assert "是" in body(response).decode()


@pytest.mark.django_db
def test_the_answer_is_a_download_nobody_sniffs() -> None:
    response = stream_xlsx(SYSTEM, table([]))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    body(response)


@pytest.mark.django_db
def test_who_took_what_is_known_before_the_first_byte_and_how_much_after_the_last() -> None:
    response = stream_xlsx(SYSTEM, table([ROW, ROW]))
    started = AuditEntry.objects.get()
    assert (started.action, started.noun, started.label) == ("export.started", "customer", "客户列表")
    assert started.changes["filters"] == [None, {"城市": "太原"}]
    body(response)
    assert AuditEntry.objects.get(action="export.finished").changes["rows"] == [None, 2]


@pytest.mark.django_db
def test_a_download_broken_off_is_recorded_as_such() -> None:
    response = stream_csv(SYSTEM, table(ROW for _ in range(5000)))
    content = response.streaming_content
    assert isinstance(content, Iterator)
    next(content)
    request_finished.disconnect(close_old_connections)  # the test's transaction goes on
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)
    finished = AuditEntry.objects.get(action="export.finished")
    assert finished.changes["complete"] == [None, False]


def test_an_unknown_format_is_refused() -> None:
    assert format_of("csv") is Format.CSV
    with pytest.raises(FormatUnknown):
        format_of("exe")
