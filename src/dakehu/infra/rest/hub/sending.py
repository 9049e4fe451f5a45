"""Sending what is due: one delivery at a time, outside any transaction."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction

from dakehu.infra.clock import now
from dakehu.infra.outside import post_json
from dakehu.infra.rest.errors import CallbackInvalid
from dakehu.infra.rest.hub.callbacks import check_callback, listener_address
from dakehu.infra.rest.models import EventDelivery

LEASE_S = 60.0
FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 3600.0
KEPT_TRYING = timedelta(days=7)
DONE_KEPT = timedelta(days=7)
_log = structlog.get_logger(__name__)


def send_due() -> bool:
    """Send the delivery that has been due longest; True when there was one."""
    delivery = _lease()
    if delivery is None:
        return False
    fault = _post(delivery)
    if fault:
        _put_off(delivery, fault)
    else:
        EventDelivery.objects.filter(pk=delivery.pk).update(state=EventDelivery.State.DONE, error="")
    return True


def forget_done() -> bool:
    """Remove deliveries made more than a week ago; a worker loop."""
    EventDelivery.objects.filter(state=EventDelivery.State.DONE, created_at__lt=now() - DONE_KEPT).delete()
    return False


def _lease() -> EventDelivery | None:
    """Take one due delivery out of the others' sight for a while."""
    with transaction.atomic():
        due = EventDelivery.objects.filter(state=EventDelivery.State.DUE, due_at__lte=now())
        claimed = due.select_for_update(skip_locked=True, of=("self",)).select_related("listener")
        delivery = claimed.order_by("due_at", "pk").first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.due_at = now() + timedelta(seconds=LEASE_S)
            delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def _post(delivery: EventDelivery) -> str:
    """Send it; the fault in words, empty when the listener answered with a 2xx."""
    callback = delivery.listener.callback
    try:
        check_callback(callback)
    except CallbackInvalid:
        return "the address may not be called"
    return post_json(listener_address(callback, delivery.event_type), delivery.body).fault


def _put_off(delivery: EventDelivery, fault: str) -> None:
    delay = min(FIRST_RETRY_S * 2 ** min(delivery.attempts, 30), LONGEST_RETRY_S)
    delivery.due_at = now() + timedelta(seconds=delay)
    delivery.error = fault[:300]
    if delivery.created_at < now() - KEPT_TRYING:
        delivery.state = EventDelivery.State.PARKED
    delivery.save(update_fields=["due_at", "error", "state"])
    _log.warning("event not delivered", delivery=delivery.pk, fault=delivery.error)
