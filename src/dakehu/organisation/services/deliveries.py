"""Parked deliveries of the outbox, sent again by an administrator."""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.outbox.bus import send_again
from dakehu.infra.outbox.models import Delivery
from dakehu.kernel.errors import NotFound
from dakehu.organisation.permissions import Permission


def delivery_send_again(*, actor: Actor, delivery_id: int) -> None:
    """Make a parked delivery due at once; it gets its full number of attempts anew."""
    require(actor, Permission.OUTBOX_SEND)
    with transaction.atomic():
        parked = Delivery.objects.select_for_update().filter(pk=delivery_id, state=Delivery.State.PARKED)
        delivery = parked.first()
        if delivery is None:
            raise NotFound(noun="delivery", id=str(delivery_id))
        send_again(delivery.pk)
        label = f"{delivery.event.topic} → {delivery.consumer}"
        change = Change("delivery", delivery.pk, label, {"state": "parked"}, {"state": "due"})
        record(actor, "delivery.send_again", change)
