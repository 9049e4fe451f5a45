"""From rows to TMF622."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dakehu.infra.rest.api import Characteristic, Note, Ref, RelatedParty
from dakehu.kernel.clock import utc
from dakehu.orders.domain.states import OrderState
from dakehu.orders.models import OrderEntry, ProductOrder, ProductOrderItem
from dakehu.orders.rest.shapes import Channel, OrderItem, Product, ProductOrderView

_CANCELLED = frozenset({OrderState.CANCELLED, OrderState.REJECTED})
_VALUE_TYPES = {bool: "boolean", int: "integer", str: "string"}


def represent_order(order: ProductOrder) -> ProductOrderView:
    """The order with its items, parties and notes, from prefetched rows."""
    over = _moment(order.finished_at)
    cancelled = order.stage in _CANCELLED
    return ProductOrderView(
        id=order.number,
        state=order.state,
        order_date=_moment(order.order_date),
        product_order_item=_items(list(order.items.all()), None),
        related_party=_parties(order),
        external_id=order.external_id,
        category=order.clock_class,
        description=order.description,
        priority=order.priority,
        requested_completion_date=_moment(order.requested_completion),
        expected_completion_date="" if over else _moment(order.due_at),
        completion_date=over if order.stage is OrderState.COMPLETED else "",
        cancellation_date=over if cancelled else "",
        cancellation_reason=order.reason,
        channel=(Channel(id=order.channel),),
        note=tuple(_note(entry) for entry in order.entries.all() if entry.kind == "note"),
    )


def _items(rows: Iterable[ProductOrderItem], parent: int | None) -> tuple[OrderItem, ...]:
    rows = list(rows)
    return tuple(
        OrderItem(
            id=row.position,
            action=row.action,
            state=row.state,
            quantity=1,
            product_offering=Ref(id=row.offering.code, name=str(row.offering), type_="ProductOfferingRef"),
            product=Product(
                type_="Product",
                name=str(row.offering),
                product_characteristic=tuple(
                    Characteristic(name=name, value=value, value_type=_VALUE_TYPES.get(type(value), ""))
                    for name, value in row.characteristics.items()
                ),
            ),
            product_order_item=_items(rows, row.pk),
            type_="ProductOrderItem",
        )
        for row in rows
        if row.parent_id == parent
    )


def _parties(order: ProductOrder) -> tuple[RelatedParty, ...]:
    customer = RelatedParty(
        id=str(order.customer_id), name=order.customer.name, role="customer", referred_type="Customer"
    )
    requester = RelatedParty(
        id=order.caller.partition(":")[2], name=order.requested_name, role="requester",
        referred_type="Individual",
    )  # fmt: skip
    return (customer, requester)


def _note(entry: OrderEntry) -> Note:
    return Note(id=str(entry.pk), author=entry.by_name, date=_moment(entry.at), text=entry.text)


def _moment(at: datetime | None) -> str:
    return utc(at).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else ""
