"""Billed revenue: saving months from the billing system, taking an import back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from dakehu.customers.domain.revenue import RevenueReplaced
from dakehu.customers.models import Customer, MonthlyRevenue
from dakehu.customers.permissions import Permission
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.grading import keep_grades
from dakehu.infra.access.api import Actor, require, visible
from dakehu.infra.audit.api import Change, record_many
from dakehu.infra.rows import create_many
from dakehu.kernel.clock import Month
from dakehu.kernel.errors import Conflict, DomainError, NotFound

_Key = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class RevenueEntry:
    """One figure: what a customer was billed in a month for a product of a category."""

    customer_id: int
    month: Month
    category: str
    amount_fen: int
    product: str = ""

    @property
    def key(self) -> _Key:
        return self.customer_id, self.month, self.category, self.product


def revenue_held(entries: Sequence[RevenueEntry]) -> dict[_Key, MonthlyRevenue]:
    """What is on file for the same customers, months and products. One query."""
    rows = MonthlyRevenue.objects.filter(
        customer__in={entry.customer_id for entry in entries}, month__in={entry.month for entry in entries}
    )
    return {(row.customer_id, row.month, row.category, row.product): row for row in rows}


def revenue_save(*, actor: Actor, entries: Sequence[RevenueEntry]) -> list[MonthlyRevenue]:
    """Keep the figures, each in the place of what was on file for it; averages and grades follow.

    In the order of the entries; saving the same once more changes nothing. Raises `NotFound` for a customer
    that the actor does not see.
    """
    require(actor, Permission.LOAD_REVENUE)
    with transaction.atomic():
        customers = _customers(actor, {entry.customer_id for entry in entries})
        held = revenue_held(entries)
        fresh: dict[_Key, MonthlyRevenue] = {}
        replaced: dict[_Key, MonthlyRevenue] = {}
        changes = []
        for entry in entries:
            row = held.get(entry.key) or fresh.get(entry.key)
            before = None if row is None else row.amount_fen
            if row is None:
                row = fresh[entry.key] = MonthlyRevenue(
                    customer_id=entry.customer_id, month=entry.month, category=entry.category,
                    product=entry.product, amount_fen=entry.amount_fen,
                )  # fmt: skip
            elif before != entry.amount_fen:
                row.amount_fen = entry.amount_fen
                if entry.key in held:
                    row.version += 1
                    replaced[entry.key] = row
            if before != entry.amount_fen:
                changes.append(_change(customers[entry.customer_id], row, before, entry.amount_fen))
        create_many(list(fresh.values()))
        MonthlyRevenue.objects.bulk_update(replaced.values(), ["amount_fen", "version"], batch_size=500)
        record_many(actor, "customer.revenue", changes)
        _follow(actor, customers)
    both = {**held, **fresh}
    return [both[entry.key] for entry in entries]


def revenue_take_back(*, actor: Actor, versions: Sequence[tuple[int, int]]) -> list[DomainError | None]:
    """Remove each (id, version) that is as it was made; per figure None, or why it stays.

    A figure that took an earlier one's place stays (`RevenueReplaced`): the audit alone has the earlier one.
    """
    require(actor, Permission.LOAD_REVENUE)
    with transaction.atomic():
        rows = visible(MonthlyRevenue.objects.select_related("customer"), actor, Permission.LOAD_REVENUE)
        held = {row.pk: row for row in rows.filter(pk__in=[pk for pk, _version in versions])}
        known = set(
            MonthlyRevenue.objects.filter(pk__in=[pk for pk, _v in versions]).values_list("pk", flat=True)
        )
        reasons = [_reason(pk, version, held, known) for pk, version in versions]
        gone = [
            held[pk] for (pk, _v), why in zip(versions, reasons, strict=True) if why is None and pk in held
        ]
        MonthlyRevenue.objects.filter(pk__in=[row.pk for row in gone]).delete()
        customers = {row.customer_id: row.customer for row in gone}
        record_many(
            actor,
            "customer.revenue",
            [_change(row.customer, row, row.amount_fen, None) for row in gone],
        )
        _follow(actor, customers)
    return reasons


def _reason(pk: int, version: int, held: dict[int, MonthlyRevenue], known: set[int]) -> DomainError | None:
    row = held.get(pk)
    if row is None:
        return NotFound(noun="revenue", id=str(pk)) if pk in known else None
    if version > 1:
        return RevenueReplaced(month=row.month)
    return Conflict(noun="revenue", version=version, current=row.version) if row.version != version else None


def _customers(actor: Actor, ids: set[int]) -> dict[int, Customer]:
    """Locked in the order of their ids, so that no merge moves figures from under the caller."""
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    found = {row.pk: row for row in visible(rows, actor, Permission.LOAD_REVENUE)}
    if missing := ids - found.keys():
        raise NotFound(noun="customer", id=str(min(missing)))
    return found


def _follow(actor: Actor, customers: dict[int, Customer]) -> None:
    ids = sorted(customers)
    keep_averages(ids)
    keep_grades(actor, ids)


def _change(customer: Customer, row: MonthlyRevenue, before: int | None, after: int | None) -> Change:
    name = f"revenue {row.month} {row.category} {row.product}".strip()
    return Change(
        "customer", customer.pk, customer.name,
        {} if before is None else {name: before}, {} if after is None else {name: after}, customer.org_path,
    )  # fmt: skip
