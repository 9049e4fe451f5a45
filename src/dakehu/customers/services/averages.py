"""The yearly average monthly revenue on the customer's row: kept in step here and nowhere else (KAM-03)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Case, F, Sum, Value, When

from dakehu.customers.domain.revenue import YEAR, yearly_average
from dakehu.customers.models import Customer, MonthlyRevenue
from dakehu.customers.selectors.revenue import billed_month
from dakehu.kernel.clock import month_add

_BATCH = 500


def keep_averages(customer_ids: Sequence[int]) -> int:
    """Set the accounts' averages from their months on file; how many changed. Idempotent.

    The average is a twelfth of the twelve months up to the last billed one (`billed_month`), so that the
    turn of a month lowers nobody's before its bills are in. An account without any month on file keeps the
    figure that was typed. Versions stay: nobody's edit is overtaken by it.
    """
    last = billed_month()
    if last is None:
        return 0
    first = month_add(last, 1 - YEAR)
    in_year = Case(When(month__gte=first, month__lte=last, then=F("amount_fen")), default=Value(0))
    changed = 0
    for at in range(0, len(customer_ids), _BATCH):
        some = customer_ids[at : at + _BATCH]
        rows = MonthlyRevenue.objects.filter(customer__in=some)
        sums = rows.values_list("customer_id").annotate(fen=Sum(in_year)).order_by()
        averages = {customer_id: yearly_average(fen) for customer_id, fen in sums}
        with transaction.atomic():
            held = Customer.objects.select_for_update().filter(pk__in=averages).order_by("pk")
            moved = [row for row in held if row.monthly_revenue_fen != averages[row.pk]]
            for row in moved:
                row.monthly_revenue_fen = averages[row.pk]
            Customer.objects.bulk_update(moved, ["monthly_revenue_fen"], batch_size=_BATCH)
        changed += len(moved)
    return changed
