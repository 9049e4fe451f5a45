"""Reading what else belongs to a customer's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from dakehu.customers.domain.birthdays import coming
from dakehu.customers.domain.holdings import HoldingKind
from dakehu.customers.models import Agreement, CompetitorLine, Contact, Customer, Document, Equipment, Holding
from dakehu.customers.permissions import Permission
from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.infra.files.api import StoredFile
from dakehu.kernel.errors import NotFound

MODELS: Mapping[HoldingKind, type[Holding]] = {
    HoldingKind.COMPETITOR_LINE: CompetitorLine,
    HoldingKind.EQUIPMENT: Equipment,
    HoldingKind.AGREEMENT: Agreement,
    HoldingKind.DOCUMENT: Document,
}
_SHOWN_WITH: Mapping[HoldingKind, Sequence[str]] = {
    HoldingKind.COMPETITOR_LINE: ("customer",),
    HoldingKind.EQUIPMENT: ("customer",),
    HoldingKind.AGREEMENT: ("customer", "file"),
    HoldingKind.DOCUMENT: ("customer", "file"),
}
_MOST = 200


def holding_kind(text: str) -> HoldingKind:
    """The kind that an address names, or `NotFound`."""
    if text not in set(HoldingKind):
        raise NotFound(noun="holding", id=text)
    return HoldingKind(text)


def holding_get(actor: Actor, kind: HoldingKind, holding_id: object) -> Holding:
    """One record with its customer, or `NotFound`."""
    return access_one(holding_rows(kind).select_related("customer"), actor, holding_id, Permission.VIEW)


def holdings_of(actor: Actor, customer: Customer, kind: HoldingKind) -> Sequence[Holding]:
    """The customer's records of a kind, the newest first, at most 200."""
    rows = visible(holding_rows(kind).filter(customer=customer), actor, Permission.VIEW).order_by("-pk")
    return list(rows.select_related(*_SHOWN_WITH[kind])[:_MOST])


def holding_rows(kind: HoldingKind) -> QuerySet[Holding]:
    """All records of a kind, for a gate to narrow."""
    rows: QuerySet[Holding] = MODELS[kind]._default_manager.all()
    return rows


def holding_file(actor: Actor, kind: HoldingKind, holding_id: object) -> StoredFile:
    """The file attached to a record that the actor sees, or `NotFound`."""
    row = holding_get(actor, kind, holding_id)
    if not isinstance(row, (Agreement, Document)) or row.file is None:
        raise NotFound(noun="file", id=str(holding_id))
    return row.file


def ending_lines(actor: Actor, today: date, days: int) -> QuerySet[CompetitorLine]:
    """Competitors' lines whose contract ends within so many days, the first to end first."""
    rows = CompetitorLine.objects.filter(ends_on__range=(today, today + timedelta(days=days)))
    return visible(rows.select_related("customer"), actor, Permission.VIEW).order_by("ends_on", "pk")


def ending_agreements(actor: Actor, today: date, days: int) -> QuerySet[Agreement]:
    """Contracts that end within so many days, the first to end first."""
    rows = Agreement.objects.filter(ends_on__range=(today, today + timedelta(days=days)))
    return visible(rows.select_related("customer"), actor, Permission.VIEW).order_by("ends_on", "pk")


def birthdays(actor: Actor, today: date, days: int) -> QuerySet[Contact]:
    """The contacts whose birthday comes within so many days, in no useful order."""
    rows = Contact.objects.filter(birthday_within(today, days)).select_related("customer")
    return visible(rows, actor, Permission.VIEW)


def birthday_within(today: date, days: int) -> Q:
    """The condition that a contact's birthday comes within so many days."""
    condition = Q(pk__in=[])
    for first, last in coming(today, days):
        condition |= Q(birthday_key__range=(first, last))
    return condition
