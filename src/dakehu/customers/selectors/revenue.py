"""Reading billed revenue: a customer's months, and the months that averages are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet, Sum

from dakehu.customers.domain.revenue import RevenueFigures, revenue_figures
from dakehu.customers.models import Customer, MonthlyRevenue
from dakehu.customers.permissions import Permission
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.clock import now
from dakehu.kernel.clock import Month, month_add, month_of, months_between

_SHOWN = 24


@dataclass(frozen=True, slots=True)
class RevenueView:
    """A customer's last months: fen by category and month, the biggest category first; and the figures."""

    months: Sequence[Month]
    by_category: Mapping[str, Mapping[str, int]]
    figures: RevenueFigures


def revenue_of(actor: Actor, customer: Customer) -> QuerySet[MonthlyRevenue]:
    """The customer's rows that the actor sees, oldest first."""
    rows = visible(MonthlyRevenue.objects.filter(customer=customer), actor, Permission.VIEW)
    return rows.order_by("month", "category", "product")


def revenue_view(actor: Actor, customer: Customer) -> RevenueView | None:
    """What the tab shows; None while nothing has been billed. One query."""
    this_month = month_of(now())
    since = month_add(this_month, -_SHOWN - 1)
    rows = revenue_of(actor, customer).filter(month__gte=since, month__lte=this_month)
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    totals: dict[str, int] = defaultdict(int)
    for month, category, fen in rows.values_list("month", "category", "amount_fen"):
        sums[category][month] += fen
        totals[month] += fen
    if not totals:
        return None
    last = Month(max(totals))
    first = max(min(totals), month_add(last, 1 - _SHOWN))
    order = sorted(sums, key=lambda category: (-sum(sums[category].values()), category))
    return RevenueView(
        months=months_between(Month(first), last),
        by_category={category: dict(sums[category]) for category in order},
        figures=revenue_figures(totals, last),
    )


def billed_month() -> Month | None:
    """The latest month, this one at most, of which any revenue is on file: where a year's average ends."""
    rows = MonthlyRevenue.objects.filter(month__lte=month_of(now()))
    last = rows.aggregate(last=Max("month"))["last"]
    return Month(last) if last else None


def monthly_totals(customer_ids: Sequence[int], months: Sequence[Month]) -> dict[int, dict[str, int]]:
    """Fen by customer and month, all products together; customers without any are left out."""
    rows = MonthlyRevenue.objects.filter(customer__in=customer_ids, month__in=months)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    grouped = rows.values_list("customer_id", "month").annotate(fen=Sum("amount_fen")).order_by()
    for customer_id, month, fen in grouped:
        found[customer_id][month] = fen
    return found


def category_totals(customer_ids: Sequence[int], months: Sequence[Month]) -> dict[int, dict[str, int]]:
    """Fen by customer and product category over the months together."""
    rows = MonthlyRevenue.objects.filter(customer__in=customer_ids, month__in=months)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    grouped = rows.values_list("customer_id", "category").annotate(fen=Sum("amount_fen")).order_by()
    for customer_id, category, fen in grouped:
        found[customer_id][category] = fen
    return found
