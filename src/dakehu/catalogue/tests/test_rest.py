"""TMF620 over HTTP, its answers held against the published schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft4Validator

from dakehu.catalogue.seed import seed
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db
BASE = "/tmf-api/productCatalogManagement/v4"


@pytest.fixture
def api(client: Client, world: Scenario) -> Client:
    seed()
    client.force_login(world.manager_user)
    return client


def check(testdata: Path, definition: str, body: Any) -> None:
    """Hold a body against a definition of TMF620's published description."""
    text = (testdata / "tmf" / "TMF620-ProductCatalog-v4.1.0.swagger.json").read_text()
    definitions = json.loads(text)["definitions"]
    Draft4Validator({"$ref": f"#/definitions/{definition}", "definitions": definitions}).validate(body)


def test_what_is_on_sale(api: Client, testdata: Path) -> None:
    response = api.get(f"{BASE}/productOffering")
    assert response.status_code == 200
    assert response["X-Total-Count"] == "3"
    assert [each["id"] for each in response.json()] == ["centrex-group", "centrex-member", "single-line"]
    for each in response.json():
        check(testdata, "ProductOffering", each)
        assert {"id", "href", "lastUpdate", "lifecycleStatus", "name"} <= each.keys()
    member = response.json()[1]
    assert member["productOfferingRelationship"] == [{"id": "centrex-group", "relationshipType": "reliesOn"}]
    prices = {price["priceType"]: price.get("price") for price in member["productOfferingPrice"]}
    assert prices["recurring"] == {"dutyFreeAmount": {"unit": "CNY", "value": 10.0}}
    assert prices["usage"] is None


def test_what_an_order_must_state(api: Client, testdata: Path) -> None:
    body = api.get(f"{BASE}/productSpecification/centrex-member").json()
    check(testdata, "ProductSpecification", body)
    found = {each["name"]: each for each in body["productSpecCharacteristic"]}
    assert found["short_number"]["minCardinality"] == 1
    assert found["group"]["minCardinality"] == 0
    rights = found["rights_level"]["productSpecCharacteristicValue"]
    assert [value["value"] for value in rights] == ["own_group", "local", "national", "international"]
    assert [value["value"] for value in rights if value.get("isDefault")] == ["national"]
    assert found["rights_special"]["valueType"] == "boolean"


def test_what_is_not_on_sale_is_not_found(api: Client) -> None:
    assert api.get(f"{BASE}/productOffering/fax").status_code == 404
    assert api.get(f"{BASE}/productOffering", {"category.id": "data"}).json() == []
    assert Client().get(f"{BASE}/productOffering").status_code == 401
