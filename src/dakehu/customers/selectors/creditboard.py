"""Owners' accounts and revenue as of a day, below a unit, within one's view (KAM-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Substr

from dakehu.customers.domain.credit import Credit, Owned, Shared, credit_of
from dakehu.customers.models import MonthlyRevenue, OwnershipPeriod, RosterShare
from dakehu.customers.permissions import RosterPermission
from dakehu.customers.selectors.roster import on_day
from dakehu.infra.access.api import SEGMENT, Actor, Scope, visible
from dakehu.kernel.clock import Month
from dakehu.organisation.api import OrgUnit, User

_VIEW = RosterPermission.VIEW


@dataclass(frozen=True, slots=True)
class Person:
    credit: Credit
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Unit:
    """What lies right below a unit: accounts that had an owner, and their revenue in fen."""

    path: str
    name: str
    accounts: int
    revenue_fen: int


@dataclass(frozen=True, slots=True)
class Board:
    """`people` with credit, the most first, and `units` in their order."""

    people: Sequence[Person]
    units: Sequence[Unit]


def board_of(actor: Actor, path: str, day: date, month: Month) -> Board:
    """Who had what of the accounts below the path on the day, billed in the month; five statements."""
    below = Substr("customer__org_path", 1, len(path) + SEGMENT)
    counted = _periods(actor, path, day).annotate(below=below).values_list("below", "owner")
    bills = _revenue(actor, path, day, month).annotate(below=below)
    billed = bills.values_list("below", "customer__ownership__owner")
    accounts = {row[:2]: row[2] for row in counted.annotate(count=Count("pk")).order_by()}
    revenue = {row[:2]: row[2] for row in billed.annotate(fen=Sum("amount_fen")).order_by()}
    owned = _grouped(accounts, revenue, 1)
    return Board(
        _people([Owned(owner, *sums) for owner, sums in owned.items()], _shared(actor, path, day, month)),
        _units(_grouped(accounts, revenue, 0)),
    )


def _grouped(
    accounts: Mapping[tuple[Any, ...], int], revenue: Mapping[tuple[Any, ...], int], of: int
) -> dict[Any, tuple[int, int]]:
    """Accounts and fen by one part of their keys."""
    found: dict[Any, tuple[int, int]] = {}
    for key, count in accounts.items():
        known = found.get(key[of], (0, 0))
        found[key[of]] = known[0] + count, known[1] + revenue.get(key, 0)
    return found


def _people(owned: Sequence[Owned], shared: Sequence[Shared]) -> list[Person]:
    found = credit_of(owned, shared)
    people = User.objects.filter(pk__in=[each.user_id for each in found])
    known = {row[0]: row[1:] for row in people.values_list("pk", "name", "org_unit__name")}
    return [Person(each, *known.get(each.user_id, ("", ""))) for each in found]


def _units(found: Mapping[str, tuple[int, int]]) -> list[Unit]:
    names = dict(OrgUnit.objects.filter(path__in=found).values_list("path", "name"))
    return [Unit(path, names.get(path, ""), *found[path]) for path in sorted(found)]


def _periods(actor: Actor, path: str, day: date) -> QuerySet[OwnershipPeriod]:
    rows = visible(OwnershipPeriod.objects.all(), actor, _VIEW)
    return on_day(rows.filter(Scope(path).condition(OwnershipPeriod.SCOPE)), day)


def _revenue(actor: Actor, path: str, day: date, month: Month) -> QuerySet[MonthlyRevenue]:
    """The month's bills of accounts that somebody owned on the day."""
    rows = visible(MonthlyRevenue.objects.filter(month=month), actor, _VIEW)
    return rows.filter(
        Q(customer__ownership__until=None) | Q(customer__ownership__until__gt=day),
        Scope(path).condition(MonthlyRevenue.SCOPE),
        customer__ownership__since__lte=day,
    )


def _shared(actor: Actor, path: str, day: date, month: Month) -> Sequence[Shared]:
    """By owner and person: shares of entries that held on the day, of accounts that the owner then had."""
    mine = _periods(actor, path, day)
    bills = MonthlyRevenue.objects.filter(customer=OuterRef("entry__customer"), month=month)
    fen = bills.order_by().values("customer").annotate(fen=Sum("amount_fen")).values("fen")
    rows = (
        RosterShare.objects.filter(
            Q(entry__until=None) | Q(entry__until__gt=day),
            Exists(mine.filter(customer=OuterRef("entry__customer"), owner=OuterRef("entry__owner"))),
            entry__since__lte=day,
        )
        .exclude(user=F("entry__owner"))
        .annotate(fen=Coalesce(Subquery(fen, output_field=BigIntegerField()), 0))
        .values_list("entry__owner", "user")
        .annotate(accounts=Count("pk"), weighted=Sum(F("fen") * F("percent")))
        .order_by()
    )
    return [Shared(*row) for row in rows]
