"""KAM-13: pages of data quality."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.customers.domain.grades import Grade
from dakehu.customers.models import AccountQuality, Customer, QualityFault, QualityRule
from dakehu.customers.services.qualityreminding import remind
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.clock import day_of
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-13")]
_FILL = "customers-fill-list"


@pytest.fixture
def page(client: Client, world: Scenario) -> Client:
    """The manager's browser."""
    client.force_login(world.manager_user)
    return client


@pytest.fixture
def steward(client: Client, world: Scenario) -> Client:
    client.force_login(world.user("data_steward", unit=world.taiyuan))
    return client


def _text(page: Client, url: str) -> str:
    return page.get(url).content.decode()


def _mine(world: Scenario, **fields: Any) -> Customer:
    return a_customer(world.team, owner_id=world.manager_user.pk, **fields)


def test_the_tab_names_the_faults(page: Client, world: Scenario) -> None:
    row = _mine(world)
    url = reverse("customers-quality-panel", args=[row.pk])
    text = _text(page, url)
    assert "联系人" in text
    assert "缺失" in text
    assert str(AccountQuality.objects.get().score) in text
    assert_page_queries(page, url, 8)


def test_the_board_leads_down_to_the_accounts(client: Client, world: Scenario) -> None:
    rows = [_mine(world), a_customer(world.datong_team)]
    director = world.user("centre_director", unit=world.province)
    client.force_login(director)
    board = reverse("customers-quality-board")
    text = _text(client, board)
    assert f"?unit={world.taiyuan.path}" in text
    assert "各月平均得分" in text
    assert_page_queries(client, board, 14)
    below = _text(client, f"{board}?unit={world.team.path}")
    assert world.manager_user.name in below
    listed = reverse("customers-quality-list")
    mine = _text(client, f"{listed}?owner={world.manager_user.pk}&unit={world.team.path}&fault=address")
    assert rows[0].name in mine
    assert rows[1].name not in mine
    faulty = _text(
        client, f"{reverse('customers-quality-fault-list')}?subject=address&unit={world.datong.path}"
    )
    assert rows[1].name in faulty
    assert rows[0].name not in faulty
    sheet = client.get(f"{board}?_export=csv&unit={world.taiyuan.path}")
    assert world.manager_user.name in b"".join(getattr(sheet, "streaming_content", [])).decode()
    units = client.get(f"{board}?_export=csv&of=units")
    assert world.datong.name in b"".join(getattr(units, "streaming_content", [])).decode()


def test_nobody_sees_figures_of_others(page: Client, world: Scenario) -> None:
    _mine(world)
    theirs = a_customer(world.datong_team)
    board = reverse("customers-quality-board")
    assert world.datong.name not in _text(page, board)
    assert page.get(f"{board}?unit={world.datong.path}").status_code == 404
    assert page.get(f"{board}?unit={world.datong.path}&_export=csv").status_code == 404
    for name in ("customers-quality-list", "customers-quality-fault-list"):
        assert theirs.name not in _text(page, reverse(name))
    assert page.get(f"{reverse(_FILL)}?customer={theirs.pk}").status_code == 404


def test_filling_goes_by_grade_and_gain(page: Client, world: Scenario) -> None:
    small, large = _mine(world), _mine(world, grade=Grade.FIRST)
    text = _text(page, reverse(_FILL))
    assert text.index(large.name) < text.index(small.name)
    assert_page_queries(page, reverse(_FILL), 10)
    only = _text(page, f"{reverse(_FILL)}?customer={small.pk}&subject=address")
    assert only.count('class="dq-line"') == 1
    assert large.name not in only


def test_a_leader_sees_what_others_have_to_fill(client: Client, world: Scenario) -> None:
    a_customer(world.team, name="王的客户", owner_id=world.manager_user.pk)
    a_customer(world.team, name="无主客户")
    a_customer(world.datong_team, name="外地客户", owner_id=world.neighbour_user.pk)
    client.force_login(world.user("centre_director", unit=world.county))

    def shown(query: str) -> list[bool]:
        text = client.get(f"{reverse(_FILL)}{query}").content.decode()
        return [each in text for each in ("王的客户", world.manager_user.name, "无主客户", "外地客户")]

    assert shown("") == [True, True, True, False], "who owns none sees all in their view"
    assert shown("?whose=nobody") == [False, False, True, False]
    assert shown("?whose=mine") == [False, False, False, False]
    assert shown("?whose=x") == [True, True, True, False]


def test_one_thing_is_filled_in_place(page: Client, world: Scenario) -> None:
    row = _mine(world)
    url = reverse("customers-fill-one", args=[row.pk, "address"])
    bad = page.post(url, {"value": "太原", "version": 1}, headers={"HX-Request": "true"})
    assert bad.status_code == 422
    assert 'value="太原"' in bad.content.decode()
    good = page.post(url, {"value": "太原市迎泽大街1号", "version": 1}, headers={"HX-Request": "true"})
    assert good.status_code == 200
    assert 'data-version="2"' in good.content.decode()
    assert Customer.objects.get().address == "太原市迎泽大街1号"
    phone = reverse("customers-fill-one", args=[row.pk, "phone"])
    late = page.post(phone, {"value": "0351-8200000", "version": 1}, headers={"HX-Request": "true"})
    assert late.status_code == 409
    assert 'value="2"' in late.content.decode()
    again = page.post(url, {"value": "太原市府西街2号", "version": 2}, headers={"HX-Request": "true"})
    assert again.status_code == 409
    assert Customer.objects.get().address == "太原市迎泽大街1号"


def test_more_lines_come_by_key(page: Client, world: Scenario) -> None:
    for _each in range(13):
        _mine(world)
    mine = QualityFault.objects.filter(owner=world.manager_user).count()
    first = page.get(reverse(_FILL))
    more = first.context["more"]
    rest = page.get(more, headers={"HX-Request": "true"})
    shown = [len(answer.context["lines"]) for answer in (first, rest)]
    assert shown == [50, mine - 50]
    keys = {line["key"] for answer in (first, rest) for line in answer.context["lines"]}
    assert len(keys) == mine


def test_rules_are_set_with_their_effect_seen(steward: Client, world: Scenario) -> None:
    a_customer(world.team)
    listed = _text(steward, reverse("customers-quality-rule-list"))
    assert "18 位且校验码正确" in listed
    sent = {
        "subject": "website", "stage": "1", "grades": ["5"], "weight": "30", "is_required": "on",
        "format": "website", "valid_from": day_of(now()).isoformat(),
    }  # fmt: skip
    effect = steward.get(reverse("customers-quality-rule-effect"), sent).content.decode()
    assert "网址" in effect
    assert not QualityRule.objects.filter(subject="website", weight=30).exists()
    assert steward.post(reverse("customers-quality-rule-create"), sent).status_code == 302
    assert QualityRule.objects.filter(subject="website", weight=30).exists()
    assert Job.objects.filter(kind="customers.quality").count() == 1
    nothing = {**sent, "is_required": "", "format": "", "subject": "phone"}
    refused = steward.post(reverse("customers-quality-rule-create"), nothing)
    assert refused.status_code == 422


def test_tasks_on_the_workbench(page: Client, world: Scenario) -> None:
    row = _mine(world)
    remind([row.pk])
    assert row.name in _text(page, reverse("customers-quality-task-list"))
