"""The named-account list's rows of the access table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dakehu.customers.domain.roster import EntryEvent
from dakehu.customers.services.disputes import dispute_open
from dakehu.customers.services.roster import roster_apply, roster_step
from dakehu.customers.tests.fixtures import a_customer
from dakehu.customers.tests.rosters import an_application
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.testing.routes import Route


def _customer(world: Any) -> dict[str, Any]:
    return {"pk": a_customer(world.team).pk}


def _applied(world: Any) -> Any:
    row = a_customer(world.team)
    owner = world.user("account_manager")
    return roster_apply(actor=SYSTEM, application=an_application(row, owner))


def _entry(world: Any) -> dict[str, Any]:
    return {"pk": _applied(world).pk}


def _review(world: Any) -> dict[str, Any]:
    return {**_entry(world), "event": "review"}


def _approve(world: Any) -> dict[str, Any]:
    entry = _applied(world)
    roster_step(actor=SYSTEM, entry_id=entry.pk, version=1, event=EntryEvent.REVIEW)
    return {"pk": entry.pk, "event": "approve"}


def _application(world: Any) -> dict[str, Any]:
    row = a_customer(world.team)
    sent = {"customer": row.pk, "criterion": "revenue", "reason": "收入达标"}
    return {**sent, "owner": world.manager_user.pk}


def _case(world: Any) -> dict[str, Any]:
    row, person = a_customer(world.team), world.user("account_manager")
    return {"pk": dispute_open(actor=SYSTEM, customer_id=row.pk, claimant_id=person.pk, evidence="先签").pk}


def _opened(world: Any) -> dict[str, Any]:
    return {**_claim(world), "customer": _customer(world)["pk"]}


def _claim(world: Any) -> dict[str, Any]:
    return {"claimant": world.manager_user.pk, "evidence": "拜访记录"}


def _director(route: Route) -> Route:
    """Only who approves; the team leader does not."""
    status = 302 if route.method == "POST" else 200
    also = {"team_leader": 403, "centre_director": status}
    return replace(route, auditor=403, manager=403, neighbour=403, administrator=status, also=also)


_STEP: dict[str, Any] = {"version": 1, "reason": "同意"}

ROUTES = [
    Route("customers-roster-list"),
    Route("customers-roster-desk", auditor=403, manager=403, also={"team_leader": 200}),
    Route(
        "customers-roster-desk", "POST", query="_bulk=pass", auditor=403, manager=403,
        also={"team_leader": 200},
    ),
    Route("customers-roster-create", auditor=403),
    Route(
        "customers-roster-create", "POST", data=_application, auditor=403, manager=302, neighbour=404,
        administrator=302,
    ),
    Route("customers-roster-record", path=_entry, neighbour=404),
    Route("customers-roster-step", path=_review, neighbour=404),
    Route(
        "customers-roster-step", "POST", path=_review, data=_STEP, auditor=403, manager=403, neighbour=404,
        administrator=302, also={"team_leader": 302},
    ),
    Route(
        "customers-roster-step", "POST", path=_approve, data={"version": 2}, auditor=403, manager=403,
        neighbour=404, administrator=302, also={"team_leader": 403, "centre_director": 302},
    ),
    _director(Route("customers-rosterrule-change")),
    _director(
        Route(
            "customers-rosterrule-change", "POST",
            data={"idle_days": 60, "grace_days": 10, "rest_days": 30, "version": 1},
        )
    ),
    Route("customers-ownership-list"),
    Route("customers-credit-board"),
    Route("customers-ownership-panel", path=_customer, neighbour=404),
    Route("customers-dispute-list"),
    Route("customers-dispute-record", path=_case, neighbour=404),
    Route("customers-dispute-create", auditor=403),
    Route(
        "customers-dispute-create", "POST", data=_opened, auditor=403, manager=302, neighbour=404,
        administrator=302,
    ),
    Route("customers-dispute-claim", path=_case, auditor=403, neighbour=404),
    Route(
        "customers-dispute-claim", "POST", path=_case, data=_claim, auditor=403, manager=302, neighbour=404,
        administrator=302,
    ),
    _director(Route("customers-dispute-decide", path=_case)),
    Route(
        "customers-dispute-decide", "POST", path=_case, auditor=403, manager=403, administrator=422,
        also={"team_leader": 403, "centre_director": 422},
    ),
    Route("customers-dispute-close", path=_case, auditor=403, neighbour=404),
    Route(
        "customers-dispute-close", "POST", path=_case, data={"version": 1, "reason": "已协商"}, auditor=403,
        manager=403, neighbour=404, administrator=302, also={"team_leader": 302},
    ),
]  # fmt: skip
