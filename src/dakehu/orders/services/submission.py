"""Submitting: every rule asked at once, then the whole order saved with its numbers reserved, or nothing."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from dakehu.customers.api import Customer, customer_locked
from dakehu.customers.api import Permission as CustomerPermission
from dakehu.infra.access.api import Actor, hold_places, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.rest.api import caller_of
from dakehu.infra.workdays.api import working_calendar
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.orders.domain.errors import CustomerMissing, ExternalIdReused
from dakehu.orders.domain.requests import OrderRequest, placed
from dakehu.orders.models import ProductOrder, ProductOrderItem
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.services.checking import CheckedItem, check_order
from dakehu.orders.services.fulfilment import reserve_numbers
from dakehu.orders.services.moves import tell

_SHOWN = ("number", "channel", "clock_class", "description", "external_id", "requested_completion")


@dataclass(frozen=True, slots=True)
class Submitted:
    """The order, and whether the same caller had submitted it before."""

    order: ProductOrder
    replayed: bool = False


def order_submit(*, actor: Actor, request: OrderRequest) -> Submitted:
    """Submit the order, or raise every fault at once; a repetition of `external_id` is the same order.

    Chosen numbers are reserved for the order in the same transaction, in a fixed sequence: of two orders
    that want the last free number, one gets it and the other is told so.
    """
    require(actor, OrderPermission.SUBMIT)
    caller, digest = caller_of(actor), _digest(request)
    earlier = _earlier(caller, request.external_id, digest)
    if earlier is not None:
        return Submitted(earlier, replayed=True)
    try:
        return Submitted(_submit(actor, request, caller, digest))
    except (IntegrityError, DomainError):
        # Refused, or the id is taken: its twin may have been quicker by a moment.
        earlier = _earlier(caller, request.external_id, digest)
        if earlier is None:
            raise
        return Submitted(earlier, replayed=True)


def _submit(actor: Actor, request: OrderRequest, caller: str, digest: str) -> ProductOrder:
    checked = check_order(actor, request)
    raise_faults(checked.faults)
    if checked.customer is None:
        raise CustomerMissing(field="customer")
    with transaction.atomic():
        hold_places()
        customer = customer_locked(actor, checked.customer.pk, CustomerPermission.VIEW)
        order = _order(actor, request, customer, checked.items)
        order.caller, order.digest = caller, digest
        _save(actor, order, checked.items, request.notes)
    return order


def _order(
    actor: Actor, request: OrderRequest, customer: Customer, items: tuple[CheckedItem, ...]
) -> ProductOrder:
    """The row to be, with the slowest class among its products."""
    slowest = max((item.offering.clock_class for item in items), key=lambda kind: kind.working_days)
    order = ProductOrder(
        number=uuid.uuid4().hex,
        customer=customer,
        channel=request.channel,
        external_id=request.external_id,
        description=request.description,
        priority=request.priority,
        requested_by_id=actor.user_id,
        requested_name=actor.name,
        clock_class=slowest.code,
        allowed_days=slowest.working_days,
        allowed_s=slowest.working_days * working_calendar().seconds_per_day,
        order_date=now(),
        requested_completion=request.requested_completion,
    )
    order.place(customer.org_path)
    return order


def _save(actor: Actor, order: ProductOrder, items: tuple[CheckedItem, ...], notes: tuple[str, ...]) -> None:
    order.save()
    order.number = order_number(order.order_date, order.pk)
    order.save(update_fields=["number"])
    rows: dict[str, ProductOrderItem] = {}
    for item in items:
        rows[item.place.position] = ProductOrderItem.objects.create(
            order=order,
            parent=rows.get(item.place.parent),
            position=item.place.position,
            offering=item.offering,
            action=item.place.item.action,
            characteristics=dict(item.values),
        )
    reserve_numbers(actor, order)
    tell(order, actor, "submitted")
    for note in notes:
        tell(order, actor, "note", note)
    said = {name: value for name, value in snapshot(order, *_SHOWN).items() if value}
    change = Change("order", order.pk, order.number, {}, said, order.org_path)
    record(actor, "order.submit", change)
    publish("order.submitted", key=order.pk, payload={"number": order.number})


def order_number(at: datetime, pk: int) -> str:
    """The number people call the order by: its day and a serial."""
    return f"{day_of(at):%Y%m%d}{pk:06d}"


def _earlier(caller: str, external_id: str, digest: str) -> ProductOrder | None:
    if not external_id:
        return None
    order = ProductOrder.objects.filter(caller=caller, external_id=external_id).first()
    if order is not None and order.digest != digest:
        raise ExternalIdReused(field="externalId", external_id=external_id)
    return order


def _digest(request: OrderRequest) -> str:
    """SHA-256 over what is asked for, the same for the same request."""
    asked = [
        (place.position, place.item.offering, str(place.item.action), dict(place.item.characteristics))
        for place in placed(request.items)
    ]
    text = json.dumps([request.customer_id, asked], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
