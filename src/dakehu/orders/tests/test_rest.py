"""TMF622 over HTTP, its answers held against the published schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft4Validator

from dakehu.orders.domain.states import OrderState
from dakehu.orders.models import ProductOrder
from dakehu.orders.testing import OrderScenario
from dakehu.organisation.services.clients import client_create
from dakehu.organisation.testing import PASSWORD

pytestmark = pytest.mark.req("KAM-08")

BASE = "/tmf-api/productOrderingManagement/v4/productOrder"


@pytest.fixture
def valid(testdata: Path) -> Callable[[str, Any], None]:
    """Whether a body is valid by a definition of TMF622's published description."""
    published = json.loads((testdata / "tmf" / "TMF622-ProductOrdering-v4.0.0.swagger.json").read_text())

    def check(definition: str, body: Any) -> None:
        schema = {"$ref": f"#/definitions/{definition}", "definitions": published["definitions"]}
        Draft4Validator(schema).validate(body)

    return check


@pytest.fixture
def api(scene: OrderScenario) -> Client:
    """An OAuth2 client with a desk's rights over Taiyuan, signed in by its secret."""
    return client_for(scene, "one_stop_desk")


def client_for(scene: OrderScenario, role: str) -> Client:
    from dakehu.organisation.api import Role

    _ = scene.world.taiyuan
    made, secret = client_create(
        actor=scene.world.administrator,
        name=f"CRM {role}",
        role_id=Role.objects.get(code=role).pk,
        unit_id=scene.world.taiyuan.pk,
    )
    response = Client().post(
        "/oauth2/token",
        {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret},
    )
    assert response.status_code == 200, response.content
    return Client(headers={"Authorization": f"Bearer {response.json()['access_token']}"})


def characteristics(**values: Any) -> dict[str, Any]:
    return {"productCharacteristic": [{"name": name, "value": value} for name, value in values.items()]}


def item(id_: str, offering: str, *, action: str = "add", **values: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "action": action,
        "productOffering": {"id": offering},
        "product": characteristics(**values),
    }


def body(scene: OrderScenario, **fields: Any) -> dict[str, Any]:
    members = [
        item(f"1.{n}", "centrex-member", public_number=scene.numbers[n], short_number=f"80{n:02d}")
        for n in (1, 2)
    ]
    group = item(
        "1", "centrex-group", exchange=scene.exchange.code, name="晋源机械", attendant_prefix="9",
        capacity=10, gcn=scene.numbers[99],
    )  # fmt: skip
    return {
        "externalId": "crm-1",
        "description": "新装",
        "relatedParty": [{"id": str(scene.customer.pk), "role": "customer", "@referredType": "Customer"}],
        "productOrderItem": [{**group, "productOrderItem": members}],
        "@type": "ProductOrder",
        **fields,
    }


def post(api: Client, given: dict[str, Any]) -> Any:
    return api.post(BASE, json.dumps(given), content_type="application/json")


def patch(api: Client, href: str, given: Any, kind: str = "merge-patch+json") -> Any:
    return api.patch(href, json.dumps(given), content_type=f"application/{kind}")


def test_create_list_read(scene: OrderScenario, api: Client, valid: Callable[[str, Any], None]) -> None:
    response = post(api, body(scene))
    made = response.json()
    assert response.status_code == 201, made
    valid("ProductOrder", made)
    assert response["Location"] == made["href"] == f"{BASE}/{made['id']}"
    assert (made["state"], made["@type"], made["externalId"]) == ("acknowledged", "ProductOrder", "crm-1")
    assert made["relatedParty"][0] == {
        "id": str(scene.customer.pk), "name": scene.customer.name, "role": "customer",
        "@referredType": "Customer",
    }  # fmt: skip
    [group] = made["productOrderItem"]
    assert [member["id"] for member in group["productOrderItem"]] == ["1.1", "1.2"]
    assert api.get(made["href"]).json() == made
    assert api.get(BASE).json() == [made]
    valid("ProductOrder", api.get(BASE).json()[0])


def test_what_must_always_be_there(scene: OrderScenario, api: Client) -> None:
    made = post(api, body(scene)).json()
    assert {"id", "href", "productOrderItem", "relatedParty", "orderDate", "state", "@type"} <= set(made)
    assert set(api.get(f"{made['href']}?fields=none").json()) == {"id", "href"}


def test_a_repetition_answers_with_the_order_there(scene: OrderScenario, api: Client) -> None:
    first, second = post(api, body(scene)), post(api, body(scene))
    assert second.status_code == 201
    assert second.json() == first.json()
    assert second["Idempotency-Replayed"] == "true"
    assert ProductOrder.objects.count() == 1
    other = post(api, body(scene, description="x", productOrderItem=[
        item("1", "single-line", exchange="TY01", public_number=scene.numbers[7])
    ]))  # fmt: skip
    assert (other.status_code, other.json()["code"]) == (400, "orders.external_id_reused")


def test_older_clients_say_order_item(scene: OrderScenario, api: Client) -> None:
    given = body(scene)
    given["orderItem"] = given.pop("productOrderItem")
    given["orderItem"][0]["orderItem"] = given["orderItem"][0].pop("productOrderItem")
    made = post(api, given).json()
    assert len(made["productOrderItem"][0]["productOrderItem"]) == 2


def test_members_beside_their_group_rely_on_it(scene: OrderScenario, api: Client) -> None:
    given = body(scene)
    [group] = given["productOrderItem"]
    members = group.pop("productOrderItem")
    relation = {"productOrderItemRelationship": [{"id": "1", "relationshipType": "reliesOn"}]}
    given["productOrderItem"] = [group, *({**member, **relation} for member in members)]
    made = post(api, given).json()
    assert [i["id"] for i in made["productOrderItem"][0]["productOrderItem"]] == ["1.1", "1.2"]


@pytest.mark.req("CTX-13")
def test_every_fault_with_its_item(
    scene: OrderScenario, api: Client, valid: Callable[[str, Any], None]
) -> None:
    given = body(scene)
    for member in given["productOrderItem"][0]["productOrderItem"]:
        member["product"]["productCharacteristic"][1]["value"] = "9001"
    response = post(api, given)
    refused = response.json()
    valid("Error", refused)
    assert (response.status_code, refused["code"], refused["status"]) == (400, "domain.invalid", "400")
    assert {(f["field"], f["code"]) for f in refused["errors"]} >= {
        ("1.1.short_number", "centrex.short_number_attendant_prefix"),
        ("1.2.short_number", "centrex.short_number_taken"),
    }
    assert not ProductOrder.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"productOrderItem": []}, "orders.empty"),
        ({"relatedParty": []}, "orders.customer_missing"),
        ({"relatedParty": [{"id": "T-unknown", "role": "customer"}]}, "orders.customer_missing"),
        ({"productOrderItem": "x"}, "rest.shape_wrong"),
        ({"productOrderItem": [{"id": "1"}]}, "rest.shape_wrong"),
        ({"requestedCompletionDate": "soon"}, "orders.rest_value"),
        ({"productOrderItem": [item("1", "single-line", action="destroy")]}, "orders.rest_value"),
        ({"productOrderItem": [{**item("1", "single-line"), "quantity": 2}]}, "orders.rest_value"),
        ({"productOrderItem": [item("1", "single-line", action="delete")]}, "orders.action_not_offered"),
    ],
)
def test_bodies_refused(scene: OrderScenario, api: Client, change: dict[str, Any], code: str) -> None:
    response = post(api, body(scene, **change))
    told = response.json()
    assert response.status_code == 400
    assert code in {told["code"], *(fault["code"] for fault in told.get("errors", []))}
    assert not ProductOrder.objects.exists()


def test_the_customers_account_number_will_do(scene: OrderScenario, api: Client) -> None:
    party = {"id": scene.customer.code, "@referredType": "Customer"}
    assert post(api, body(scene, relatedParty=[party])).status_code == 201


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=acknowledged", True),
        ("state=completed", False),
        ("state=completed,acknowledged", True),
        ("externalId=crm-1", True),
        ("orderDate.gt=2020-01-01", True),
        ("orderDate%3C2020-01-01", False),
        ("productOrderItem.productOffering.id=centrex-member", True),
        ("productOrderItem.productOffering.id=single-line", False),
        ("productOrderItem.state=acknowledged", True),
        ("sort=-orderDate,state", True),
    ],
)
def test_filters(scene: OrderScenario, api: Client, query: str, found: bool) -> None:
    post(api, body(scene))
    assert len(api.get(f"{BASE}?{query}").json()) == found
    customer = api.get(f"{BASE}?relatedParty.id={scene.customer.pk}")
    assert customer["X-Total-Count"] == "1"


def test_patch_words(scene: OrderScenario, api: Client, valid: Callable[[str, Any], None]) -> None:
    made = post(api, body(scene)).json()
    wished = "2026-12-24T00:00:00.000Z"
    changed = patch(
        api, made["href"],
        {"description": "加急", "requestedCompletionDate": wished, "note": [{"text": "客户催"}]},
    ).json()  # fmt: skip
    valid("ProductOrder", changed)
    assert (changed["description"], changed["requestedCompletionDate"]) == ("加急", wished)
    assert [note["text"] for note in changed["note"]] == ["客户催"]
    assert patch(api, made["href"], changed).json() == changed
    assert "description" not in patch(api, made["href"], {"description": None}).json()


def test_patch_to_cancelled(scene: OrderScenario, api: Client) -> None:
    made = post(api, body(scene)).json()
    refused = patch(api, made["href"], {"state": "cancelled"})
    assert (refused.status_code, refused.json()["code"]) == (400, "orders.reason_missing")
    steps = [
        {"op": "replace", "path": "/state", "value": "cancelled"},
        {"op": "add", "path": "/cancellationReason", "value": "客户不办了"},
    ]
    cancelled = patch(api, made["href"], steps, "json-patch+json").json()
    assert (cancelled["state"], cancelled["cancellationReason"]) == ("cancelled", "客户不办了")
    assert cancelled["cancellationDate"]
    again = patch(api, made["href"], {"state": "cancelled", "cancellationReason": "x"})
    assert again.status_code in {200, 409}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"state": "completed"}, 409, "orders.rest_state"),
        ({"state": "nonsense"}, 409, "orders.rest_state"),
        ({"state": "held"}, 409, "state.illegal_move"),
        ({"state": "inProgress"}, 409, "orders.rest_state"),
        ({"orderDate": "2020-01-01T00:00:00Z"}, 400, "rest.attribute_fixed"),
        ({"relatedParty": []}, 400, "rest.attribute_fixed"),
        ({"productOrderItem": []}, 400, "rest.attribute_fixed"),
    ],
)
def test_patches_refused(
    scene: OrderScenario, api: Client, change: dict[str, Any], status: int, code: str
) -> None:
    made = post(api, body(scene)).json()
    response = patch(api, made["href"], change)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert api.get(made["href"]).json() == made


def test_the_state_words_are_tm_forums(testdata: Path) -> None:
    published = json.loads((testdata / "tmf" / "TMF622-ProductOrdering-v4.0.0.swagger.json").read_text())
    assert {str(state) for state in OrderState} == set(
        published["definitions"]["ProductOrderStateType"]["enum"]
    )


def test_a_completed_order(scene: OrderScenario, api: Client, valid: Callable[[str, Any], None]) -> None:
    order = scene.completed()
    told = api.get(f"{BASE}/{order.number}").json()
    valid("ProductOrder", told)
    assert told["state"] == "completed"
    assert told["completionDate"]
    assert {i["state"] for i in told["productOrderItem"][0]["productOrderItem"]} == {"completed"}


def test_without_rights(scene: OrderScenario) -> None:
    auditor = client_for(scene, "auditor")
    assert auditor.get(BASE).status_code == 200
    assert post(auditor, body(scene)).status_code == 403


def test_a_session_reads_and_writes_with_its_token(scene: OrderScenario) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.get(BASE).status_code == 401
    browser.login(username=scene.world.manager_user.username, password=PASSWORD)
    assert browser.get(BASE).status_code == 200
    refused = post(browser, body(scene))
    assert (refused.status_code, refused.json()["code"]) == (403, "rest.forgery_check_failed")
    browser.get("/")
    token = browser.cookies.get("dakehu_csrf")
    headers = {"X-CSRFToken": token.value if token else ""}
    made = browser.post(BASE, json.dumps(body(scene)), content_type="application/json", headers=headers)
    assert made.status_code == 201, made.content


def test_a_list_costs_as_many_queries_for_ten_orders_as_for_one(
    scene: OrderScenario, api: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(1, 11):
        scene.submitted(scene.line_item(n))
    with django_assert_max_num_queries(6):  # token, client, count, orders, items, entries
        assert len(api.get(BASE).json()) == 10


def test_the_description_is_published() -> None:
    document = Client().get("/openapi.json").json()
    assert {"get", "post"} == set(document["paths"][BASE])
    assert "ProductOrderView" in document["components"]["schemas"]
