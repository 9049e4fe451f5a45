"""What orders tell on a customer's page and visit brief."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.customers.api import BriefLine, Customer
from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import Badge, TimelineEvent, Tone
from dakehu.orders.domain.states import OPEN_ORDERS
from dakehu.orders.models import ProductOrder
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import orders_for
from dakehu.orders.web.words import ORDER_STATES

_LINES, _EVENTS = 8, 50


def open_orders(actor: Actor, customer: Customer) -> Sequence[BriefLine]:
    """The customer's open orders, what is due first in front; what is late is marked."""
    rows = orders_for(actor).filter(customer=customer, state__in=sorted(OPEN_ORDERS))
    return [_line(order) for order in rows.order_by("due_at", "pk")[:_LINES]]


def order_events(actor: Actor, customer_id: str) -> Iterable[TimelineEvent]:
    """When the customer's latest orders came in and were finished; nothing for who may not see orders."""
    if not actor.may(OrderPermission.VIEW):
        return []
    rows = orders_for(actor).filter(customer_id=customer_id).order_by("-pk")[:_EVENTS]
    return chain.from_iterable(map(_events, rows))


def _line(order: ProductOrder) -> BriefLine:
    late = order.due_at is not None and order.due_at < now()
    badge = Badge(_("Overdue"), Tone.BAD) if late else ORDER_STATES[order.state]
    due = _("due %(day)s") % {"day": f"{order.due_at:%m-%d}"} if order.due_at else ""
    text = f"{order.number} {order.description}".strip()
    return BriefLine(text, reverse("orders-order-record", args=[order.pk]), due, badge)


def _events(order: ProductOrder) -> Iterable[TimelineEvent]:
    url = reverse("orders-order-record", args=[order.pk])
    came = _("Order %(number)s came in") % {"number": order.number}
    yield TimelineEvent(order.order_date, came, order.requested_name, "clipboard-list", Tone.INFO, url)
    if order.finished_at is not None:
        over = _("Order %(number)s: %(state)s") % {
            "number": order.number,
            "state": ORDER_STATES[order.state].label,
        }
        yield TimelineEvent(
            order.finished_at, over, "", "clipboard-check", ORDER_STATES[order.state].tone, url
        )
