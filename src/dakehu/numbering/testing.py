"""Exchanges, numbers and lines for tests, made through the services."""

from __future__ import annotations

from itertools import count
from typing import Any

from dakehu.customers.api import Customer
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.clock import now
from dakehu.numbering.models import Exchange, Line, PublicNumber
from dakehu.numbering.services.exchanges import ExchangePlan, block_create, exchange_create
from dakehu.numbering.services.lines import LineOpening, line_open
from dakehu.organisation.api import OrgUnit
from dakehu.organisation.testing import Scenario

_serial = count(1)


def an_exchange(city: OrgUnit, code: str = "", **fields: Any) -> Exchange:
    """An S1240 of the city; a block of numbers is `a_block`'s."""
    number = next(_serial)
    plan = ExchangePlan(
        code=code or f"EX{number:03d}",
        name=fields.get("name", f"第{number}局"),
        kind=fields.get("kind", "S1240"),
        area_code=fields.get("area_code", city.area_code or "0351"),
        city_id=city.pk,
    )
    return exchange_create(actor=SYSTEM, plan=plan)


def a_block(exchange: Exchange, first: str = "8880000", last: str = "8880099") -> list[str]:
    """The block's numbers in national form."""
    block = block_create(actor=SYSTEM, exchange_id=exchange.pk, first=first, last=last)
    return list(PublicNumber.objects.filter(block=block).order_by("pk").values_list("pk", flat=True))


def a_customer(world: Scenario, unit: OrgUnit | None = None, name: str = "") -> Customer:
    """A customer's row, without the service's search index."""
    unit = unit or world.team
    number = next(_serial)
    name = name or f"山西第{number}有限公司"
    customer = Customer(
        code=f"T{number:08d}",
        name=name,
        name_key=name,
        name_sort=name,
        initials="",
        org_unit=unit,
        created_at=now(),
        updated_at=now(),
    )
    customer.place(unit.path)
    customer.save()
    return customer


def a_line(customer: Customer, number: str, **fields: Any) -> Line:
    """The customer's line on a free number."""
    return line_open(actor=SYSTEM, opening=LineOpening(number, customer.pk, **fields))
