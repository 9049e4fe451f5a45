"""Which accounts are due for a visit (KAM-02): fewer were paid in the present period than their grade asks.

One query: the visits made in the period of the account's own grade are counted beside the account.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case as DbCase
from django.db.models import (
    Count,
    DateTimeField,
    F,
    Field,
    IntegerField,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from dakehu.customers.api import Customer, CustomerStatus, Measures
from dakehu.kernel.clock import day_of, day_start
from dakehu.managers.domain.frequency import (
    DEFAULT_FREQUENCIES,
    Frequency,
    period_end,
    period_start,
)
from dakehu.managers.domain.states import VisitState
from dakehu.managers.models import Visit, VisitRule

MADE = (VisitState.LOGGED, VisitState.REVIEWED)


def frequencies() -> tuple[Frequency, ...]:
    """The rules in force, highest grade first."""
    rows = [Frequency(row.grade, row.visits, row.months) for row in VisitRule.objects.order_by("grade")]
    return tuple(rows) or DEFAULT_FREQUENCIES


def accounts_due(day: date) -> QuerySet[Customer]:
    """Owned accounts with `wanted` visits in the period and fewer `made`; the caller narrows by scope."""
    rules = [rule for rule in frequencies() if rule.visits]
    if not rules:
        return Customer.objects.none()
    wanted = _by_grade("grade", {rule.grade: rule.visits for rule in rules}, IntegerField())
    owned = Customer.objects.filter(owner__isnull=False, grade__in=[rule.grade for rule in rules])
    return (
        owned.exclude(status__in=(CustomerStatus.CLOSED, CustomerStatus.LOST))
        .annotate(wanted=wanted, made=_made(rules, day))
        .filter(made__lt=F("wanted"))
    )


def with_next_and_last(rows: QuerySet[Customer], moment: datetime) -> QuerySet[Customer]:
    """The same accounts with `last_visit` and `next_visit`, moments or None."""
    visits = Visit.objects.filter(customer=OuterRef("pk"))
    last = visits.filter(state__in=MADE).order_by("-starts_at").values("starts_at")[:1]
    ahead = visits.filter(state=VisitState.PLANNED, starts_at__gte=moment).order_by()
    first = ahead.values("customer").annotate(first=Min("starts_at")).values("first")
    return rows.annotate(last_visit=Subquery(last), next_visit=Subquery(first))


def _made(rules: Sequence[Frequency], day: date) -> Coalesce:
    """The visits made to one account in the period of its grade.

    One range of the index on customer and moment: its bounds follow from the grade, not one query from each.
    """
    grade = OuterRef("grade")
    starts = {rule.grade: day_start(period_start(day, rule.months)) for rule in rules}
    ends = {rule.grade: day_start(period_end(day, rule.months)) for rule in rules}
    made = Visit.objects.filter(
        customer=OuterRef("pk"),
        state__in=MADE,
        starts_at__gte=_by_grade(grade, starts, DateTimeField()),
        starts_at__lt=_by_grade(grade, ends, DateTimeField()),
    ).order_by()
    return Coalesce(Subquery(made.values("customer").annotate(number=Count("pk")).values("number")), 0)


def _by_grade(grade: OuterRef | str, values: Mapping[int, object], kind: Field[Any, Any]) -> DbCase:
    named = F(grade) if isinstance(grade, str) else grade
    cases = (When(Exact(named, rank), then=Value(value, kind)) for rank, value in values.items())
    return DbCase(*cases, output_field=kind)


def last_visit_days(customer_ids: Collection[int]) -> dict[int, date]:
    """The day of the last visit made to each of the customers that had one: a visit is a contact (KAM-12)."""
    made = Visit.objects.filter(customer__in=customer_ids, state__in=MADE)
    last = made.values("customer_id").annotate(last=Max("starts_at"))
    return {each["customer_id"]: day_of(each["last"]) for each in last}


def measure_unvisited(customer_ids: Sequence[int], day: date) -> Measures:
    """Days since the last visit or since the file was made, of owned accounts that are to be visited."""
    grades = [rule.grade for rule in frequencies() if rule.visits]
    rows = Customer.objects.filter(pk__in=customer_ids, owner__isnull=False, grade__in=grades)
    made = dict(rows.values_list("pk", "created_at"))
    last = last_visit_days(made)
    found: dict[int, tuple[int, Mapping[str, str]]] = {}
    for pk, created_at in made.items():
        since = last.get(pk, day_of(created_at))
        found[pk] = (max(0, (day - since).days), {"last": since.isoformat() if pk in last else ""})
    return found
