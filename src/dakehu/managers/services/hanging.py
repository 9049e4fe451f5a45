"""Visits, hand-overs and closed figures hang on customers: merging moves them to the survivor (KAM-03)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from dakehu.customers.api import Customer, Hanging, Moved, register_hanging, things_moved
from dakehu.managers.domain.errors import AlreadyHandedOver
from dakehu.managers.models import FigureRecord, HandOverItem, Visit


class _HandOvers(Hanging):
    """Decided hand-overs move. While one is open, both parties have signed for the file as it is."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        items = HandOverItem.objects.filter(customer__in=[gone.pk, kept.pk], is_open=True)
        names = list(items.order_by("customer_id").values_list("customer__name", flat=True))
        if names:
            raise AlreadyHandedOver(names=names)
        yield from super().move(gone, kept)


def register() -> None:
    register_hanging(
        Hanging("visits", _("Visits"), Visit, tell=things_moved("visit")),
        Hanging("closed_figures", _("Records of closed figures"), FigureRecord),
        _HandOvers("hand_overs", _("Hand-overs"), HandOverItem),
    )
