"""Orders hang on customers: when two files are merged they go to the survivor and its unit (KAM-03)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.customers.api import Hanging, register_hanging
from dakehu.orders.models import ProductOrder


def register() -> None:
    register_hanging(Hanging("orders", _("Orders"), ProductOrder, is_placed=True))
