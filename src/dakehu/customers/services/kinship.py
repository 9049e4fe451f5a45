"""Moving a branch, with all below it, under another parent."""

from __future__ import annotations

from django.db import transaction

from dakehu.customers.domain.errors import ParentLoop, ParentUnknown, TreeTooDeep
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.services.checking import MOST_LEVELS
from dakehu.customers.services.customers import customer_locked
from dakehu.customers.services.saving import change, shown
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance

_MOST_TRIES = 3


def customer_place(*, actor: Actor, customer_id: int, version: int, parent_id: int | None) -> Customer:
    """Put the account under another parent, or with None under nobody; what is below it comes along.

    Raises `ParentUnknown` for a parent outside the actor's view, `ParentLoop`, `TreeTooDeep`, `Conflict`.
    The account and all above its new parent stay locked to the end, in the order of their ids: of two moves
    that would close a circle together, the second sees the first.
    """
    with transaction.atomic():
        if (
            parent_id is not None
            and not customers_for(actor, Permission.CHANGE).filter(pk=parent_id).exists()
        ):
            raise ParentUnknown(field="parent", text=str(parent_id))
        above = _lock_line(customer_id, parent_id)
        row = customer_locked(actor, customer_id)
        before = shown(row)
        advance(row, version)
        if row.pk in above:
            raise ParentLoop(field="parent", name=row.name)
        if len(above) + _height(row.pk) > MOST_LEVELS:
            raise TreeTooDeep(field="parent", most=MOST_LEVELS)
        row.parent_id = parent_id
        row.updated_at = now()
        row.save()
        record(actor, "customer.place", change(row, before))
        publish("customer.changed", key=row.pk, payload={"path": row.org_path, "was": row.org_path})
    return row


def _lock_line(customer_id: int, parent_id: int | None) -> list[int]:
    """The ids of the new parent and all above it, locked together with the account."""
    line = _line(parent_id)
    for _try in range(_MOST_TRIES):
        wanted = sorted({customer_id, *line})
        list(Customer.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
        found = _line(parent_id)
        if set(found) <= set(wanted):
            return found
        line = found  # someone moved a part of the line before it was locked
    raise TreeTooDeep(field="parent", most=MOST_LEVELS)


def _line(customer_id: int | None) -> list[int]:
    """The account and all above it, from below; ends where a circle would begin."""
    line: list[int] = []
    at = customer_id
    while at is not None and at not in line:
        line.append(at)
        at = Customer.objects.values_list("parent_id", flat=True).filter(pk=at).first()
    return line


def _height(customer_id: int) -> int:
    """How many levels the account and what hangs below it take."""
    height, level = 0, [customer_id]
    while level and height <= MOST_LEVELS:
        height += 1
        level = list(Customer.objects.filter(parent__in=level).values_list("pk", flat=True))
    return height
