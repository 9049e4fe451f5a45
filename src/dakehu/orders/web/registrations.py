"""Where this chapter hangs into the frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.api import BriefSection, register_brief
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Chapter,
    Hit,
    NavItem,
    Panel,
    Part,
    SearchSource,
    Tile,
    Words,
    register_nav,
    register_panel,
    register_search,
    register_tile,
    register_timeline,
    register_words,
)
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import orders_for
from dakehu.orders.web.customers import open_orders, order_events
from dakehu.orders.web.lists import search
from dakehu.orders.web.tiles import overdue_tile, waiting_tile
from dakehu.orders.web.words import CHANNELS, ORDER_STATES, STEPS


def _moment(value: Any) -> str:
    at = parse_datetime(str(value))
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at else str(value)


_WORDS = Words(
    "order",
    pgettext_lazy("order", "Order"),
    fields={
        "number": _("Order number"),
        "state": _("State"),
        "step": pgettext_lazy("order", "Step"),
        "note": _("Remark"),
        "reason": _("Reason"),
        "due_at": _("Due"),
        "taken_at": _("Taken"),
        "finished_at": _("Finished"),
        "description": _("Description"),
        "priority": _("Priority"),
        "requested_completion": _("Wished date"),
        "channel": pgettext_lazy("order", "Channel"),
        "clock_class": _("Class"),
        "external_id": _("External id"),
    },
    actions={
        "order.submit": _("submitted the order"),
        "order.take": _("took the order"),
        "order.reject": _("rejected the order"),
        "order.hold": _("held the order"),
        "order.resume": _("let the order go on"),
        "order.cancel": _("asked for cancellation, or cancelled"),
        "order.grant_cancellation": _("granted the cancellation"),
        "order.refuse_cancellation": _("refused the cancellation"),
        "order.describe": _("changed what is said about the order"),
        "order.urge": _("urged the order"),
        "order.complete": _("completed the order"),
        "order.step_start": _("began a step"),
        "order.step_pause": _("paused a step"),
        "order.step_resume": _("went on with a step"),
        "order.step_finish": _("finished a step"),
    },
    shown={
        "state": lambda value: str(ORDER_STATES[value].label) if value in ORDER_STATES else str(value),
        "step": lambda value: str(STEPS.get(value, value)),
        "channel": lambda value: str(CHANNELS.get(value, value)),
        "due_at": _moment,
        "taken_at": _moment,
        "finished_at": _moment,
        "requested_completion": _moment,
    },
    url=lambda pk: reverse("orders-order-record", args=[pk]),
)


def register() -> None:
    view = OrderPermission.VIEW
    register_nav(
        NavItem(
            Chapter.ORDERS, _("Orders"), "orders-order-list", view, "clipboard-list", 10,
            also=("orders-step-",),
        ),
        NavItem(Chapter.ORDERS, _("New order"), "orders-draft-new", OrderPermission.SUBMIT, "plus", 20),
    )  # fmt: skip
    register_panel(Panel("customer", "orders", _("Orders"), "orders-customer-panel", view, 50, Part.DEALINGS))
    register_tile(
        Tile("orders-waiting", _("Orders that wait for me"), waiting_tile, view, 20, 6, "orders-order-list"),
        Tile("orders-overdue", _("Overdue orders"), overdue_tile, view, 30, 6, "orders-order-list"),
    )
    register_brief(
        BriefSection("orders", _("Open orders"), open_orders, view, order=30, empty=_("No open order."))
    )
    register_timeline("customer", "orders", order_events, _("Orders"))
    register_words(_WORDS)
    register_search(
        SearchSource(
            name="orders",
            label=_("Orders"),
            find=find_orders,
            permission=view,
            icon="clipboard-list",
            order=30,
            label_of=_label_of,
            more=lambda text: f"{reverse('orders-order-list')}?{urlencode({'q': text})}",
        )
    )


def find_orders(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """Orders by number, customer's name or external id, the newest first."""
    if not text.strip():
        return []
    found = search(orders_for(actor).select_related("customer"), text).order_by("-order_date", "-pk")[:limit]
    return [
        Hit(
            id=str(order.pk),
            label=order.number,
            url=reverse("orders-order-record", args=[order.pk]),
            note=order.customer.name,
            badge=ORDER_STATES[order.state],
        )
        for order in found
    ]


def _label_of(actor: Actor, pk: str) -> str:
    return orders_for(actor).filter(pk=pk).values_list("number", flat=True).first() or ""
