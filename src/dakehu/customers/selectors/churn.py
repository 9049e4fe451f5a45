"""Reading churn: what this app's own signals measure, and the warnings that the actor sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from dakehu.customers.domain.churn import LIVE, falling_spend, gone_products
from dakehu.customers.models import Agreement, ChurnThreshold, ChurnWarning, Customer
from dakehu.customers.parameters import CONTRACT_ENDS, EARLIER, SLOPE
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.revenue import billed_month, category_totals, monthly_totals
from dakehu.customers.signals import Measures, Signal, known_signals
from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.infra.parameters.api import value_of
from dakehu.kernel.clock import month_add, months_between


@dataclass(frozen=True, slots=True)
class SignalInForce:
    """A signal with the threshold it warns from. `version` is that of the stored threshold, 0 without one."""

    signal: Signal
    threshold: int
    is_active: bool
    version: int


def measure_spend(customer_ids: Sequence[int], _day: date) -> Measures:
    """By how many per cent the trend of the last billed months falls; all of them must be on file."""
    last = billed_month()
    if last is None:
        return {}
    months = months_between(month_add(last, 1 - value_of(SLOPE)), last)
    found = {}
    for customer_id, totals in monthly_totals(customer_ids, months).items():
        if months[0] in totals:
            amounts = [totals.get(month, 0) for month in months]
            facts = {
                "first": months[0],
                "last": last,
                "months": len(months),
                "from_fen": amounts[0],
                "to_fen": amounts[-1],
            }
            found[customer_id] = (falling_spend(amounts), facts)
    return found


def measure_gone(customer_ids: Sequence[int], _day: date) -> Measures:
    """How many product categories were billed in the months before the last, and not in the last."""
    last = billed_month()
    if last is None:
        return {}
    count = value_of(EARLIER)
    before = months_between(month_add(last, -count), month_add(last, -1))
    earlier, latest = category_totals(customer_ids, before), category_totals(customer_ids, [last])
    found = {}
    for customer_id, totals in earlier.items():
        gone = gone_products(totals, latest.get(customer_id, {}))
        if gone:
            facts = {"categories": sorted(gone), "fen": sum(gone.values()) // count, "last": last}
            found[customer_id] = (len(gone), facts)
    return found


def measure_ending(customer_ids: Sequence[int], day: date) -> Measures:
    """How many of our contracts end within the days of `CONTRACT_ENDS`, and which."""
    rows = Agreement.objects.filter(
        customer__in=customer_ids, ends_on__range=(day, day + timedelta(days=value_of(CONTRACT_ENDS)))
    )
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for customer_id, ends_on, number in rows.values_list("customer_id", "ends_on", "number"):
        if ends_on is not None:
            found[customer_id].append((ends_on, number))
    return {
        customer_id: (
            len(ending),
            {"first": min(ending)[0].isoformat(), "numbers": [number for _day, number in sorted(ending)[:3]]},
        )
        for customer_id, ending in found.items()
    }


def signals_in_force() -> list[SignalInForce]:
    """Every known signal with its threshold, as the administrators set it or by default."""
    rows = {row.signal: row for row in ChurnThreshold.objects.all()}
    found = []
    for signal in known_signals():
        row = rows.get(signal.name)
        if row is None:
            found.append(SignalInForce(signal, signal.threshold, is_active=True, version=0))
        else:
            found.append(SignalInForce(signal, row.value, row.is_active, row.version))
    return found


def warnings_for(actor: Actor) -> QuerySet[ChurnWarning]:
    """The warnings of the accounts that the actor sees."""
    return visible(ChurnWarning.objects.select_related("customer", "owner"), actor, Permission.VIEW)


def warning_get(actor: Actor, pk: object) -> ChurnWarning:
    """One warning with its account and owner, or `NotFound`."""
    rows = ChurnWarning.objects.select_related("customer__org_unit", "owner")
    return access_one(rows, actor, pk, Permission.VIEW)


def warnings_of(actor: Actor, customer: Customer) -> QuerySet[ChurnWarning]:
    """The account's warnings, the latest first."""
    return warnings_for(actor).filter(customer=customer).order_by("-raised_at", "-pk")


def live(rows: QuerySet[ChurnWarning]) -> QuerySet[ChurnWarning]:
    return rows.filter(state__in=[str(state) for state in LIVE])
