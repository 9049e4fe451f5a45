"""This chapter's rows of the access table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dakehu.customers.domain.holdings import DocumentDraft, EquipmentDraft, HoldingKind
from dakehu.customers.models import GradeRule
from dakehu.customers.services.assigning import collaborator_add
from dakehu.customers.services.contacts import ContactDraft, contact_create
from dakehu.customers.services.holdings import Upload, holding_add
from dakehu.customers.services.merging import customers_merge
from dakehu.customers.tests import qualityroutes, restroutes, rosterroutes
from dakehu.customers.tests.fixtures import a_customer, a_warning
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


def _holding(world: Any) -> dict[str, Any]:
    draft = EquipmentDraft(device="router", model="AR-1")
    row = holding_add(actor=SYSTEM, customer_id=a_customer(world.team).pk, draft=draft)
    return {"pk": row.pk, "kind": HoldingKind.EQUIPMENT}


def _paper(world: Any) -> dict[str, Any]:
    draft, upload = DocumentDraft(subject="营业执照"), Upload("a.pdf", [b"%PDF-1.4 x"])
    row = holding_add(actor=SYSTEM, customer_id=a_customer(world.team).pk, draft=draft, upload=upload)
    return {"pk": row.pk, "kind": HoldingKind.DOCUMENT}


def _kind(world: Any) -> dict[str, Any]:
    return {**_customer(world), "kind": HoldingKind.EQUIPMENT}


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


_person = {"name": "周敏", "attitude": "neutral", "version": 1}
_device = {"device": "router", "model": "AR-2", "version": 1}


def _pair(world: Any) -> dict[str, Any]:
    return {"pk": a_customer(world.team).pk, "other": a_customer(world.team).pk}


def _merged(world: Any) -> dict[str, Any]:
    pair = _pair(world)
    merge = customers_merge(actor=SYSTEM, kept_id=pair["pk"], gone_id=pair["other"], versions=(1, 1))
    return {"pk": merge.pk}


_SAVED: dict[str, Any] = {"manager": 302, "administrator": 302}


def _rule(_world: Any) -> dict[str, Any]:
    return {"pk": GradeRule.objects.get_or_create(kind="head", grade=2)[0].pk}


def _warning(world: Any) -> dict[str, Any]:
    return {"pk": a_warning(a_customer(world.team)).pk}


def _closing(world: Any) -> dict[str, Any]:
    return {"pk": a_warning(a_customer(world.team)).pk, "event": "dismiss"}


def _steward(name: str, method: str = "GET", **more: Any) -> Route:
    """Rules, thresholds and merging are the data steward's and the administrator's."""
    saved = 302 if method == "POST" else 200
    return Route(
        name, method, auditor=403, manager=403, neighbour=403, administrator=saved,
        also={"data_steward": saved}, **more,
    )  # fmt: skip


_RULE = {"kind": "trade", "grade": "3", "trade": "banking", "is_active": "on"}

ROUTES = [
    *restroutes.ROUTES,
    *rosterroutes.ROUTES,
    *qualityroutes.ROUTES,
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
    _change(Route("customers-contact-create", "POST", path=_customer, data=_person, **_SAVED)),
    _change(Route("customers-contact-change", path=_contact)),
    _change(Route("customers-contact-change", "POST", path=_contact, data=_person, **_SAVED)),
    _change(Route("customers-contact-remove", "POST", path=_contact, data={"version": 1}, **_SAVED)),
    Route("customers-competitor-line-list"),
    Route("customers-agreement-list"),
    Route("customers-birthday-list"),
    Route("customers-customer-brief", path=_customer, neighbour=404),
    Route("customers-branches", path=_customer, neighbour=404),
    Route("customers-decisions-panel", path=_customer, neighbour=404),
    Route("customers-history-panel", path=_customer, neighbour=404),
    Route("customers-competitors-panel", path=_customer, neighbour=404),
    Route("customers-equipment-panel", path=_customer, neighbour=404),
    Route("customers-papers-panel", path=_customer, neighbour=404),
    _change(Route("customers-customer-place", path=_customer)),
    _change(Route("customers-customer-place", "POST", path=_customer, data={"version": 1}, **_SAVED)),
    _change(Route("customers-holding-create", path=_kind)),
    _change(Route("customers-holding-create", "POST", path=_kind, data=_device, **_SAVED)),
    _change(Route("customers-holding-change", path=_holding)),
    _change(Route("customers-holding-change", "POST", path=_holding, data=_device, **_SAVED)),
    _change(Route("customers-holding-remove", "POST", path=_holding, data={"version": 1}, **_SAVED)),
    Route("customers-holding-file", path=_paper, neighbour=404),
    _assign(Route("customers-collaborator-create", "POST", path=_customer, data=_somebody)),
    _assign(Route("customers-collaborator-remove", "POST", path=_collaborator)),
    Route("customers-revenue-panel", path=_customer, neighbour=404),
    Route("customers-grade-panel", path=_customer, neighbour=404),
    Route("customers-warning-panel", path=_customer, neighbour=404),
    _change(Route("customers-grade-now", "POST", path=_customer, **_SAVED)),
    _change(Route("customers-grade-hand", path=_customer)),
    _change(Route("customers-grade-hand", "POST", path=_customer, data={"grade": "2"}, **_SAVED)),
    Route("customers-warning-list"),
    Route("customers-warning-record", path=_warning, neighbour=404),
    _change(Route("customers-warning-take", "POST", path=_warning, data={"version": 1}, **_SAVED)),
    _change(Route("customers-warning-close", path=_closing)),
    _change(
        Route(
            "customers-warning-close", "POST", path=_closing, data={"version": 1, "outcome": "误报"}, **_SAVED
        )
    ),
    _steward("customers-graderule-list"),
    _steward("customers-graderule-preview"),
    _steward("customers-graderule-create"),
    _steward("customers-graderule-create", "POST", data=_RULE),
    _steward("customers-graderule-change", path=_rule),
    _steward("customers-graderule-change", "POST", path=_rule, data={**_RULE, "version": 1}),
    _steward("customers-graderule-remove", "POST", path=_rule, data={"version": 1}),
    _steward("customers-graderule-defaults", "POST"),
    _steward("customers-graderule-run", "POST"),
    _steward("customers-duplicate-list"),
    _steward("customers-duplicate-search", "POST"),
    _steward("customers-duplicate-distinct", "POST", path=_pair),
    _steward("customers-merge-list"),
    _steward("customers-merge-record", path=_merged),
    _steward("customers-merge-choose", path=_customer),
    replace(
        _steward("customers-merge-choose", "POST", path=_customer),
        administrator=422,
        also={"data_steward": 422},
    ),
    _steward("customers-merge-pair", path=_pair),
    _steward("customers-merge-pair", "POST", path=_pair, data={"kept_version": 1, "gone_version": 1}),
    _steward("customers-merge-undo", "POST", path=_merged),
    _steward("customers-threshold-list"),
    _steward("customers-threshold-run", "POST"),
    _steward("customers-threshold-change", path={"signal": "spend_falls"}),
    _steward(
        "customers-threshold-change",
        "POST",
        path={"signal": "spend_falls"},
        data={"value": "30", "is_active": "on", "version": 0},
    ),
]
