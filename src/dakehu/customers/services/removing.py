"""Taking back files that an import made, as long as nobody has worked with them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from dakehu.customers.domain.importing import FileInUse
from dakehu.customers.models import (
    AccountQuality,
    Customer,
    GradePeriod,
    OwnershipPeriod,
    QualityFault,
    QualityReminder,
)
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.permissions import Permission
from dakehu.customers.services.hanging import references_to_customers
from dakehu.customers.services.qualitykeeping import drop_quality
from dakehu.customers.services.saving import shown
from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record_many
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import Conflict, DomainError, NotFound

_OWN_HISTORY = (GradePeriod, OwnershipPeriod, AccountQuality, QualityFault, QualityReminder)


def customers_take_back(*, actor: Actor, versions: Sequence[tuple[int, int]]) -> list[DomainError | None]:
    """Remove each (id, version) that is as it was made and that nothing refers to.

    Per file None when it is gone, or why it stays: `Conflict` since someone changed it, `FileInUse` since
    other records hang on it, `NotFound` outside the actor's view. A fixed number of queries for any number.
    """
    require(actor, Permission.IMPORT)
    ids = [pk for pk, _version in versions]
    with transaction.atomic():
        rows = Customer.objects.select_for_update(of=("self",)).in_bulk(ids)
        used = _referred_to(ids)
        outcomes = [_reason(actor, rows.get(pk), version, used) for pk, version in versions]
        gone = [
            rows[pk]
            for (pk, _version), reason in zip(versions, outcomes, strict=True)
            if reason is None and pk in rows
        ]
        _remove(actor, gone)
    return outcomes


def _reason(actor: Actor, row: Customer | None, version: int, used: dict[int, str]) -> DomainError | None:
    if row is None:
        return None  # gone already: what was asked for is so
    if not actor.scope.contains(row.org_path):
        return NotFound(noun="customer", id=str(row.pk))
    if row.version != version:
        return Conflict(noun="customer", version=version, current=row.version)
    return FileInUse(name=row.name, noun=used[row.pk]) if row.pk in used else None


def _referred_to(ids: Sequence[int]) -> dict[int, str]:
    """Which of the files any row of any app refers to, and that row's noun."""
    used: dict[int, str] = {}
    for model, field in references_to_customers():
        if model in _OWN_HISTORY:  # the file's own history goes with it
            continue
        rows = model._default_manager.filter(**{f"{field.name}__in": ids})
        for pk in rows.values_list(field.attname, flat=True).distinct():
            used.setdefault(pk, str(model._meta.model_name))
    return used


def _remove(actor: Actor, rows: Sequence[Customer]) -> None:
    if not rows:
        return
    ids = [row.pk for row in rows]
    changes = [Change("customer", row.pk, row.name, shown(row), {}, row.org_path) for row in rows]
    CUSTOMERS.remove(ids)
    drop_quality(ids)
    Customer.objects.filter(pk__in=ids).delete()
    record_many(actor, "customer.take_back", changes)
    publish("customers.removed", key=ids[0], payload={"customers": ids})
