"""KAM-02: the pages of performance contracts as people meet them; how many queries each makes."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from dakehu.infra.clock import now
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.clock import month_add
from dakehu.managers.domain.contract_states import ContractState
from dakehu.managers.domain.indicators import Code
from dakehu.managers.models import Appeal, Contract, EnteredFigure, MonthResult, NewProduct
from dakehu.managers.services.appeals import appeal_open
from dakehu.managers.tests.fixtures import a_logged_visit
from dakehu.managers.tests.performance import (
    LAST,
    YEAR,
    a_closed_month,
    a_contract,
    a_draft_contract,
    bill,
    mine,
)
from dakehu.managers.tests.performance_routes import _TERMS
from dakehu.organisation.api import User
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-02")]


@pytest.fixture
def leader(world: Scenario) -> User:
    return world.user("team_leader", unit=world.county, name="组长甲")


def _as(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def _text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def _workbook(client: Client, url: str) -> list[list[object]]:
    content = client.get(url).getvalue()
    return [
        list(row)
        for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    ]


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/performance/", 7),
        (f"/performance/ranking/?month={LAST}", 8),
        ("/performance/appeals/", 7),
    ],
)
def test_lists_make_as_many_queries_for_many_rows(
    client: Client, world: Scenario, leader: User, url: str, queries: int
) -> None:
    for _each in range(4):
        a_closed_month(world, a_contract(world, world.user("account_manager")))
    result = a_closed_month(world)
    appeal_open(
        actor=world.manager, contract_id=result.contract_id, month=LAST, code=Code.REVENUE, reason="漏账"
    )
    assert_page_queries(_as(client, leader), url, queries)


def test_records_make_as_many_queries_for_many_accounts(client: Client, world: Scenario) -> None:
    for _each in range(8):
        bill(mine(world, yuan=9_000), [(month_add(LAST, -12), 8_000), (month_add(LAST, -1), 8_500)])
    row = a_contract(world)
    page = _as(client, world.manager_user)
    month = reverse("managers-month-record", args=[row.pk, LAST])
    assert_page_queries(page, month, 17)
    assert_page_queries(page, f"{month}revenue/", 19)
    a_closed_month(world, row)
    page = _as(client, world.manager_user)
    assert_page_queries(page, reverse("managers-contract-record", args=[row.pk]), 9)
    assert_page_queries(page, month, 10)
    assert_page_queries(page, f"{month}revenue/", 13)


def test_a_contract_by_its_pages(client: Client, world: Scenario, leader: User) -> None:
    page = _as(client, leader)
    sent = {"manager": world.manager_user.pk, **_TERMS}
    answer = page.post("/performance/new/", {**sent, "weight_1": "20", "target_2": "很多"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "120万" in text
    assert "很多" in text
    answer = page.post("/performance/new/", {**sent, "weight_1": "25"})
    assert "合计 95%" in answer.content.decode()
    address = page.post("/performance/new/", sent)["Location"]
    row = Contract.objects.get()
    assert row.terms.get(indicator="revenue").months == [10_000_000] * 12
    text = _text(page, address)
    assert f"{address}targets/revenue/" in text
    assert "1,200,000.00 元" in text
    typed = {f"month_{number}": "100000" for number in range(1, 12)}
    answer = page.post(f"{address}targets/revenue/", {"spread": "typed", "version": 1, **typed})
    assert answer.status_code == 422
    assert "年度目标不符" in answer.content.decode()
    typed["month_12"] = "10万"
    assert (
        page.post(f"{address}targets/revenue/", {"spread": "typed", "version": 1, **typed}).status_code == 302
    )
    assert page.post(f"{address}change/", {**_TERMS, "version": 1}).status_code == 409
    assert page.post(f"{address}steps/propose/", {"version": 2}).status_code == 302
    assert page.post(f"{address}steps/explode/", {"version": 3}).status_code == 404
    page = _as(client, world.manager_user)
    assert f"{address}steps/accept/" in _text(page, address)
    assert "等待您确认" in _text(page, reverse("ui-tile-body", args=["managers.score"]))
    answer = page.post(f"{address}return/", {"reason": "", "version": 3})
    assert answer.status_code == 422
    page.post(f"{address}return/", {"reason": "成本目标不合理", "version": 3})
    page = _as(client, leader)
    assert "成本目标不合理" in _text(page, address)
    page.post(f"{address}steps/propose/", {"version": 4})
    _as(client, world.manager_user).post(f"{address}steps/accept/", {"version": 5})
    page = _as(client, leader)
    assert world.manager_user.name in _text(page, reverse("ui-tile-body", args=["managers.performance"]))
    page.post(f"{address}steps/enforce/", {"version": 6})
    row.refresh_from_db()
    assert row.state == ContractState.IN_FORCE
    text = _text(page, "/performance/")
    assert "生效" in text
    assert world.manager_user.name in text


def test_a_month_from_entry_to_appeal(client: Client, world: Scenario, leader: User) -> None:
    account = mine(world, yuan=90_000, name="汾河重工有限公司")
    a_logged_visit(world, account)
    row = a_contract(world)
    month = f"/performance/{row.pk}/months/{LAST}/"
    clerk = world.user("statistician", unit=world.province)
    page = _as(client, clerk)
    assert "待录入" in _text(page, month)
    survey = SimpleUploadedFile("满意度.pdf", b"%PDF-1.7 survey")
    enter = f"{month}satisfaction/enter/"
    assert page.post(enter, {"value": "优", "note": "x", "version": 0}).status_code == 422
    assert page.post(enter, {"value": "92.5", "version": 0}).status_code == 422
    assert page.post(enter, {"value": "92.5", "version": 0, "document": survey}).status_code == 302
    assert EnteredFigure.objects.get().value == 9_250
    text = _text(page, f"{month}satisfaction/")
    assert "满意度.pdf" in text
    assert page.get(f"{month}satisfaction/document/").getvalue() == b"%PDF-1.7 survey"
    page = _as(client, leader)
    assert f"{month}close/" in _text(page, month)
    assert page.post(f"{month}close/").status_code == 302
    manager = _as(client, world.manager_user)
    text = _text(manager, f"{month}revenue/")
    assert "汾河重工有限公司" in text
    assert "90,000.00" in text
    rows = _workbook(manager, f"{month}revenue/export/")
    assert rows[1][0] == "汾河重工有限公司"
    assert rows[1][6] == 90_000
    assert f"{month}revenue/appeal/" in text
    manager.post(f"{month}revenue/appeal/", {"reason": "漏计一万元", "wanted": "10万"})
    appeal = Appeal.objects.get()
    assert "申诉中" in _text(manager, month)
    page = _as(client, leader)
    decide = f"/performance/appeals/{appeal.pk}/decide/"
    assert "漏计一万元" in _text(page, decide)
    answer = page.post(decide, {"event": "grant", "decision": "属实", "corrected": "", "version": 1})
    assert answer.status_code == 422
    answer = page.post(decide, {"event": "grant", "decision": "属实", "corrected": "10万", "version": 1})
    assert answer["Location"] == f"{month}revenue/"
    text = _text(page, month)
    assert "90,000.00 元" in text
    assert "100,000.00 元" in text
    assert "已更正" in text
    rows = _workbook(page, f"{month}export/")
    assert [rows[1][place] for place in (0, 2, 3, 4, 5)] == ["收入", 30, 100_000, 100_000, 90_000]
    tile = _text(_as(client, world.manager_user), reverse("ui-tile-body", args=["managers.score"]))
    assert LAST in tile
    assert "1 / 1" in tile


def test_many_months_close_at_once_and_each_says_why_not(
    client: Client, world: Scenario, leader: User
) -> None:
    ready, unready = a_contract(world), a_contract(world, world.user("account_manager"))
    a_closed_month(world, ready)
    MonthResult.objects.all().delete()
    page = _as(client, leader)
    answer = page.post(
        "/performance/?_bulk=close",
        {"pk": [ready.pk, unready.pk], "_step": "run", "month": LAST.replace("-", "")},
    )
    text = answer.content.decode()
    assert unready.manager.name in text
    assert "满意度" in text
    assert MonthResult.objects.get().contract == ready


def test_a_month_opens_again_in_a_dialog(client: Client, world: Scenario) -> None:
    row = a_closed_month(world).contract
    page = _as(client, world.user("centre_director", unit=world.taiyuan))
    month = f"/performance/{row.pk}/months/{LAST}/"
    dialog = page.get(f"{month}reopen/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="dk-dialog-body")
    assert "反结账" in dialog.content.decode()
    assert page.post(f"{month}reopen/", {"reason": "账单补录"}).status_code == 302
    assert "反结账" in _text(page, f"/performance/{row.pk}/")
    assert not MonthResult.objects.filter(is_current=True).exists()


def test_the_ranking_opens_at_the_last_closed_month(client: Client, world: Scenario, leader: User) -> None:
    page = _as(client, leader)
    assert "还没有结账的月份" in _text(page, "/performance/ranking/")
    mine(world, yuan=100_000)
    a_closed_month(world)
    other = world.user("account_manager")
    a_closed_month(world, a_contract(world, other))
    assert page.get("/performance/ranking/")["Location"] == f"/performance/ranking/?month={LAST}"
    text = _text(page, f"/performance/ranking/?month={LAST}")
    assert text.index(world.manager_user.name) < text.index(other.name)
    own = _text(_as(client, other), f"/performance/ranking/?month={LAST}")
    assert world.manager_user.name not in own
    assert other.name in own


def test_addresses_that_are_none(client: Client, world: Scenario, leader: User) -> None:
    row = a_contract(world)
    draft = a_draft_contract(world, world.user("account_manager"))
    page = _as(client, leader)
    for path in ("months/2026-13/", f"months/{YEAR + 1}-01/", f"months/{LAST}/cost/", f"months/{LAST}/x/"):
        assert page.get(f"/performance/{row.pk}/{path}").status_code == 404, path
    assert page.get(f"/performance/{draft.pk}/months/{LAST}/").status_code == 422
    assert page.get(f"/performance/{row.pk}/targets/cost/").status_code == 404


def test_new_products_are_added_and_removed(client: Client, world: Scenario) -> None:
    page = _as(client, world.user("centre_director", unit=world.taiyuan))
    assert "没有计为新业务的产品" in _text(page, "/performance/new-products/")
    sent = {"category": "cloud", "product": "云主机", "since": "2026年1月", "until": "2025-12"}
    assert page.post("/performance/new-products/new/", sent).status_code == 422
    assert page.post("/performance/new-products/new/", {**sent, "until": "202612"}).status_code == 302
    row = NewProduct.objects.get()
    assert (row.since, row.until) == ("2026-01", "2026-12")
    assert "云主机" in _text(page, "/performance/new-products/")
    page.post(f"/performance/new-products/{row.pk}/remove/")
    assert not NewProduct.objects.exists()


def test_the_tile_of_who_has_no_contract(client: Client, world: Scenario) -> None:
    page = _as(client, world.manager_user)
    tile = reverse("ui-tile-body", args=["managers.score"])
    assert "没有生效的业绩合同" in _text(page, tile)
    a_contract(world)
    MonthResult.objects.update(closed_at=now() - timedelta(days=1))
    assert "本月暂计" in _text(page, tile) or LAST.endswith("12")
