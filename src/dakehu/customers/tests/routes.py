"""This chapter's rows of the access table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dakehu.customers.services.assigning import collaborator_add
from dakehu.customers.services.contacts import ContactDraft, contact_create
from dakehu.customers.services.merging import customers_merge
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.testing.routes import Route


def _customer(world: Any) -> dict[str, Any]:
    return {"pk": a_customer(world.team).pk}


def _move(world: Any) -> dict[str, Any]:
    return {**_customer(world), "event": "activate"}


def _contact(world: Any) -> dict[str, Any]:
    customer = a_customer(world.team)
    return {"pk": contact_create(actor=SYSTEM, customer_id=customer.pk, draft=ContactDraft(name="周敏")).pk}


def _collaborator(world: Any) -> dict[str, Any]:
    customer = a_customer(world.team)
    person = world.user("account_manager", unit=world.datong_team)
    collaborator_add(actor=SYSTEM, customer_id=customer.pk, user_id=person.pk)
    return {"pk": customer.pk, "user": person.pk}


def _new(world: Any) -> dict[str, Any]:
    return {"name": "晋阳云图科技有限公司", "org_unit": world.team.pk}


def _changed(world: Any) -> dict[str, Any]:
    return {**_new(world), "version": 1}


def _somebody(world: Any) -> dict[str, Any]:
    return {"user": world.user("account_manager", unit=world.datong_team).pk}


def _change(route: Route) -> Route:
    """Managers change what they see; the auditor changes nothing."""
    return replace(route, auditor=403, neighbour=404)


def _assign(route: Route) -> Route:
    """Assigning is the team leader's."""
    return replace(
        route, auditor=403, manager=403, neighbour=403, administrator=302, also={"team_leader": 302}
    )


def _pair(world: Any) -> dict[str, Any]:
    return {"pk": a_customer(world.team).pk, "other": a_customer(world.team).pk}


def _merged(world: Any) -> dict[str, Any]:
    pair = _pair(world)
    merge = customers_merge(actor=SYSTEM, kept_id=pair["pk"], gone_id=pair["other"], versions=(1, 1))
    return {"pk": merge.pk}


def _steward(route: Route, status: int = 302) -> Route:
    """Merging is the data steward's and the administrator's."""
    return replace(
        route,
        auditor=403,
        manager=403,
        neighbour=403,
        administrator=status,
        also={"team_leader": 403, "data_steward": status},
    )


_SAVED: dict[str, Any] = {"manager": 302, "administrator": 302}

ROUTES = [
    Route("customers-customer-list"),
    Route("customers-customer-list", "POST", query="_bulk=grade", auditor=403),
    Route("customers-customer-record", path=_customer, neighbour=404),
    Route("customers-customer-create", auditor=403),
    Route("customers-customer-create", "POST", data=_new, auditor=403, neighbour=422, **_SAVED),
    _change(Route("customers-customer-change", path=_customer)),
    _change(Route("customers-customer-change", "POST", path=_customer, data=_changed, **_SAVED)),
    _change(Route("customers-customer-move", "POST", path=_move, data={"version": 1}, **_SAVED)),
    Route("customers-customer-check", query="name=晋阳云图"),
    Route("customers-customer-check-other", path=_customer, query="name=晋阳云图"),
    _change(Route("customers-contact-create", path=_customer)),
    _change(Route("customers-contact-create", "POST", path=_customer, data={"name": "周敏"}, **_SAVED)),
    _change(Route("customers-contact-change", path=_contact)),
    _change(
        Route(
            "customers-contact-change", "POST", path=_contact, data={"name": "周总", "version": 1}, **_SAVED
        )
    ),
    _change(Route("customers-contact-remove", "POST", path=_contact, data={"version": 1}, **_SAVED)),
    _steward(Route("customers-duplicate-list"), 200),
    _steward(Route("customers-duplicate-search", "POST")),
    _steward(Route("customers-duplicate-distinct", "POST", path=_pair)),
    _steward(Route("customers-merge-choose", path=_customer), 200),
    _steward(Route("customers-merge-choose", "POST", path=_customer), 422),
    _steward(Route("customers-merge-pair", path=_pair), 200),
    _steward(Route("customers-merge-pair", "POST", path=_pair, data={"kept_version": 1, "gone_version": 1})),
    _steward(Route("customers-merge-undo", "POST", path=_merged)),
    _assign(Route("customers-collaborator-create", "POST", path=_customer, data=_somebody)),
    _assign(Route("customers-collaborator-remove", "POST", path=_collaborator)),
]
