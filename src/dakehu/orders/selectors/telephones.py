"""The lines that an order made, with their telephones' accounts."""

from __future__ import annotations

from dakehu.infra.access.api import SYSTEM
from dakehu.numbering.api import Line, lines_for
from dakehu.orders.models import ProductOrder


def lines_of(order: ProductOrder) -> list[Line]:
    """The order's lines by number; whoever may see the order may see which they are."""
    made = [item.made["line"] for item in order.items.all() if "line" in item.made]
    rows = lines_for(SYSTEM, customer_id=order.customer_id).filter(pk__in=made)
    return list(rows.select_related("sip_account", "centrex_member").order_by("public_number"))
