"""KAM-03: the pages of customer files, as people of different roles and scopes meet them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dakehu.customers.models import Customer
from dakehu.customers.services.assigning import collaborator_add
from dakehu.customers.services.contacts import ContactDraft, contact_create
from dakehu.customers.services.customers import customer_change
from dakehu.customers.tests.fixtures import a_customer, a_draft, credit_code
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]
LIST = "/customers/"


@pytest.fixture
def page(client: Client, world: Scenario) -> Client:
    """The manager's browser."""
    client.force_login(world.manager_user)
    return client


def _record(row: Customer) -> str:
    return reverse("customers-customer-record", args=[row.pk])


def test_the_list_shows_what_the_manager_sees(page: Client, world: Scenario) -> None:
    a_customer(world.team, name="晋阳云图科技有限公司")
    a_customer(world.datong_team, name="云州云景科技有限公司")
    text = page.get(LIST).content.decode()
    assert "晋阳云图" in text
    assert "云州云景" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=云图", "晋阳云图"),
        ("q=jyyt", "晋阳云图"),
        ("q=K0351", ""),
        ("q=云", ""),
        ("grade=1", "汾河大厦"),
        ("trade=banking", "汾河大厦"),
        ("status=active", ""),
        ("whose=nobody", "汾河大厦"),
        ("monthly_revenue_fen_min=10万", "汾河大厦"),
        ("q=晋阳&grade=1", ""),
        ("q=汾河&grade=1", "汾河大厦"),
    ],
)
def test_filters_and_search(page: Client, world: Scenario, query: str, found: str) -> None:
    a_customer(world.team, actor=world.manager, name="晋阳云图科技有限公司")
    a_customer(world.team, name="汾河大厦", monthly_revenue_fen=20_000_000, trade="banking")
    text = page.get(f"{LIST}?{query}").content.decode()
    shown = {name for name in ("晋阳云图", "汾河大厦") if name in text.split("<tbody")[-1]}
    assert shown == ({found} if found else set())


def test_the_unit_filter_keeps_to_its_subtree(page: Client, world: Scenario, client: Client) -> None:
    a_customer(world.team, name="晋阳云图")
    a_customer(world.other_team, name="汾河大厦")
    client.force_login(world.user("centre_director", unit=world.taiyuan))
    text = client.get(f"{LIST}?unit={world.other_team.path}").content.decode().split("<tbody")[-1]
    assert "汾河大厦" in text
    assert "晋阳云图" not in text


def test_a_file_is_opened_and_shown(page: Client, world: Scenario) -> None:
    sent = {
        "name": "晋阳云图科技有限公司", "credit_code": credit_code(1).lower(), "org_unit": world.team.pk,
        "trade": "technology", "section": "I", "monthly_revenue_fen": "1.5万",
        "phone": "０３５１－８２０８０００",
    }  # fmt: skip
    answer = page.post("/customers/new/", sent)
    row = Customer.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, _record(row))
    assert (row.credit_code, row.monthly_revenue_fen, row.phone) == (
        credit_code(1),
        1_500_000,
        "0351-8208000",
    )
    assert row.owner == world.manager_user
    text = page.get(_record(row)).content.decode()
    assert row.code in text
    assert "信息技术" in text
    assert "建立了客户资料" in text


def test_a_wrong_check_digit_is_told_and_nothing_typed_is_lost(page: Client, world: Scenario) -> None:
    wrong = credit_code(1)[:-1] + ("0" if credit_code(1)[-1] != "0" else "1")
    answer = page.post(
        "/customers/new/", {"name": "晋阳云图", "credit_code": wrong, "org_unit": world.team.pk}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "校验码不符" in text
    assert wrong in text
    assert "晋阳云图" in text
    english = page.post(
        "/customers/new/",
        {"name": "晋阳云图", "credit_code": wrong, "org_unit": world.team.pk},
        headers={"Accept-Language": "en"},
    )
    assert "check digit is wrong" in english.content.decode()
    assert not Customer.objects.exists()


def test_the_same_code_is_asked_about_and_answered(page: Client, world: Scenario) -> None:
    group = a_customer(world.team, name="晋阳云图集团", credit_code=credit_code(1))
    sent: dict[str, Any] = {
        "name": "晋阳云图太原分公司",
        "credit_code": credit_code(1),
        "org_unit": world.team.pk,
    }
    assert 'name="kinship"' not in page.get("/customers/new/").content.decode()
    asked = page.post("/customers/new/", sent)
    assert asked.status_code == 422
    assert 'name="kinship"' in asked.content.decode()
    assert group.code in asked.content.decode()
    answered = page.post("/customers/new/", {**sent, "kinship": "branch", "parent": group.pk})
    assert answered.status_code == 302
    assert Customer.objects.get(name="晋阳云图太原分公司").parent == group


def test_a_like_name_is_asked_about_and_answered(page: Client, world: Scenario) -> None:
    a_customer(world.team, name="山西晋阳云图科技有限公司")
    sent: dict[str, Any] = {"name": "晋阳云图科技公司", "org_unit": world.team.pk}
    asked = page.post("/customers/new/", sent)
    assert asked.status_code == 422
    assert 'name="names_differ"' in asked.content.decode()
    assert page.post("/customers/new/", {**sent, "names_differ": "on"}).status_code == 302


def test_duplicates_are_told_while_typing(page: Client, world: Scenario) -> None:
    a_customer(world.team, name="山西晋阳云图科技有限公司", owner_id=world.manager_user.pk)
    a_customer(world.datong_team, name="云州云景科技有限公司")
    form = page.get("/customers/new/").content.decode()
    assert 'hx-get="/customers/check/"' in form
    text = page.get("/customers/check/?name=晋阳云图科技公司&credit_code=9111").content.decode()
    assert "山西晋阳云图科技有限公司" in text
    assert "王晓明" in text
    assert "应为 18 位" in text
    assert "校验正确" in page.get(f"/customers/check/?credit_code={credit_code(3)}").content.decode()
    assert "云州" not in page.get("/customers/check/?name=云州云景科技公司").content.decode()


def test_two_tabs_the_second_sees_what_the_first_saved(page: Client, world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager, name="晋阳云图")
    mine = {"name": "晋阳云图", "org_unit": world.team.pk, "version": row.version, "remark": "第二个窗口"}
    first = a_draft(world.team, name="晋阳云图", remark="第一个窗口")
    customer_change(actor=world.manager, customer_id=row.pk, version=row.version, draft=first)

    answer = page.post(f"/customers/{row.pk}/change/", mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "第一个窗口" in text
    assert "第二个窗口" in text
    assert 'name="version" value="2"' in text
    again = page.post(f"/customers/{row.pk}/change/", {**mine, "version": 2})
    assert again.status_code == 302
    row.refresh_from_db()
    assert row.remark == "第二个窗口"


def test_the_change_form_holds_the_file(page: Client, world: Scenario) -> None:
    group = a_customer(world.team, name="晋阳集团")
    row = a_customer(
        world.team, actor=world.manager, name="晋阳云图", parent_id=group.pk, monthly_revenue_fen=150_000
    )
    text = page.get(f"/customers/{row.pk}/change/").content.decode()
    for held in ("晋阳云图", "1,500.00", "晋阳集团", world.team.name, 'name="version" value="1"'):
        assert held in text
    assert 'name="owner"' not in text


def test_standing_moves_by_buttons(page: Client, world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager)
    assert "转为在网" in page.get(_record(row)).content.decode()
    assert page.post(f"/customers/{row.pk}/move/activate/", {"version": 1}).status_code == 302
    assert page.post(f"/customers/{row.pk}/move/activate/", {"version": 2}).status_code == 422
    assert page.post(f"/customers/{row.pk}/move/lose/", {"version": 1}).status_code == 409
    assert page.post(f"/customers/{row.pk}/move/explode/", {"version": 2}).status_code == 404
    row.refresh_from_db()
    assert row.status == "active"


def test_the_record_has_contacts_group_and_collaborators(page: Client, world: Scenario) -> None:
    group = a_customer(world.team, name="晋阳集团")
    branch = a_customer(world.team, name="晋阳太原分公司", parent_id=group.pk)
    a_customer(world.datong_team, name="晋阳大同分公司", parent_id=group.pk)
    contact_create(actor=SYSTEM, customer_id=group.pk, draft=ContactDraft(name="周敏", role="decides"))
    collaborator_add(actor=SYSTEM, customer_id=group.pk, user_id=world.neighbour_user.pk)
    record = _record(group)
    assert "决策者" in page.get(f"{record}?tab=contacts").content.decode()
    branches = page.get(f"{record}?tab=branches").content.decode()
    assert branch.name in branches
    assert "晋阳大同分公司" not in branches
    assert "李建国" in page.get(f"{record}?tab=people").content.decode()


def test_the_parents_name_stays_with_those_who_see_it(page: Client, world: Scenario) -> None:
    far = a_customer(world.datong_team, name="云州集团")
    row = a_customer(world.team, name="云州太原分公司", parent_id=far.pk)
    for tab in ("file", "branches"):
        assert "云州集团" not in page.get(f"{_record(row)}?tab={tab}").content.decode()


def test_search_box_and_pickers(page: Client, world: Scenario) -> None:
    row = a_customer(world.team, name="晋阳云图科技有限公司")
    a_customer(world.datong_team, name="晋阳云景科技有限公司")
    text = page.get("/search/?q=晋阳云").content.decode()
    assert _record(row) in text
    assert "云景" not in text
    assert "王晓明" in page.get("/search/pick/customers_owner/?q=wxm").content.decode()
    assert world.team.name in page.get("/search/pick/customers_unit/?q=一组").content.decode()
    assert "平城" not in page.get("/search/pick/customers_unit/?q=组").content.decode()


def test_many_rows_are_assigned_from_the_list(client: Client, world: Scenario) -> None:
    rows = [a_customer(world.team) for _each in range(2)]
    client.force_login(world.user("team_leader"))
    sent = {"_step": "run", "pk": [row.pk for row in rows], "owner": world.manager_user.pk}
    assert client.post(f"{LIST}?_bulk=assign", sent, headers={"HX-Request": "true"}).status_code == 200
    assert set(Customer.objects.values_list("owner_id", flat=True)) == {world.manager_user.pk}


def test_the_list_goes_to_excel(page: Client, world: Scenario) -> None:
    a_customer(world.team, name="晋阳云图科技有限公司")
    answer = page.get(f"{LIST}?_export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # a stream
    assert "晋阳云图科技有限公司" in text


@pytest.mark.parametrize(
    ("rows", "query", "queries"),
    [
        (3, "q=", 11),
        (20, "q=", 11),
        (30, "q=", 12),
        (30, "q=测试", 12),
        (30, "sort=-monthly_revenue_fen", 12),
    ],
)
def test_queries_of_the_list_do_not_grow(
    page: Client, world: Scenario, rows: int, query: str, queries: int
) -> None:
    for _each in range(rows):
        a_customer(world.team, actor=world.manager, trade="banking")
    assert_page_queries(page, f"{LIST}?{query}", queries)


def test_queries_of_the_record(page: Client, world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager)
    for _each in range(3):
        a_customer(world.team, parent_id=row.pk)
        contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft(name="周敏"))
    assert_page_queries(page, _record(row), 17)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's planner looks at the rows there are")
@pytest.mark.parametrize("query", ["grade=5", "grade=1", "trade=technology", "grade=3&trade=technology", ""])
@pytest.mark.parametrize("sort", ["name", "-monthly_revenue_fen", "monthly_revenue_fen"])
def test_a_citys_list_is_read_along_an_index(client: Client, world: Scenario, query: str, sort: str) -> None:
    a_customer(world.team)
    client.force_login(world.user("centre_director", unit=world.taiyuan))
    with CaptureQueriesContext(connection) as sent:
        assert client.get(f"/customers/?{query}&sort={sort}").status_code == 200
    pages = [each["sql"] for each in sent if "ORDER BY" in each["sql"] and "remark" in each["sql"]]
    assert pages
    with connection.cursor() as cursor:
        for sql in pages:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert not [step for *_numbers, step in cursor.fetchall() if "TEMP B-TREE" in step]
