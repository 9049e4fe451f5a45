"""Exchanges and the blocks of numbers given to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from dakehu.infra.access.api import SEGMENT, Actor, access_one, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.kernel.errors import NotFound
from dakehu.kernel.numbers import parse_area_code
from dakehu.kernel.text import clean_code, clean_name
from dakehu.numbering.domain.errors import BlockOverlaps, ExchangeCodeTaken, ExchangeNotOfCity
from dakehu.numbering.domain.exchanges import EXCHANGE_TYPES
from dakehu.numbering.domain.numbers import block_numbers
from dakehu.numbering.models import Exchange, NumberBlock, PublicNumber
from dakehu.numbering.permissions import ExchangePermission
from dakehu.numbering.scope import citywide
from dakehu.organisation.api import OrgUnit

_BATCH = 5000


@dataclass(frozen=True, slots=True)
class ExchangePlan:
    """What an exchange is; `kind` is a code of `EXCHANGE_TYPES`."""

    code: str
    name: str
    kind: str
    area_code: str
    city_id: int


def exchange_create(*, actor: Actor, plan: ExchangePlan) -> Exchange:
    """A new exchange. Raises `ExchangeCodeTaken`, `ExchangeNotOfCity`, `NotFound` for type or city."""
    require(actor, ExchangePermission.CHANGE)
    if plan.kind not in EXCHANGE_TYPES:
        raise NotFound(field="kind", noun="exchange_type", id=plan.kind)
    area_code = parse_area_code(plan.area_code, field="area_code")
    city = OrgUnit.objects.filter(pk=plan.city_id, level=OrgUnit.Level.CITY).first()
    if city is None or city.area_code not in {"", area_code}:
        raise ExchangeNotOfCity(field="area_code", area_code=area_code)
    if not citywide(actor).scope.contains(city.path):
        raise NotFound(field="city", noun="orgunit", id=plan.city_id)
    exchange = Exchange(
        code=clean_code(plan.code).upper(),
        name=clean_name(plan.name),
        kind=plan.kind,
        area_code=area_code,
        city=city,
        org_city=city.path[: 2 * SEGMENT],
    )
    try:
        with transaction.atomic():
            exchange.save(force_insert=True)
            _note(actor, "exchange.create", exchange)
    except IntegrityError:
        raise ExchangeCodeTaken(field="code", code=exchange.code) from None
    return exchange


def block_create(*, actor: Actor, exchange_id: int, first: str, last: str) -> NumberBlock:
    """Give the exchange the numbers from `first` to `last`, all free.

    Raises the faults of `block_numbers`, and `BlockOverlaps` if any of them exists already.
    """
    exchange = access_one(Exchange.objects.all(), citywide(actor), exchange_id, ExchangePermission.CHANGE)
    numbers = block_numbers(first, last, exchange.area_code)
    with transaction.atomic():
        Exchange.objects.select_for_update().get(pk=exchange.pk)  # blocks of one exchange take turns
        known = PublicNumber.objects.filter(pk__range=(numbers[0], numbers[-1])).first()
        if known is not None:
            raise BlockOverlaps(field="first", first=numbers[0], last=numbers[-1], number=known.pk)
        block = NumberBlock.objects.create(
            exchange=exchange, first=numbers[0], last=numbers[-1], count=len(numbers), created_at=now()
        )
        PublicNumber.objects.bulk_create(
            (PublicNumber(number=n, tail=n[::-1], exchange=exchange, block=block) for n in numbers),
            batch_size=_BATCH,
        )
        change = Change(
            "number_block", block.pk, label=f"{block.first}-{block.last}", after=snapshot(block),
            org_path=exchange.org_city,
        )  # fmt: skip
        record(actor, "number_block.create", change)
    return block


def _note(actor: Actor, action: str, exchange: Exchange) -> None:
    record(
        actor,
        action,
        Change(
            "exchange",
            exchange.pk,
            label=exchange.name,
            after=snapshot(exchange),
            org_path=exchange.org_city,
        ),
    )
