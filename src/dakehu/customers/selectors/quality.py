"""Scores as people look at them: an account, units, managers, faults, months, within one's view (KAM-13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet, Sum
from django.db.models.functions import Substr

from dakehu.customers.models import (
    AccountQuality,
    Customer,
    QualityFault,
    QualityMonth,
    QualityReminder,
    QualityTally,
)
from dakehu.customers.permissions import Permission
from dakehu.infra.access.api import SEGMENT, Actor, Scope, ScopeRule, visible
from dakehu.kernel.clock import Month
from dakehu.kernel.errors import NotFound
from dakehu.kernel.money import divide_half_up
from dakehu.organisation.api import OrgUnit, User

_Rows = TypeVar("_Rows", QualityTally, QualityMonth)


@dataclass(frozen=True, slots=True)
class Sums:
    """`points` is the sum of the scores, `poor` counts the accounts below the bound."""

    accounts: int = 0
    points: int = 0
    poor: int = 0

    @property
    def mean_tenths(self) -> int | None:
        """The mean score in tenths of a point; None of no account."""
        return divide_half_up(self.points * 10, self.accounts) if self.accounts else None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit or a manager with its sums; `place` is 1 for the best, the same for equals."""

    key: str
    name: str
    note: str
    sums: Sums
    place: int = 0


def unit_in_view(actor: Actor, path: str) -> str:
    """The path if it names a unit that the actor sees; theirs where none is named. Raises `NotFound`."""
    if not path:
        return actor.scope.path
    if not actor.scope.contains(path) or not OrgUnit.objects.filter(path=path).exists():
        raise NotFound(noun="orgunit", id=path)
    return path


def units_above(actor: Actor, path: str) -> list[tuple[str, str]]:
    """Path and name of the units from the actor's own down to this one."""
    paths = [path[:end] for end in range(len(actor.scope.path), len(path) + 1, SEGMENT)]
    names = dict(OrgUnit.objects.filter(path__in=paths).values_list("path", "name"))
    return [(each, names.get(each, "")) for each in paths]


def total_of(actor: Actor, path: str, owner_id: int | None = None) -> Sums:
    rows = _of_accounts(actor, path)
    rows = rows.filter(owner=owner_id) if owner_id is not None else rows
    found = rows.aggregate(accounts=Sum("accounts"), points=Sum("points"), poor=Sum("poor"))
    return Sums(found["accounts"] or 0, found["points"] or 0, found["poor"] or 0)


def ranked_units(actor: Actor, path: str) -> list[Ranked]:
    """The units right below the path, the best first; the unit itself where accounts hang on it."""
    rows = _of_accounts(actor, path).annotate(below=Substr("org_path", 1, len(path) + SEGMENT))
    sums = _grouped(rows, "below")
    names = dict(OrgUnit.objects.filter(path__in=sums).values_list("path", "name"))
    return _ranked([Ranked(str(key), names.get(str(key), ""), "", value) for key, value in sums.items()])


def ranked_managers(actor: Actor, path: str) -> list[Ranked]:
    """The owners of accounts below the path, the best first; what has none comes as one without key."""
    sums = _grouped(_of_accounts(actor, path), "owner_id")
    people = User.objects.filter(pk__in=[key for key in sums if key]).values_list(
        "pk", "name", "org_unit__name"
    )
    known = {pk: (name, unit) for pk, name, unit in people}
    return _ranked(
        [
            Ranked(str(key or ""), *known.get(int(str(key or 0)), ("", "")), value)
            for key, value in sums.items()
        ]
    )


def fault_counts(actor: Actor, path: str, owner_id: int | None = None) -> list[tuple[str, int]]:
    """How many accounts have a fault in each subject, the commonest first."""
    rows = _below(QualityTally.objects.exclude(subject=""), actor, path)
    rows = rows.filter(owner=owner_id) if owner_id is not None else rows
    found = rows.values_list("subject").annotate(count=Sum("accounts")).order_by()
    return sorted(((s, count) for s, count in found if count > 0), key=lambda each: (-each[1], each[0]))


def trend(actor: Actor, path: str, months: Sequence[Month]) -> Mapping[str, Sums]:
    """What each month came to, as far as it was kept; the last one as it is now."""
    rows = _below(QualityMonth.objects.filter(month__in=months[:-1]), actor, path)
    found = {str(key): value for key, value in _grouped(rows, "month").items()}
    return {**found, months[-1]: total_of(actor, path)}


def quality_of(actor: Actor, customer: Customer) -> AccountQuality | None:
    """The score of an account that the actor sees, or None before it was judged."""
    return visible(AccountQuality.objects.all(), actor, Permission.VIEW).filter(pk=customer.pk).first()


def faults_of(actor: Actor, customer: Customer) -> list[QualityFault]:
    """What is wrong with the file, what gains most first."""
    rows = visible(QualityFault.objects.filter(customer=customer), actor, Permission.VIEW)
    return list(rows.order_by("rank", "pk"))


def reminders_open(actor: Actor, owner_id: int) -> QuerySet[QualityReminder]:
    """The person's open tasks, the oldest first."""
    rows = visible(QualityReminder.objects.select_related("customer"), actor, Permission.VIEW)
    return rows.filter(owner=owner_id, state=QualityReminder.State.OPEN).order_by("raised_at", "pk")


def _of_accounts(actor: Actor, path: str) -> QuerySet[QualityTally]:
    return _below(QualityTally.objects.filter(subject=""), actor, path)


def _below(rows: QuerySet[_Rows], actor: Actor, path: str) -> QuerySet[_Rows]:
    return visible(rows, actor, Permission.VIEW).filter(Scope(path).condition(ScopeRule()))


def _grouped(rows: QuerySet[_Rows], key: str) -> dict[object, Sums]:
    found = rows.values_list(key).annotate(a=Sum("accounts"), p=Sum("points"), poor=Sum("poor")).order_by()
    return {key: Sums(accounts, points, poor) for key, accounts, points, poor in found if accounts > 0}


def _ranked(rows: Sequence[Ranked]) -> list[Ranked]:
    ordered = sorted(rows, key=lambda row: (-(row.sums.mean_tenths or 0), -row.sums.accounts, row.name))
    placed, place = list[Ranked](), 0
    for number, row in enumerate(ordered, start=1):
        same = bool(placed) and placed[-1].sums.mean_tenths == row.sums.mean_tenths
        place = place if same else number
        placed.append(Ranked(row.key, row.name, row.note, row.sums, place))
    return placed
