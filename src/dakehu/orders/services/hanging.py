"""Orders hang on customers: when two files are merged they go to the survivor and its unit (KAM-03)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from dakehu.customers.api import Customer, Hanging, Moved, register_hanging
from dakehu.orders.domain.errors import OrderUnderWay
from dakehu.orders.domain.states import OPEN_ORDERS
from dakehu.orders.models import ProductOrder


class _Orders(Hanging):
    """Orders that are over move. One under way builds on the file it was taken for: that one is kept."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        open_ones = ProductOrder.objects.filter(customer=gone.pk, state__in=[str(s) for s in OPEN_ORDERS])
        first = open_ones.order_by("pk").first()
        if first is not None:
            raise OrderUnderWay(number=first.number, name=gone.name)
        yield from super().move(gone, kept)


def register() -> None:
    register_hanging(_Orders("orders", _("Orders"), ProductOrder, is_placed=True))
