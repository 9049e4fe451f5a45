"""NUL, controls and signs that turn the line never reach a row: forms, queries, addresses, imports, API."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.customers.models import Customer
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.testing.routes import supplied
from dakehu.organisation.testing import PASSWORD, Scenario
from tests.rough.hurried import faults, hurried, uploaded
from tests.rough.poison import apps_with_routes, pages_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("SYS-SEC")]
BAD = "发票\u202egnp.exe\u0000\u0007\u2066"
GOOD = "发票gnp.exe"


def test_a_form(world: Scenario, client: Client) -> None:
    client.force_login(world.manager_user)
    sent = {"name": BAD, "org_unit": world.team.pk, "remark": f"一\r\n二\t{BAD}", "answer": "differ"}
    response = client.post(reverse("customers-customer-create"), sent)
    assert response.status_code == 302, response.content.decode()[:2000]
    row = Customer.objects.get()
    assert row.name == GOOD
    assert row.remark.split() == ["一", "二", GOOD]


def test_a_form_with_files(world: Scenario, client: Client) -> None:
    client.force_login(world.manager_user)
    row = a_customer(world.team)
    url = reverse("customers-holding-create", args=[row.pk, "document"])
    response = client.post(url, {"subject": BAD, "file": ""})
    assert response.status_code == 422
    assert GOOD in response.content.decode()


def test_a_password_stays_as_typed(world: Scenario, client: Client) -> None:
    world.manager_user.set_password("\u200dcorrect-horse-42")
    world.manager_user.save()
    url = reverse("account_login")
    assert client.post(url, {"login": "manager", "password": PASSWORD}).status_code == 200
    assert (
        client.post(url, {"login": "man\u202eager", "password": "\u200dcorrect-horse-42"}).status_code == 302
    )


@pytest.mark.parametrize("app", apps_with_routes())
def test_a_query_on_any_list(app: str) -> None:
    """On PostgreSQL a NUL in a question is a fault of the server; here none of them is."""
    world, client = Scenario(), Client(raise_request_exception=False)
    client.force_login(world.administrator_user)
    for route in pages_of(app):
        url = reverse(route.name, kwargs=supplied(route.path, world))
        for query in (
            "q=a%00b",
            "q=%E2%80%AEx%00",
            "_page=%00",
            "_sort=%00",
            "_view=%00",
            "kind=%00&state=%00",
        ):
            assert client.get(f"{url}?{query}").status_code < 500, (route.name, query)


@pytest.mark.parametrize(
    "path", ["/system/parameters/a%00b/", "/search/pick/%00/", "/customers/holdings/%E2%80%AE/1/"]
)
def test_an_address(world: Scenario, client: Client, path: str) -> None:
    client.force_login(world.administrator_user)
    assert client.get(path).status_code == 404


def test_an_import(world: Scenario) -> None:
    actor = world.actor("data_steward", "account_manager", unit=world.taiyuan)
    content = "客户名称,地址\n发票\u202egnp.exe\u2066,太原\n".encode()
    batch = uploaded(actor, "customers", content, "a.csv")
    assert faults(batch) == {}
    staged = batch.staged.get()
    assert "\\u202e" not in json.dumps(staged.cells + staged.draft)
    book = uploaded(actor, "customers", hurried(["客户名称", "地址"], [["发票\u202egnp.exe", "甲\u200b乙"]]))
    assert GOOD in book.staged.get().draft


@pytest.mark.parametrize("sign", ["\u0000", "\u0007", "\u202e", "\u2066"])
def test_the_api(world: Scenario, client: Client, sign: str) -> None:
    client.force_login(world.manager_user)
    body = json.dumps({"name": f"甲{sign}乙"})
    response = client.post(reverse("rest-customer-list"), body, content_type="application/json")
    assert response.status_code == 400
    assert f"U+{ord(sign):04X}" in response.content.decode()
