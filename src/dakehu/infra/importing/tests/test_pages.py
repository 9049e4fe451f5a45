"""The pages, from the upload form to the undone import."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.specs import spec_of
from dakehu.infra.importing.tests.nouns import HEADINGS, PERMISSION, SPEC, roles, row, workbook
from dakehu.infra.worker import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(world: Any, client: Client) -> Client:
    role = roles().create(code="importer", name="导入", permissions=[PERMISSION])
    world.manager_user.roles.add(role)
    client.force_login(world.manager_user)
    return client


def upload(browser: Client, content: bytes, name: str = "角色.xlsx") -> ImportBatch:
    response = browser.post(f"/imports/{SPEC.name}/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    drain("tasks")
    return ImportBatch.objects.latest("pk")


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def sheet_of(response: Any) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content_of(response)))
    return book.get_sheet_by_index(0).to_python()


@pytest.mark.req("KAM-03")
def test_the_whole_way(browser: Client) -> None:
    batch = upload(
        browser, workbook([row(1), row(2, 类别="丙<script>alert(1)</script>"), row(3, 名称="角色1")])
    )
    url = f"/imports/{batch.pk}/"
    page = browser.get(url).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "不在可选范围" in page
    mended = browser.post(f"{url}rows/3/", {"kind": "甲"}, headers={"HX-Request": "true"})
    assert mended.status_code == 200
    assert "ui:close-dialog" in mended["HX-Trigger"]
    browser.post(f"{url}rows/4/choose/", {"wanted": "1"}, headers={"HX-Request": "true"})
    assert browser.post(f"{url}do/commit/").status_code == 302
    assert "dk-job" in browser.get(url).content.decode()
    drain("tasks")
    assert ImportBatch.objects.get(pk=batch.pk).committed == 3
    assert "撤销导入" in browser.get(url).content.decode()
    browser.post(f"{url}do/undo/")
    drain("tasks")
    assert ImportBatch.objects.get(pk=batch.pk).state == "undone"
    assert browser.get(url).status_code == 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "是空的"),
        (b"<html><table>", "改了名的网页"),
        (b"%PDF-1.4", "不是这里需要的文件类型"),
        (workbook([row(1)])[:-50], "已损坏或不完整"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "有密码保护"),
    ],
)
def test_what_is_not_taken_says_why_on_the_form(browser: Client, content: bytes, sentence: str) -> None:
    response = browser.post(f"/imports/{SPEC.name}/", {"file": SimpleUploadedFile("表.xlsx", content)})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (workbook([], ["只有标题"]), "a.xlsx", "列名下面没有数据"),
        (b"a,b\n1,\"" + b"x" * 200_000, "a.csv", "可能少了一个引号"),
        (workbook([[n] for n in range(5100)], ["编号"]), "a.xlsx", "超过 5000 行"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why_on_its_page(
    browser: Client, content: bytes, name: str, sentence: str
) -> None:
    batch = upload(browser, content, name)
    assert batch.state == "unreadable"
    page = browser.get(f"/imports/{batch.pk}/").content.decode()
    assert sentence in page
    assert "重试" in page
    browser.post(f"/imports/{batch.pk}/do/discard/")
    assert ImportBatch.objects.get(pk=batch.pk).state == "discarded"


def test_headings_are_shown_and_can_be_changed(browser: Client) -> None:
    batch = upload(browser, workbook([row(1)], ["编号", "叫什么", "启用日期", "月收入", "类别"], above=2))
    assert (batch.state, batch.heading_number) == ("mapping", 3)
    page = browser.get(f"/imports/{batch.pk}/").content.decode()
    assert "叫什么" in page
    refused = browser.post(f"/imports/{batch.pk}/map/", {"code": "0"})
    assert refused.status_code == 422
    assert "名称" in refused.content.decode()
    browser.post(f"/imports/{batch.pk}/map/", {"code": "0", "name": "1", "kind": "4"})
    drain("tasks")
    batch.refresh_from_db()
    assert (batch.state, batch.good) == ("ready", 1)
    browser.post(f"/imports/{batch.pk}/heading/", {"row": "4"})
    batch.refresh_from_db()
    assert (batch.state, batch.heading_number) == ("mapping", 4)


@pytest.mark.req("KAM-03")
def test_rows_to_mend_go_to_excel_with_the_reason_and_come_back(browser: Client) -> None:
    batch = upload(browser, workbook([row(1), row(2, 编号="x", 名称="=1+1")]))
    lines = sheet_of(browser.get(f"/imports/{batch.pk}/mendable/"))
    assert lines[0] == ["行", "编号", "名称", "启用日期", "月收入", "类别", "原因"] or lines[0][-1] == "原因"
    assert lines[1][1:3] == ["x", "=1+1"]
    assert "编号：" in lines[1][-1]
    lines[1][1] = "AB0002"
    again = upload(browser, workbook([lines[1]], [str(cell) for cell in lines[0]]))
    assert (again.state, again.good) == ("ready", 1)
    draft = spec_of(SPEC.name).decode(ImportRow.objects.get(batch=again).draft)
    assert draft.name == "=1+1"


def test_the_template_is_understood_as_it_is(browser: Client) -> None:
    with override("zh-hans"):
        content = content_of(browser.get(f"/imports/{SPEC.name}/template/"))
    lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert lines[0][:2] == ["编号*", "名称*"]
    assert lines[1][0] == "AA0001"
    batch = upload(browser, content)
    assert (batch.state, batch.rows, dict(batch.mapping)) == (
        "ready", 0, {"code": 0, "name": 1, "since": 2, "revenue": 3, "kind": 4},
    )  # fmt: skip


def test_cancelling_a_waiting_job_brings_the_import_to_rest(browser: Client) -> None:
    browser.post(f"/imports/{SPEC.name}/", {"file": SimpleUploadedFile("a.xlsx", workbook([row(1)]))})
    batch = ImportBatch.objects.latest("pk")
    assert batch.state == "reading"
    browser.post(f"/jobs/{batch.job_id}/cancel/")
    browser.get(f"/imports/{batch.pk}/")
    batch.refresh_from_db()
    assert (batch.state, batch.problem) == ("unreadable", {})
    browser.post(f"/imports/{batch.pk}/do/retry/")
    drain("tasks")
    batch.refresh_from_db()
    assert batch.state == "ready"


def test_the_list_of_imports(browser: Client) -> None:
    upload(browser, workbook([row(1)]), "第一份.xlsx")
    page = browser.get("/imports/").content.decode()
    assert "第一份.xlsx" in page
    assert "待导入" in page


def test_an_unknown_kind_is_not_found(browser: Client) -> None:
    assert browser.get("/imports/nonsense/").status_code == 404
    assert browser.get("/imports/99/").status_code == 404


def test_a_column_that_nothing_reads_is_named(browser: Client) -> None:
    book = workbook([[*row(1), "很急"]], headings=[*HEADINGS, "备注<b>"])
    page = browser.get(f"/imports/{upload(browser, book).pk}/").content.decode()
    assert "文件中的这些列不会导入：备注&lt;b&gt;" in page
    plain = browser.get(f"/imports/{upload(browser, workbook([row(2)])).pk}/").content.decode()
    assert "不会导入" not in plain
