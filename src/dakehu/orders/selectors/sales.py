"""What orders say of looking after an account: a sale is a contact (KAM-12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Max

from dakehu.kernel.clock import day_of
from dakehu.orders.domain.states import OrderState
from dakehu.orders.models import ProductOrder


def last_order_days(customer_ids: Collection[int]) -> dict[int, date]:
    """The day of the last order of each of the customers that has one; refused ones sold nothing."""
    orders = ProductOrder.objects.filter(customer__in=customer_ids).exclude(state=OrderState.REJECTED)
    last = orders.values("customer_id").annotate(last=Max("order_date"))
    return {each["customer_id"]: day_of(each["last"]) for each in last}
