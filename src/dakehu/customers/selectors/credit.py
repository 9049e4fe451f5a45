"""What a person's assessment is made of: accounts that were theirs, what those brought, which were lost.

These functions gate nothing: they are for the rules of upper apps, which gate the assessment itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from dakehu.customers.domain.churn import WarningState
from dakehu.customers.models import ChurnWarning, MonthlyRevenue, OwnershipPeriod, RosterShare
from dakehu.kernel.clock import Month, day_of, month_bounds, month_first, month_last


def accounts_credited(user_id: int, month: Month) -> set[int]:
    """The accounts that the person owned, or had a share of, on any day of the month. Two queries."""
    within = Q(until=None) | Q(until__gt=month_first(month))
    owned = OwnershipPeriod.objects.filter(within, owner=user_id, since__lte=month_last(month))
    shared = RosterShare.objects.filter(
        Q(entry__until=None) | Q(entry__until__gt=month_first(month)),
        user=user_id,
        entry__since__lte=month_last(month),
    )
    return {
        *owned.values_list("customer_id", flat=True),
        *shared.values_list("entry__customer_id", flat=True),
    }


def product_totals(customer_ids: Collection[int], month: Month) -> list[tuple[int, str, str, int]]:
    """(customer, category, product, fen) of the month, in the order of the customers' ids."""
    rows = MonthlyRevenue.objects.filter(customer__in=customer_ids, month=month)
    return list(
        rows.order_by("customer_id", "category", "product").values_list(
            "customer_id", "category", "product", "amount_fen"
        )
    )


def accounts_lost(customer_ids: Collection[int], month: Month) -> dict[int, date]:
    """The accounts confirmed as lost in the month, by a churn warning closed so, with the last such day."""
    first, after = month_bounds(month)
    rows = ChurnWarning.objects.filter(
        customer__in=customer_ids, state=WarningState.LOST, closed_at__gte=first, closed_at__lt=after
    )
    found = rows.order_by("closed_at").values_list("customer_id", "closed_at")
    return {customer_id: day_of(at) for customer_id, at in found if at is not None}
