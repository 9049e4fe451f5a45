"""Data quality's rows of the access table."""

from __future__ import annotations

from typing import Any

from dakehu.customers.models import QualityRule
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.clock import now
from dakehu.infra.testing.routes import Route
from dakehu.kernel.clock import day_of


def _customer(world: Any) -> dict[str, Any]:
    return {"pk": a_customer(world.team).pk}


def _missing(world: Any) -> dict[str, Any]:
    return {**_customer(world), "subject": "address"}


def _rule(_world: Any) -> dict[str, Any]:
    return {"pk": QualityRule.objects.filter(subject="trade").latest("pk").pk}


def _new(_world: Any) -> dict[str, Any]:
    return {
        "subject": "website", "stage": "1", "grades": ["5"], "weight": "3", "is_required": "on",
        "valid_from": day_of(now()).isoformat(),
    }  # fmt: skip


def _changed(world: Any) -> dict[str, Any]:
    return {**_new(world), "subject": "trade", "version": 1}


def _steward(name: str, method: str = "GET", **more: Any) -> Route:
    saved = 302 if method == "POST" else 200
    return Route(
        name, method, auditor=403, manager=403, neighbour=403, administrator=saved,
        also={"data_steward": saved, "centre_director": saved}, **more,
    )  # fmt: skip


_FILLED = {"version": 1, "value": "太原市迎泽大街1号"}

ROUTES = [
    Route("customers-quality-panel", path=_customer, neighbour=404),
    Route("customers-quality-board"),
    Route("customers-quality-list"),
    Route("customers-quality-fault-list"),
    Route("customers-quality-task-list"),
    Route("customers-fill-list"),
    Route("customers-fill-one", "POST", path=_missing, data=_FILLED, auditor=403, neighbour=404),
    Route("customers-quality-rule-list"),
    _steward("customers-quality-rule-create"),
    _steward("customers-quality-rule-create", "POST", data=_new),
    _steward("customers-quality-rule-effect"),
    _steward("customers-quality-rule-run", "POST"),
    _steward("customers-quality-rule-change", path=_rule),
    _steward("customers-quality-rule-change", "POST", path=_rule, data=_changed),
    _steward("customers-quality-rule-end", "POST", path=_rule, data={"version": 1}),
]
