"""This chapter's rows of the access table."""

from __future__ import annotations

from typing import Any

from dakehu.charging.models import RatingBatch, Tariff, Usage
from dakehu.charging.seed import seed
from dakehu.customers.api import Customer
from dakehu.infra.clock import now
from dakehu.infra.testing.routes import Route
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange


def _tariff(_world: Any) -> dict[str, int]:
    seed()
    return {"pk": Tariff.objects.get().pk}


def _customer(world: Any) -> Customer:
    customer = Customer(
        code="R1",
        name="示例公司",
        name_key="示例公司",
        name_sort="shili",
        org_unit=world.team,
        created_at=now(),
        updated_at=now(),
    )
    customer.place(world.team.path)
    customer.save()
    return customer


def _usage(world: Any) -> dict[str, int]:
    moment = now()
    batch = RatingBatch.objects.create(rated_at=moment, records=1, charge_fen=0)
    usage = Usage.objects.create(
        record_id="r1",
        customer=_customer(world),
        calling_number="03512345678",
        dialled="8002",
        call_class="in_group",
        began_at=moment,
        ended_at=moment,
        talk_ms=0,
        charge_fen=0,
        tariff_id=_tariff(world)["pk"],
        cause="busy",
        trace=["CTX-03", "CTX-16"],
        month="2026-11",
        batch=batch,
    )
    return {"pk": usage.pk}


def _line(world: Any) -> dict[str, int]:
    number = a_block(an_exchange(world.taiyuan))[0]
    return {"pk": a_line(a_customer(world), number).pk}


ROUTES = [
    Route("charging-what-if"),
    Route("charging-what-if-panel", path=_line, neighbour=404),
    Route("charging-usage-list"),
    Route("charging-usage-record", path=_usage, neighbour=404),
    Route("charging-usage-panel", path=lambda world: {"pk": _customer(world).pk}, neighbour=404),
    Route("charging-tariff-list", manager=403),
    Route("charging-tariff-record", path=_tariff, manager=403),
    Route("charging-tariff-create", auditor=403, manager=403),
    Route("charging-tariff-create", method="POST", auditor=403, manager=403, administrator=422),
]
