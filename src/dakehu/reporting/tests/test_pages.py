"""Report pages as people use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from dakehu.customers.api import Customer
from dakehu.organisation.testing import Scenario
from dakehu.reporting.tests.test_lake import a_customer, calls

pytestmark = pytest.mark.django_db
NOVEMBER = "first=2026-11&last=2026-11"


@pytest.fixture
def customer(world: Scenario, tmp_path: Path, settings: Settings) -> Customer:
    settings.HOME = tmp_path
    customer = a_customer("晋源示例公司", world.team)
    calls(customer, 61, 0)
    return customer


@pytest.mark.req("KAM-09")
def test_a_manager_finds_the_call_and_its_charge(client: Client, world: Scenario, customer: Customer) -> None:
    client.force_login(world.manager_user)
    body = client.get(f"/reports/calls/?by=customer&{NOVEMBER}").content.decode()
    assert "晋源示例公司" in body
    assert "0.22" in body
    assert f"customer={customer.pk}" in body


def test_drilling_ends_at_the_calls(client: Client, world: Scenario, customer: Customer) -> None:
    client.force_login(world.manager_user)
    fixed = f"city={customer.org_city}&customer={customer.pk}&month=2026-11"
    body = client.get(f"/reports/calls/?by=call_class&{NOVEMBER}&{fixed}").content.decode()
    assert "/usage/?began_at_min=2026-11-01&amp;began_at_max=2026-11-30" in body


def test_excel_has_the_same_figures(client: Client, world: Scenario, customer: Customer) -> None:
    client.force_login(world.administrator_user)
    answer = client.get(f"/reports/calls/?by=customer&{NOVEMBER}&_export=xlsx")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # a stream


@pytest.mark.parametrize(
    "address", ["first=13-2026", "by=weather", "page=x", "customer=abc", "sort=--", "last=２０２６-１１"]
)
def test_an_edited_address_harms_nothing(
    client: Client, world: Scenario, customer: Customer, address: str
) -> None:
    client.force_login(world.manager_user)
    assert client.get(f"/reports/calls/?{address}").status_code == 200


def test_a_period_that_runs_backwards_is_said_so(client: Client, world: Scenario, customer: Customer) -> None:
    client.force_login(world.manager_user)
    answer = client.get("/reports/calls/?first=2026-11&last=2026-01")
    assert answer.status_code == 200
    assert "请先填较早的月份" in answer.content.decode()


def test_the_page_asks_few_queries(
    client: Client,
    world: Scenario,
    customer: Customer,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(world.manager_user)
    client.get("/reports/calls/?by=customer")
    with django_assert_max_num_queries(10):
        client.get(f"/reports/calls/?by=customer&{NOVEMBER}")
