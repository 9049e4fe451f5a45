"""The access table's rows of performance contracts; the contract is the manager's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dakehu.infra.files.api import file_store
from dakehu.infra.testing.routes import Route
from dakehu.managers.domain.contract_states import ContractEvent
from dakehu.managers.domain.indicators import Code
from dakehu.managers.models import EnteredFigure
from dakehu.managers.services.appeals import appeal_open
from dakehu.managers.services.entering import DOCUMENT
from dakehu.managers.services.new_products import new_product_add
from dakehu.managers.tests.performance import (
    LAST,
    YEAR,
    a_closed_month,
    a_contract,
    a_draft_contract,
    satisfied,
    stepped,
)


def _contract(world: Any) -> dict[str, Any]:
    return {"pk": a_contract(world).pk}


def _draft(world: Any) -> dict[str, Any]:
    return {"pk": a_draft_contract(world).pk}


def _proposed(world: Any) -> dict[str, Any]:
    leader = world.actor("team_leader", unit=world.county)
    return {"pk": stepped(a_draft_contract(world), leader, ContractEvent.PROPOSE).pk}


def _acting(world: Any) -> dict[str, Any]:
    return {**_proposed(world), "act": "accept"}


def _targets(world: Any) -> dict[str, Any]:
    return {**_draft(world), "indicator": "revenue"}


def _month(world: Any) -> dict[str, Any]:
    return {**_contract(world), "month": LAST}


def _ready(world: Any) -> dict[str, Any]:
    row = a_contract(world)
    satisfied(world, row)
    return {"pk": row.pk, "month": LAST}


def _closed(world: Any) -> dict[str, Any]:
    return {"pk": a_closed_month(world).contract_id, "month": LAST}


def _figure(world: Any) -> dict[str, Any]:
    return {**_month(world), "indicator": "revenue"}


def _entered(world: Any) -> dict[str, Any]:
    return {**_month(world), "indicator": "satisfaction"}


def _closed_figure(world: Any) -> dict[str, Any]:
    return {**_closed(world), "indicator": "revenue"}


def _documented(world: Any) -> dict[str, Any]:
    found = _ready(world)
    file = file_store(actor=world.administrator, purpose=DOCUMENT, name="a.txt", chunks=[b"survey"])
    EnteredFigure.objects.update(document=file)
    return {**found, "indicator": "satisfaction"}


def _appeal(world: Any) -> dict[str, Any]:
    result = a_closed_month(world)
    row = appeal_open(
        actor=world.manager, contract_id=result.contract_id, month=LAST, code=Code.REVENUE, reason="漏账"
    )
    return {"pk": row.pk}


def _product(world: Any) -> dict[str, Any]:
    row = new_product_add(actor=world.administrator, category="cloud", product="", since=LAST)
    return {"pk": row.pk}


def _new(world: Any) -> dict[str, Any]:
    return {"manager": world.user("account_manager").pk, **_TERMS}


_TERMS = {
    "year": YEAR, "first_month": 1,
    "indicator_1": "revenue", "weight_1": 30, "target_1": "120万",
    "indicator_2": "cost", "weight_2": 30, "target_2": "12万",
    "indicator_3": "visits", "weight_3": 20, "target_3": "48",
    "indicator_5": "satisfaction", "weight_5": 20, "target_5": "90",
}  # fmt: skip
_MONTHS = {"spread": "even", "version": 1}
_FIGURE = {"value": "92.5", "note": "调查报告", "version": 0}
_VERSION = {"version": 1}
_ACCEPTED = {"version": 2}
_DECIDED = {"event": "refuse", "decision": "有据", "version": 1}
_PRODUCT = {"category": "cloud", "since": "2026-01"}


def _leaders(route: Route, **status: Any) -> Route:
    """A leader's: neither a manager nor an auditor may."""
    return replace(route, auditor=403, manager=403, neighbour=403, **status)


def _managers(route: Route, **status: Any) -> Route:
    """The manager's own; for a neighbour it does not exist."""
    return replace(route, auditor=403, neighbour=404, **status)


PERFORMANCE_ROUTES = [
    Route("managers-contract-list", also={"one_stop_desk": 403}),
    Route("managers-contract-list", "POST", auditor=404, manager=404, administrator=404),
    _leaders(Route("managers-contract-create"), also={"team_leader": 200}),
    _leaders(
        Route("managers-contract-create", "POST", data=_new),
        administrator=302,
        also={"team_leader": 302, "centre_director": 302},
    ),
    Route(
        "managers-contract-record",
        path=_contract,
        neighbour=404,
        also={"team_leader": 200, "statistician": 200},
    ),
    _leaders(Route("managers-contract-change", path=_draft), also={"team_leader": 200}),
    _leaders(
        Route("managers-contract-change", "POST", path=_draft, data={**_TERMS, "version": 1}),
        administrator=302,
    ),
    _leaders(Route("managers-contract-targets", path=_targets), also={"team_leader": 200}),
    _leaders(Route("managers-contract-targets", "POST", path=_targets, data=_MONTHS), administrator=302),
    _managers(
        Route("managers-contract-act", "POST", path=_acting, data=_ACCEPTED), manager=302, administrator=422
    ),
    _managers(Route("managers-contract-return", path=_proposed)),
    _managers(
        Route("managers-contract-return", "POST", path=_proposed, data={"reason": "过高", **_ACCEPTED}),
        manager=302,
        administrator=422,
    ),
    Route("managers-month-record", path=_month, neighbour=404),
    _leaders(
        Route("managers-month-close", "POST", path=_ready), administrator=302, also={"team_leader": 302}
    ),
    _leaders(Route("managers-month-reopen", path=_closed), also={"team_leader": 403, "centre_director": 200}),
    _leaders(
        Route("managers-month-reopen", "POST", path=_closed, data={"reason": "补录"}), administrator=302
    ),
    Route("managers-month-export", path=_month, neighbour=404),
    Route("managers-figure-record", path=_figure, neighbour=404),
    _leaders(Route("managers-figure-enter", path=_entered), also={"statistician": 200}),
    _leaders(
        Route("managers-figure-enter", "POST", path=_entered, data=_FIGURE),
        administrator=302,
        also={"statistician": 302, "team_leader": 403},
    ),
    Route("managers-figure-export", path=_figure, neighbour=404),
    Route("managers-figure-document", path=_documented, neighbour=404),
    _managers(Route("managers-figure-appeal", path=_closed_figure)),
    _managers(
        Route("managers-figure-appeal", "POST", path=_closed_figure, data={"reason": "漏账"}),
        manager=302,
        administrator=422,
    ),
    Route("managers-appeal-list"),
    _leaders(Route("managers-appeal-decide", path=_appeal), also={"team_leader": 200}),
    _leaders(
        Route("managers-appeal-decide", "POST", path=_appeal, data=_DECIDED),
        administrator=302,
        also={"team_leader": 302},
    ),
    _managers(
        Route("managers-appeal-withdraw", "POST", path=_appeal, data=_VERSION), manager=302, administrator=422
    ),
    Route("managers-ranking-list"),
    _leaders(Route("managers-newproduct-list"), also={"centre_director": 200}),
    _leaders(Route("managers-newproduct-create")),
    _leaders(Route("managers-newproduct-create", "POST", data=_PRODUCT), administrator=302),
    _leaders(Route("managers-newproduct-remove", "POST", path=_product), administrator=302),
]
