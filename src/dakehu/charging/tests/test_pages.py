"""The pages of calls and tariffs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dakehu.charging.models import Tariff, Usage
from dakehu.charging.seed import seed
from dakehu.charging.tests.routes import _usage
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.kernel.numbers import CallClass
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


def tariff_data(**changes: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        f"{call_class}_{key}": value
        for call_class in CallClass
        for key, value in {"first_s": "0", "first": "0", "unit_s": "60", "unit": "０．１"}.items()
    }
    tomorrow = day_of(now()) + timedelta(days=1)
    return fields | {"name": "新资费", "effective_from": tomorrow.isoformat()} | changes


def test_a_call_shows_its_trace(client: Client, world: Scenario) -> None:
    client.force_login(world.manager_user)
    pk = _usage(world)["pk"]
    body = client.get(f"/usage/{pk}/").content.decode()
    assert "03512345678" in body
    assert "所拨为虚拟网群内短号" in body


def test_the_panel_shows_the_customers_calls_alone(client: Client, world: Scenario) -> None:
    client.force_login(world.manager_user)
    usage = Usage.objects.get(pk=_usage(world)["pk"])
    body = client.get(f"/customers/{usage.customer_id}/usage/").content.decode()
    assert "8002" in body


@pytest.mark.req("KAM-09")
def test_the_list_asks_no_more_for_more_calls(
    client: Client, world: Scenario, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(world.manager_user)
    first = Usage.objects.get(pk=_usage(world)["pk"])
    for number in range(20):
        first.pk, first.record_id = None, f"more{number}"
        first._state.adding = True
        first.save()
    client.get("/usage/")
    with django_assert_max_num_queries(10):
        assert client.get("/usage/").content.decode().count("8002") >= 21


def test_publishing_a_tariff(client: Client, world: Scenario) -> None:
    seed()
    client.force_login(world.administrator_user)
    answer = client.post("/tariffs/new/", tariff_data())
    assert answer.status_code == 302, answer.content.decode()
    assert Tariff.objects.order_by("pk").last().rates.get(call_class="local").unit_hao == 1000  # type: ignore[union-attr]  # just made


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"effective_from": "2024-01-01"}, "2024-01-01"),
        ({"local_unit_s": "0"}, "local_unit_s"),
        ({"local_unit": "free"}, "local_unit"),
    ],
)
def test_a_wrong_tariff_comes_back_with_all_that_was_typed(
    client: Client, world: Scenario, changes: dict[str, str], words: str
) -> None:
    seed()
    client.force_login(world.administrator_user)
    answer = client.post("/tariffs/new/", tariff_data(**changes))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "新资费" in body
    assert words in body
    assert Tariff.objects.count() == 1
