"""Rows of the access table for TMF629 and TMF632."""

from __future__ import annotations

from typing import Any

from dakehu.customers.services.contacts import ContactDraft, contact_create
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.testing.routes import Route

_LISTENER = {"callback": "http://192.0.2.1/tmf"}


def _key(world: Any) -> dict[str, Any]:
    return {"key": str(a_customer(world.team).pk)}


def _contact(world: Any) -> dict[str, Any]:
    customer = a_customer(world.team)
    made = contact_create(actor=SYSTEM, customer_id=customer.pk, draft=ContactDraft(name="周敏"))
    return {"key": str(made.pk)}


def _engaged(world: Any) -> dict[str, Any]:
    row = a_customer(world.team)
    return {"name": row.name, "engagedParty": {"id": str(row.pk), "@referredType": "Organization"}}


def _organization(world: Any) -> dict[str, Any]:
    unit = {"name": "unit", "value": str(world.team.pk)}
    return {"tradingName": "晋阳云图科技有限公司", "partyCharacteristic": [unit]}


def _individual(world: Any) -> dict[str, Any]:
    row = a_customer(world.team)
    return {"fullName": "周敏", "relatedParty": [{"id": str(row.pk), "@referredType": "Organization"}]}


def _hub(resource: str) -> list[Route]:
    refused: dict[str, Any] = {"anonymous": 401, "auditor": 403, "manager": 403, "administrator": 403}
    return [
        Route(f"rest-{resource}-hub", "POST", data=_LISTENER, json=True, **refused),
        Route(f"rest-{resource}-hub-item", "DELETE", path={"key": "x"}, **refused),
    ]


_MADE: dict[str, Any] = {"anonymous": 401, "auditor": 403, "manager": 201, "administrator": 201}
_SEEN: dict[str, Any] = {"anonymous": 401, "neighbour": 404}
ROUTES = [
    Route("rest-customer-list", anonymous=401),
    Route("rest-customer-list", "POST", data=_engaged, json=True, **{**_MADE, "neighbour": 400}),
    Route("rest-customer-item", path=_key, **_SEEN),
    Route("rest-customer-item", "PATCH", path=_key, data={"status": "active"}, json=True, auditor=403,
          **_SEEN),
    Route("rest-organization-list", anonymous=401),
    Route("rest-organization-list", "POST", data=_organization, json=True, **{**_MADE, "neighbour": 400}),
    Route("rest-organization-item", path=_key, **_SEEN),
    Route("rest-organization-item", "PATCH", path=_key, data={"tradingName": "汾河大厦"}, json=True,
          auditor=403, **_SEEN),
    Route("rest-individual-list", anonymous=401),
    Route("rest-individual-list", "POST", data=_individual, json=True, **{**_MADE, "neighbour": 400}),
    Route("rest-individual-item", path=_contact, **_SEEN),
    Route("rest-individual-item", "PATCH", path=_contact, data={"title": "总监"}, json=True, auditor=403,
          **_SEEN),
    Route("rest-individual-item", "DELETE", path=_contact, auditor=403, manager=204, administrator=204,
          **_SEEN),
    *_hub("customer"),
    *_hub("organization"),
    *_hub("individual"),
]  # fmt: skip
