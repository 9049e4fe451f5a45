"""Orders on the workbench."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import TileBody, TileRow, rows_tile
from dakehu.orders.models import ProductOrder
from dakehu.orders.selectors.desk import Orders, overdue, waiting_for
from dakehu.orders.selectors.orders import orders_for, with_work
from dakehu.orders.web.lists import holder_of
from dakehu.orders.web.words import ORDER_STATES

_SHOWN = 8


def waiting_tile(actor: Actor) -> TileBody:
    """Orders that wait for the actor, the one due first on top."""
    return rows_tile(_rows(waiting_for(orders_for(actor), actor)), empty=_("No order waits for you."))


def overdue_tile(actor: Actor) -> TileBody:
    """Orders past their due date, the latest first."""
    return rows_tile(_rows(overdue(orders_for(actor), now())), empty=_("No order is overdue."))


def _rows(orders: Orders) -> list[TileRow]:
    first = with_work(orders).order_by("due_at", "order_date", "pk")[:_SHOWN]
    return [_row(order) for order in first]


def _row(order: ProductOrder) -> TileRow:
    return TileRow(
        label=f"{order.number} {order.customer.name}",
        url=reverse("orders-order-record", args=[order.pk]),
        note=holder_of(order),
        badge=ORDER_STATES[order.state],
    )
