"""KAM-03: the four imports of the customer chapter, fed with what hurried people make of a spreadsheet."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.customers.domain.grades import Grade
from dakehu.customers.models import Customer, MonthlyRevenue
from dakehu.customers.tests.fixtures import a_customer
from dakehu.customers.tests.test_imports import code
from dakehu.infra.importing.models import ImportBatch
from dakehu.managers.models import EnteredFigure
from dakehu.managers.tests.performance import LAST, a_contract, a_statistician
from dakehu.organisation.api import actor_for
from dakehu.organisation.models import User
from dakehu.organisation.testing import Scenario
from tests.rough.hurried import Computed, Failed, Uncomputed, committed, faults, hurried, row, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]
CUSTOMERS = ["客户/名称", "统一社会/信用代码", " 级别 ", "月均收入/（元）", "联系/电话", "地址"]


def test_customers(world: Scenario) -> None:
    table = hurried(
        CUSTOMERS,
        [
            ["\u00a0并州煤业有限公司 \u3000", code(1).translate({ord("9"): "９", ord("M"): "Ｍ"}), " 一级\n",
             "￥１２，５００．５０", "０３５１－８２０００００", Computed("太原市迎泽大街1号")],
            ["汾水文化传媒", "", "", "1.2万", 13800000000, ""],
            [Failed("#N/A"), code(3), "", "", "", ""],
            ["晋阳云图科技", code(4), "", Failed("#REF!"), "", Failed("#NAME?")],
            ["云州云景酒店", code(5), "", "", "", Uncomputed("A1&B1")],
            ["介休焦化", code(6), "", "1,5", "", "#N/A"],
            ["", "", "", "", "", Failed("#DIV/0!")],
        ],
    )  # fmt: skip
    actor = world.actor("data_steward", "account_manager", unit=world.taiyuan)
    batch = uploaded(actor, "customers", table)
    assert faults(batch) == {
        row(2): {("name", "importing.cell_failed")},
        row(3): {("monthly_revenue_fen", "importing.cell_failed"), ("address", "importing.cell_failed")},
        row(4): {("address", "importing.result_missing")},
        row(5): {("monthly_revenue_fen", "money.amount_invalid"), ("address", "importing.cell_failed")},
        row(6): {("name", "importing.missing"), ("address", "importing.cell_failed")},
    }
    assert not Customer.objects.exists()
    assert committed(actor, batch).committed == 2
    first, second = Customer.objects.order_by("pk")
    assert (first.name, first.credit_code, first.grade) == ("并州煤业有限公司", code(1), Grade.FIRST)
    assert (first.monthly_revenue_fen, first.address) == (1_250_050, "太原市迎泽大街1号")
    assert (second.monthly_revenue_fen, second.phone) == (1_200_000, "13800000000")


def test_a_failed_cell_is_named_on_its_page_and_can_be_typed(world: Scenario, client: Client) -> None:
    user = world.user("data_steward", "account_manager", unit=world.taiyuan)
    client.force_login(user)
    table = hurried(CUSTOMERS, [[Failed("#REF!"), "", "", "没有", Uncomputed("A1"), "某街"]])
    batch = uploaded(actor_for(user), "customers", table)
    page = client.get(reverse("importing-row-list", args=[batch.pk])).content.decode()
    assert "#REF!" in page
    assert "Excel 在这里显示" in page
    assert "没有公式的结果" in page
    url = reverse("importing-row-mend", args=[batch.pk, row(0)])
    typed = {
        "name": "并州煤业",
        "monthly_revenue_fen": "还是没有",
        "phone": "0351-8200000",
        "address": "某街",
    }
    again = client.post(url, typed).content.decode()
    assert "还是没有" in again
    assert "并州煤业" in again
    client.post(url, {**typed, "monthly_revenue_fen": "1.2万"})
    assert faults(batch) == {}


def test_users(world: Scenario) -> None:
    actor = world.administrator
    days: list[object] = [
        "2027-1-5",
        "2027/1/5",
        "2027.1.5",
        "2027年1月5日",
        46392,
        "２０２７０１０５",
        "20270105",
    ]
    people: list[list[object]] = [
        [
            f"ＷＡＮＧ{number} \u00a0",
            f" 王{'甲乙丙丁戊己庚'[number]}\u200b ",
            Computed("太原"),
            "客户经理",
            day,
        ]
        for number, day in enumerate(days)
    ]
    _ = world.team
    bad: list[list[object]] = [
        ["li1", "李甲", "太原", "客户经理", "5/1/27"],
        ["li2", Failed("#VALUE!"), "太原", Uncomputed("D6"), "明年"],
    ]
    batch = uploaded(actor, "users", hurried(["登录名", "姓 名", "单位*", "角色", "有效期至"], people + bad))
    assert faults(batch) == {
        row(7): {("valid_until", "importing.date_ambiguous")},
        row(8): {
            ("name", "importing.cell_failed"),
            ("roles", "importing.result_missing"),
            ("valid_until", "importing.date_invalid"),
        },
    }
    assert committed(actor, batch).committed == 7
    made = User.objects.filter(username__istartswith="wang")
    assert {each.valid_until for each in made} == {date(2027, 1, 5)}
    assert {each.org_path for each in made} == {world.taiyuan.path}


def test_revenue(world: Scenario) -> None:
    account = a_customer(world.team, name="晋阳云图科技有限公司")
    _ = a_customer(world.team, name="另一家")
    months: list[object] = ["2026-01", "2026/2", "2026.03", "2026年4月", 46143, "２０２６０６"]
    amounts: list[object] = ["12,000", "￥1.2万", "１２０００元", 12000, "12 000.00", Computed("12000")]
    good: list[list[object]] = [
        [account.name, month, "语音", amount] for month, amount in zip(months, amounts, strict=True)
    ]
    bad: list[list[object]] = [
        [account.name, "2025-07", Failed("#N/A"), "1"],
        [account.name, "2025-08", "语音", Failed("#REF!")],
        [account.name, "2025-09", "语音", Uncomputed("SUM(D6:D9)")],
        [account.name, "2025-10", "语音", "(12.005)"],
        [account.name, "2025-11", "语音", "（1,200.50）"],
    ]
    actor = world.actor("data_steward", unit=world.taiyuan)
    batch = uploaded(
        actor, "customer-revenue", hurried(["客户/编号", "账 期", "产品类别", "出账收入/(元)"], good + bad)
    )
    assert faults(batch) == {
        row(6): {("category", "importing.cell_failed")},
        row(7): {("amount_fen", "importing.cell_failed")},
        row(8): {("amount_fen", "importing.result_missing")},
        row(9): {("amount_fen", "money.amount_too_fine")},
    }
    assert committed(actor, batch).committed == 7
    found = dict(MonthlyRevenue.objects.values_list("month", "amount_fen"))
    assert found == {**{f"2026-0{month}": 1_200_000 for month in range(1, 7)}, "2025-11": -120_050}


@pytest.mark.req("KAM-02")
def test_figures_of_contracts(world: Scenario) -> None:
    a_contract(world)
    name = world.manager_user.name
    year, month = LAST.split("-")
    rows: list[list[object]] = [
        [f" {name}\u00a0", f"{year}年{int(month)}月", "满意度", "９１．５％", "三季度调查"],
        [name, f"{LAST}-01", "满意度", Failed("#DIV/0!"), "x"],
        [name, LAST, "满意度", "９１,5", Uncomputed("E6")],
    ]
    actor = a_statistician(world)
    batch = uploaded(
        actor, "performance-figures", hurried(["客户经理", "月份", "指标", "数值", "来源"], rows)
    )
    assert faults(batch) == {
        row(1): {("value", "importing.cell_failed")},
        row(2): {("note", "importing.result_missing")},
    }
    assert committed(actor, batch).committed == 1
    assert EnteredFigure.objects.get().value == 9_150


def test_several_sheets_that_fit_are_offered_and_the_hidden_one_is_not(world: Scenario) -> None:
    actor = world.actor("data_steward", "account_manager", unit=world.taiyuan)
    batch = uploaded(actor, "customers", hurried(CUSTOMERS, [["甲公司", "", "", "", "", ""]]))
    assert [sheet["name"] for sheet in batch.sheets] == ["说明", "今年（新）"]
    assert batch.sheet == 2
    assert batch.rows == 1
    assert ImportBatch.objects.count() == 1
