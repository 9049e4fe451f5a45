"""Tasks for the owners of accounts whose files are poor, and their end (KAM-13)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from dakehu.customers.models import AccountQuality, QualityReminder
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish

_OPEN = QualityReminder.State.OPEN


def remind(customer_ids: Sequence[int]) -> int:
    """Make the tasks of these accounts as they ought to be; how many were raised. Idempotent.

    An account below the bound with an owner has one open task, which is the present owner's; a task of an
    account without owner is dropped, one of an account that is mended is closed.
    """
    with transaction.atomic():
        rows = AccountQuality.objects.select_for_update(of=("self",)).filter(pk__in=customer_ids)
        held = {row.pk: row for row in rows.order_by("pk")}
        open_ones = QualityReminder.objects.filter(customer__in=held, state=_OPEN)
        reminded, at = set(open_ones.values_list("customer_id", flat=True)), now()
        mended = [pk for pk in reminded if not held[pk].is_poor]
        dropped = [pk for pk in reminded if held[pk].is_poor and held[pk].owner_id is None]
        open_ones.filter(customer__in=mended).update(state=QualityReminder.State.MENDED, closed_at=at)
        open_ones.filter(customer__in=dropped).update(state=QualityReminder.State.DROPPED, closed_at=at)
        strangers = open_ones.exclude(owner=F("customer__owner")).filter(customer__owner__isnull=False)
        for pk in list(strangers.values_list("customer_id", flat=True)):
            open_ones.filter(customer=pk).update(owner=held[pk].owner_id)
        raised = [
            QualityReminder(customer_id=pk, owner_id=row.owner_id, score=row.score, raised_at=at)
            for pk, row in held.items()
            if row.is_poor and row.owner_id is not None and pk not in reminded
        ]
        QualityReminder.objects.bulk_create(raised, batch_size=500)
        if raised:
            ids = [row.customer_id for row in raised]
            publish("customers.quality_reminded", key=ids[0], payload={"customers": ids})
    return len(raised)
