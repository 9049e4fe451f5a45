"""Completing: everything the order asked for comes into being, in one transaction, once."""

from __future__ import annotations

from datetime import datetime

from dakehu.customers.api import customer_served
from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.clock import utc
from dakehu.orders.domain.errors import StepsUnfinished
from dakehu.orders.domain.states import UNFINISHED, OrderEvent, OrderState
from dakehu.orders.models import ProductOrder
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import order_get
from dakehu.orders.services.authority import on_behalf
from dakehu.orders.services.fulfilment import fulfil
from dakehu.orders.services.moves import changing, move, tell

COMPLETED = "order.completed"


def order_complete(*, actor: Actor, order_id: int) -> ProductOrder:
    """Complete an order whose steps are all done; one that is completed already is left as it is.

    Finishing the last step does this by itself. Raises `StepsUnfinished`, and whatever a product refuses:
    then nothing of the order was made.
    """
    order = order_get(actor, order_id, OrderPermission.TAKE)
    if order.stage is OrderState.COMPLETED:
        return order
    with changing(actor, order_id, OrderPermission.TAKE, "order.complete") as order:
        if order.stage is not OrderState.COMPLETED:
            complete(actor, order, now())
    return order


def complete(actor: Actor, order: ProductOrder, at: datetime) -> None:
    """The work of it, on an order that the caller has locked and will save."""
    unfinished = list(order.steps.filter(state__in=UNFINISHED).values_list("kind", flat=True))
    if unfinished:
        raise StepsUnfinished(steps=sorted(set(unfinished)))
    move(order, OrderEvent.COMPLETE)
    order.finished_at = at
    items = fulfil(actor, order)
    customer_served(actor=on_behalf(actor), customer_id=order.customer_id)
    tell(order, actor, "completed")
    publish(
        COMPLETED,
        key=order.pk,
        payload={
            "number": order.number,
            "customer_id": order.customer_id,
            "signed_at": utc(at).isoformat(),
            "items": [
                {
                    "position": item.position,
                    "offering": item.offering.code,
                    "version": item.offering.version,
                    "action": item.action,
                    "characteristics": item.characteristics,
                    "made": item.made,
                }
                for item in items
            ],
        },
    )
