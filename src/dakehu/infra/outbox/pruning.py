"""Delivered events are kept for a while, for whoever asks what happened, and then removed."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from dakehu.infra.clock import now
from dakehu.infra.outbox.models import Delivery, OutboxEvent
from dakehu.infra.parameters.api import Parameter, value_of

KEPT = Parameter(
    "outbox.kept_days", _("News between parts"), _("Delivered news is kept"), 30, _("days"), 1, 366
)
_BATCH = 1000


def prune() -> bool:
    """Remove one batch of old events that everyone has received; True when there may be more."""
    underway = Delivery.objects.filter(event=OuterRef("pk")).exclude(state=Delivery.State.DONE)
    old = OutboxEvent.objects.filter(
        ~Exists(underway), at__lt=now() - timedelta(days=value_of(KEPT))
    ).order_by("pk")
    with transaction.atomic():
        keys = list(old.values_list("pk", flat=True)[:_BATCH])
        Delivery.objects.filter(event__in=keys).delete()
        OutboxEvent.objects.filter(pk__in=keys).delete()
    return len(keys) == _BATCH
