"""The printed work order: what the exchange must set (CTX-12, 人工调单) and which lines are to be built."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.centrex.api import group_value, work_order
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.clock import now
from dakehu.infra.ui.api import actor_of, page
from dakehu.kernel.errors import NotFound
from dakehu.numbering.api import find_exchange
from dakehu.orders.models import ProductOrder, ProductOrderItem
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import orders_for, with_items, with_work

LABELS = {
    "exchange": gettext_lazy("Exchange"),
    "area_code": gettext_lazy("Area code"),
    "customer": gettext_lazy("Customer"),
    "group": gettext_lazy("Name of the group"),
    "gcn": gettext_lazy("Search number (GCN)"),
    "capacity": gettext_lazy("Maximum capacity"),
    "exit_prefix": gettext_lazy("Exit prefix"),
    "attendant_prefix": gettext_lazy("Attendant prefix"),
    "short_length": gettext_lazy("Digits of short numbers"),
}


@page(OrderPermission.VIEW, methods=("GET",))
def order_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet, made to be printed."""
    order = with_items(with_work(orders_for(actor_of(request))), characteristics=True).filter(pk=pk).first()
    if order is None:
        raise NotFound(noun="order", id=str(pk))
    context = {
        "order": order,
        "sheets": [
            _sheet(order, item) for item in order.items.all() if item.offering.code == "centrex-group"
        ],
        "lines": _lines(order),
        "printed_at": now(),
        "title": _("Work order %(number)s") % {"number": order.number},
    }
    return render(request, "orders/sheet.html", context)


def _sheet(order: ProductOrder, item: ProductOrderItem) -> list[tuple[str, str]]:
    exchange = find_exchange(SYSTEM, str(item.characteristics["exchange"]))
    area = exchange.area_code if exchange else ""
    sheet = work_order(group_value(item.characteristics, area, order.customer_id), order.customer.name)
    return [(str(LABELS[name]), value) for name, value in sheet.rows()]


def _lines(order: ProductOrder) -> list[dict[str, Any]]:
    """Each line to be built, with what the exchange must know of it."""
    found = []
    for item in order.items.all():
        if "public_number" in item.characteristics:
            labels = {c.code: c for c in item.offering.specification.characteristics.all()}
            values = {
                code: dict(labels[code].labelled_choices).get(str(value), value)
                for code, value in item.characteristics.items()
                if code in labels
            }
            found.append(values)
    return found
