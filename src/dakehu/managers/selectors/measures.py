"""What the system itself knows of a manager's month: each computed indicator with the records it is made of.

An account counts for whoever had its credit on the month's last day (on the day it was lost, for churn), by
their share of it: `ownership-by-day` says who that was, also long after it has changed hands. The month in
progress is measured as of today. Ten queries at most, for any number of accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Q

from dakehu.customers.api import (
    accounts_credited,
    accounts_lost,
    credits_on,
    monthly_totals,
    product_totals,
)
from dakehu.infra.clock import now
from dakehu.kernel.clock import (
    Month,
    day_of,
    month_add,
    month_bounds,
    month_first,
    month_last,
    months_between,
)
from dakehu.kernel.money import divide_half_up
from dakehu.managers.domain.indicators import Code
from dakehu.managers.domain.scoring import ratio
from dakehu.managers.domain.states import PromiseState
from dakehu.managers.models import NewProduct, Promise, Visit
from dakehu.managers.selectors.due import MADE

_WHOLE = 100
_CHURN_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A record behind a figure: `amount` counts, by `percent` of the account's credit, against `base`."""

    customer_id: int
    amount: int
    base: int = 0
    percent: int = _WHOLE
    visit: int | None = None
    text: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with what it is made of. `value` is None where there is no base to measure against."""

    value: int | None
    part: int | None = None
    whole: int | None = None
    pieces: Sequence[Piece] = field(default=())


class _Month:
    """A manager's month, each part of it read once and when first asked for."""

    def __init__(self, manager_id: int, month: Month) -> None:
        self.manager_id, self.month = manager_id, month
        self.day = min(month_last(month), max(day_of(now()), month_first(month)))

    @cached_property
    def accounts(self) -> set[int]:
        """Every account that was the manager's on any day of the month."""
        return accounts_credited(self.manager_id, self.month)

    @cached_property
    def credit(self) -> dict[int, int]:
        """The manager's per cent of each account on the month's last day."""
        return self._credit_on(self.accounts, self.day)

    @cached_property
    def products(self) -> list[tuple[int, str, str, int]]:
        return product_totals(self.accounts, self.month)

    @cached_property
    def revenue(self) -> Mapping[int, int]:
        found: dict[int, int] = {}
        for customer_id, _category, _product, fen in self.products:
            found[customer_id] = found.get(customer_id, 0) + fen
        return found

    @cached_property
    def last_year(self) -> Mapping[int, int]:
        month = month_add(self.month, -12)
        return {pk: found[month] for pk, found in monthly_totals(list(self.accounts), [month]).items()}

    @cached_property
    def before(self) -> Mapping[int, int]:
        """Each account's average of the three months before."""
        months = months_between(month_add(self.month, -_CHURN_MONTHS), month_add(self.month, -1))
        totals = monthly_totals(list(self.accounts), months)
        return {pk: divide_half_up(sum(found.values()), _CHURN_MONTHS) for pk, found in totals.items()}

    @cached_property
    def lost(self) -> dict[int, tuple[date, int]]:
        """Accounts lost in the month with the day and the manager's per cent on that day."""
        found = accounts_lost(self.accounts, self.month)
        lost: dict[int, tuple[date, int]] = {}
        for day in sorted(set(found.values())):
            credit = self._credit_on([pk for pk, lost_on in found.items() if lost_on == day], day)
            lost.update({pk: (day, percent) for pk, percent in credit.items()})
        return lost

    def _credit_on(self, accounts: Collection[int], day: date) -> dict[int, int]:
        found = credits_on(accounts, day)
        return {pk: each[self.manager_id] for pk, each in found.items() if self.manager_id in each}


def measure(manager_id: int, month: Month, codes: Collection[Code]) -> dict[Code, Measured]:
    """The computed ones of these indicators; entered ones are left out."""
    facts = _Month(manager_id, month)
    return {code: _MEASURES[code](facts) for code in codes if code in _MEASURES}


def _share(amount: int, percent: int) -> int:
    return divide_half_up(amount * percent, _WHOLE)


def _revenue(facts: _Month) -> Measured:
    pieces = [
        Piece(pk, _share(facts.revenue[pk], percent), percent=percent)
        for pk, percent in facts.credit.items()
        if facts.revenue.get(pk)
    ]
    return Measured(sum(piece.amount for piece in pieces), pieces=pieces)


def _growth(facts: _Month) -> Measured:
    pieces = [
        Piece(
            pk,
            _share(facts.revenue.get(pk, 0), percent),
            _share(facts.last_year.get(pk, 0), percent),
            percent,
        )
        for pk, percent in facts.credit.items()
        if facts.revenue.get(pk) or facts.last_year.get(pk)
    ]
    part, whole = sum(piece.amount for piece in pieces), sum(piece.base for piece in pieces)
    return Measured(ratio(part - whole, whole), part, whole, pieces)


def _arpu(facts: _Month) -> Measured:
    billed = {pk: percent for pk, percent in facts.credit.items() if facts.revenue.get(pk, 0) > 0}
    pieces = [
        Piece(pk, _share(facts.revenue[pk], percent), percent=percent) for pk, percent in billed.items()
    ]
    part, accounts = sum(piece.amount for piece in pieces), sum(billed.values())
    value = divide_half_up(part * _WHOLE, accounts) if accounts else None
    return Measured(value, part, len(billed), pieces)


def _churn(facts: _Month) -> Measured:
    pieces = []
    for pk in sorted(facts.credit.keys() | facts.lost.keys()):
        fen = facts.before.get(pk, 0)
        if fen <= 0:
            continue
        day, percent = facts.lost.get(pk, (None, facts.credit.get(pk, 0)))
        base = _share(fen, percent)
        pieces.append(Piece(pk, base if day else 0, base, percent, day=day))
    part, whole = sum(piece.amount for piece in pieces), sum(piece.base for piece in pieces)
    return Measured(ratio(part, whole), part, whole, pieces)


def _new_products(facts: _Month) -> Measured:
    marked = NewProduct.objects.filter(Q(until="") | Q(until__gte=facts.month), since__lte=facts.month)
    new = {(row.category, row.product) for row in marked}
    pieces = [
        Piece(
            pk,
            _share(fen, facts.credit[pk]),
            percent=facts.credit[pk],
            text=f"{category}|{product}",
        )
        for pk, category, product, fen in facts.products
        if pk in facts.credit and fen and not new.isdisjoint({(category, ""), (category, product)})
    ]
    return Measured(sum(piece.amount for piece in pieces), pieces=pieces)


def _visits(facts: _Month) -> Measured:
    first, after = month_bounds(facts.month)
    rows = Visit.objects.filter(
        manager=facts.manager_id, state__in=MADE, starts_at__gte=first, starts_at__lt=after
    )
    pieces = [
        Piece(row.customer_id, 1, visit=row.pk, text=row.purpose, day=day_of(row.starts_at))
        for row in rows.order_by("starts_at", "pk")
    ]
    return Measured(len(pieces), pieces=pieces)


def _promises(facts: _Month) -> Measured:
    rows = Promise.objects.filter(
        keeper=facts.manager_id, due_on__gte=month_first(facts.month), due_on__lte=facts.day
    ).exclude(state=PromiseState.WAIVED)
    pieces = [
        Piece(row.visit.customer_id, int(_is_kept(row)), 1, visit=row.visit_id, text=row.text, day=row.due_on)
        for row in rows.select_related("visit").order_by("due_on", "pk")
    ]
    part = sum(piece.amount for piece in pieces)
    return Measured(ratio(part, len(pieces)), part, len(pieces), pieces)


def _is_kept(row: Promise) -> bool:
    closed_at = row.closed_at
    return row.state == PromiseState.KEPT and closed_at is not None and day_of(closed_at) <= row.due_on


_MEASURES: Mapping[Code, Callable[[_Month], Measured]] = {
    Code.REVENUE: _revenue,
    Code.GROWTH: _growth,
    Code.ARPU: _arpu,
    Code.CHURN: _churn,
    Code.NEW_PRODUCTS: _new_products,
    Code.VISITS: _visits,
    Code.PROMISES: _promises,
}
