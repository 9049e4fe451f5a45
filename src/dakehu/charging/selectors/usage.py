"""Reading usage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from dakehu.charging.models import Usage
from dakehu.charging.permissions import UsagePermission
from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.kernel.clock import month_bounds, month_of


@dataclass(frozen=True, slots=True)
class UsageSummary:
    """What one customer's lines called in a month."""

    calls: int
    answered: int
    talk_ms: int
    charge_fen: int


def usage_get(actor: Actor, pk: int) -> Usage:
    """One call, or `NotFound`."""
    return access_one(Usage.objects.select_related("customer", "tariff"), actor, pk, UsagePermission.VIEW)


def usage_summary(actor: Actor, customer_id: int, moment: datetime) -> UsageSummary:
    """The customer's figures in the month of `moment`; one query, over the month alone."""
    first, after = month_bounds(month_of(moment))
    found = visible(Usage.objects.all(), actor, UsagePermission.VIEW).filter(
        customer_id=customer_id, began_at__gte=first, began_at__lt=after
    )
    sums = found.aggregate(
        calls=Count("pk"),
        answered=Count("pk", filter=Q(talk_ms__gt=0)),
        talk=Sum("talk_ms"),
        fen=Sum("charge_fen"),
    )
    return UsageSummary(sums["calls"], sums["answered"], sums["talk"] or 0, sums["fen"] or 0)
