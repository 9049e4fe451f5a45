"""What the worker does for orders by itself: keep the numbers of those that take long."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.clock import now
from dakehu.kernel.errors import DomainError
from dakehu.numbering.api import NumberState, numbers_for
from dakehu.orders.domain.states import OPEN_ORDERS
from dakehu.orders.models import ProductOrder
from dakehu.orders.services.fulfilment import renew_reservations

RENEW_BEFORE = timedelta(days=7)
_BATCH = 100
_log = structlog.get_logger(__name__)


def renew_lapsing() -> bool:
    """Renew the reservations of open orders that lapse within a week; a worker loop, never in a hurry."""
    lapsing = numbers_for(SYSTEM).filter(
        state=NumberState.RESERVED, holder__startswith="order:", reserved_until__lt=now() + RENEW_BEFORE
    )
    holders = set(lapsing.order_by("reserved_until").values_list("holder", flat=True)[:_BATCH])
    ids = [int(holder.removeprefix("order:")) for holder in holders]
    for pk in ProductOrder.objects.filter(pk__in=ids, state__in=OPEN_ORDERS).values_list("pk", flat=True):
        _renew(pk)
    return False


def _renew(pk: int) -> None:
    try:
        with transaction.atomic():
            order = ProductOrder.objects.select_for_update().get(pk=pk)
            if order.stage in OPEN_ORDERS:
                renew_reservations(SYSTEM, order)
    except DomainError as fault:  # one order's number went elsewhere: the others are renewed all the same
        _log.warning("reservation not renewed", order=pk, fault=str(fault))
