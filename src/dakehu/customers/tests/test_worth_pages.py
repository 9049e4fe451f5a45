"""KAM-03: pages of revenue, grades and warnings, and revenue from a spreadsheet."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.customers.domain.grades import Grade
from dakehu.customers.models import ChurnWarning, Customer, GradeRule, MonthlyRevenue
from dakehu.customers.services.grading import keep_grades
from dakehu.customers.tests.fixtures import a_customer, a_warning, billed
from dakehu.customers.tests.test_imports import workbook
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.importing.domain.faults import NothingToCommit
from dakehu.infra.importing.models import ImportBatch
from dakehu.infra.importing.services.committing import import_commit
from dakehu.infra.importing.services.undoing import import_undo
from dakehu.infra.importing.services.uploading import import_upload
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.infra.worker import drain
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]


@pytest.fixture
def page(client: Client, world: Scenario) -> Client:
    """The manager's browser."""
    client.force_login(world.manager_user)
    return client


@pytest.fixture
def steward(client: Client, world: Scenario) -> Client:
    client.force_login(world.user("data_steward", unit=world.taiyuan))
    return client


def _panel(name: str, row: Customer) -> str:
    return reverse(f"customers-{name}-panel", args=[row.pk])


def test_the_revenue_tab(page: Client, world: Scenario) -> None:
    row = a_customer(world.team)
    assert "还没有收入" in page.get(_panel("revenue", row)).content.decode()
    billed(row, *[1_000] * 12, 1_100, 1_500)
    billed(row, 200, category="leased_line")
    text = page.get(_panel("revenue", row)).content.decode()
    assert "1,700.00" in text
    assert "专线电路" in text
    assert_page_queries(page, _panel("revenue", row), 7)
    sheet = page.get(_panel("revenue", row) + "?_export=xlsx")
    assert sheet.status_code == 200
    assert b"".join(getattr(sheet, "streaming_content", [])).startswith(b"PK")


def test_the_grade_tab_says_why(page: Client, world: Scenario) -> None:
    row = a_customer(world.team, monthly_revenue_fen=3_500_000, trade="banking")
    GradeRule.objects.create(kind="trade", trade="banking", grade=Grade.SECOND)
    url = _panel("grade", row)
    assert "尚未" in page.get(url).content.decode()
    page.post(reverse("customers-grade-now", args=[row.pk]))
    text = page.get(url).content.decode()
    assert "35,000.00" in text
    assert "银行" in text
    assert_page_queries(page, url, 8)
    sent = {"grade": "1", "reason": "省级战略客户"}
    assert page.post(reverse("customers-grade-hand", args=[row.pk]), sent).status_code == 302
    assert "省级战略客户" in page.get(url).content.decode()
    lower = page.post(reverse("customers-grade-hand", args=[row.pk]), {"grade": "5"})
    assert lower.status_code == 422
    assert Customer.objects.get(pk=row.pk).grade == Grade.SPECIAL


def test_rules_and_their_preview(steward: Client, world: Scenario) -> None:
    a_customer(world.team, trade="banking")
    a_customer(world.datong_team, trade="banking")
    url = reverse("customers-graderule-list")
    assert "100,000.00" in steward.get(url).content.decode()
    preview = reverse("customers-graderule-preview")
    assert "没有客户" in steward.get(preview).content.decode()
    typed = {"kind": "trade", "grade": "2", "trade": "banking", "is_active": "on", "rule": ""}
    assert "1 个客户" in steward.get(preview, typed).content.decode()
    assert not GradeRule.objects.exists()
    steward.post(reverse("customers-graderule-create"), typed)
    assert "1 个客户" in steward.get(preview).content.decode()
    wrong = steward.post(reverse("customers-graderule-create"), {"kind": "trade", "grade": "2"})
    assert wrong.status_code == 422
    steward.post(reverse("customers-graderule-defaults"))
    assert GradeRule.objects.filter(kind="revenue").count() == 4


def test_the_list_of_warnings_and_its_filters(page: Client, world: Scenario) -> None:
    mine = a_warning(a_customer(world.team, actor=world.manager, name="晋阳云图科技有限公司"))
    a_warning(a_customer(world.team, name="汾河大厦"))
    a_warning(a_customer(world.datong_team, name="云州云景"))
    url = reverse("customers-warning-list")

    def shown(query: str) -> set[str]:
        text = page.get(f"{url}?{query}").content.decode().split("<tbody")[-1]
        return {name for name in ("晋阳云图", "汾河大厦", "云州云景") if name in text}

    assert shown("") == {"晋阳云图", "汾河大厦"}
    assert shown(f"whose=mine:{world.manager_user.pk}") == {"晋阳云图"}
    assert shown("whose=nobody") == {"汾河大厦"}
    assert shown("q=汾河") == {"汾河大厦"}
    assert shown("state=live") == {"晋阳云图", "汾河大厦"}
    assert shown("state=saved") == set()
    assert "50%" in page.get(f"{url}?state=live").content.decode()
    page.post(reverse("customers-warning-take", args=[mine.pk]), {"version": 1})
    closing = reverse("customers-warning-close", args=[mine.pk, "save"])
    assert page.post(closing, {"version": 2, "outcome": ""}).status_code == 422
    assert page.post(closing, {"version": 2, "outcome": "降价续约"}).status_code == 302
    assert ChurnWarning.objects.get(pk=mine.pk).outcome == "降价续约"
    assert shown("state=saved") == {"晋阳云图"}
    assert "降价续约" in page.get(_panel("warning", mine.customer)).content.decode()


def test_pages_of_warnings_ask_the_same_for_any_number(page: Client, world: Scenario) -> None:
    rows = [a_warning(a_customer(world.team)) for _number in range(3)]
    assert_page_queries(page, _panel("warning", rows[0].customer), 6)
    tile = reverse("ui-tile-body", args=["customers.churn"])
    assert_page_queries(page, tile, 6)


def test_revenue_from_a_spreadsheet(world: Scenario) -> None:
    row = a_customer(world.team, name="晋阳云图科技有限公司")
    far = a_customer(world.datong_team, name="云州云景")
    actor = world.actor("data_steward", unit=world.taiyuan)
    sheet = workbook(
        [
            [row.code, "2026-09", "语音", "12,000"],
            ["晋阳云图科技有限公司", "202610", "专线电路", "2.4万"],
            [row.code, "2026年8月", "语音", "-30"],
            [far.code, "2026-09", "语音", "1"],
            [row.code, "2099-09", "语音", "1"],
            [row.code, "2026-09", "馒头", "1"],
        ],
        ["客户编号", "账期", "产品类别", "出账收入"],
    )

    def loaded() -> ImportBatch:
        batch = import_upload(actor=actor, spec="customer-revenue", name="收入.xlsx", chunks=[sheet])
        drain("tasks")
        import_commit(actor=actor, batch_id=batch.pk)
        drain("tasks")
        return batch

    batch = loaded()
    found = {(each.month, each.category): each.amount_fen for each in MonthlyRevenue.objects.all()}
    assert found == {
        ("2026-09", "voice"): 1_200_000, ("2026-10", "leased_line"): 2_400_000, ("2026-08", "voice"): -3_000,
    }  # fmt: skip
    assert set(MonthlyRevenue.objects.values_list("customer_id", flat=True)) == {row.pk}
    assert Customer.objects.get(pk=row.pk).monthly_revenue_fen == 299_750
    with pytest.raises(NothingToCommit):
        loaded()
    assert MonthlyRevenue.objects.count() == 3
    import_undo(actor=actor, batch_id=batch.pk)
    drain("tasks")
    assert not MonthlyRevenue.objects.exists()


def test_the_average_is_kept_where_months_are_on_file(page: Client, world: Scenario) -> None:
    """The form cannot put a typed figure over what was billed."""
    row = a_customer(world.team, actor=world.manager)
    billed(row, *[1_200] * 12)
    keep_grades(SYSTEM, [row.pk])
    sent = {"name": row.name, "org_unit": world.team.pk, "monthly_revenue_fen": "99万", "version": 1}
    page.post(reverse("customers-customer-change", args=[row.pk]), sent)
    assert Customer.objects.get(pk=row.pk).monthly_revenue_fen == 120_000
