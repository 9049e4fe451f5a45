"""Many customer files at once: what imports and generators call."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.duplicates import Duplicate, Likeness
from dakehu.customers.domain.errors import SameCreditCode
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.duplicates import exact_duplicates
from dakehu.customers.services.checking import CheckedDraft, check_drafts
from dakehu.customers.services.ownership import keep_in_step
from dakehu.customers.services.saving import change, fill, give_codes, index
from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import record_many
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.rows import create_many
from dakehu.kernel.errors import raise_faults
from dakehu.organisation.api import OrgUnit

__all__ = ["check_drafts", "customers_create_checked", "customers_create_many"]


def customers_create_many(*, actor: Actor, drafts: Sequence[CustomerDraft]) -> list[Customer]:
    """Create all drafts or none, in few statements, with their audit rows and one `customers.imported` event.

    Raises the faults of the drafts, and `SameCreditCode` for one whose code is on file and whose parent is
    none of the accounts that have it. Alike names pass: whoever calls this has asked about them.
    """
    require(actor, Permission.CREATE)
    with transaction.atomic():
        checked = check_drafts(actor, drafts, find=exact_duplicates)
        raise_faults([fault for one in checked for fault in (*one.faults, *code_faults(one))])
        return customers_create_checked(actor=actor, checked=checked)


def customers_create_checked(*, actor: Actor, checked: Sequence[CheckedDraft]) -> list[Customer]:
    """The same for drafts that `check_drafts` found without fault in this transaction."""
    require(actor, Permission.CREATE)
    if not checked:
        return []
    with transaction.atomic():
        at = now()
        rows, units = [], dict[int, OrgUnit]()
        for one in checked:
            if one.unit is None or one.faults:
                raise ValueError("a draft with faults cannot be created")
            units[one.unit.pk] = one.unit
            row = Customer(created_at=at, updated_at=at)
            fill(row, one.draft, one.unit)
            rows.append(row)
        give_codes(rows, units)
        create_many(rows)
        keep_in_step(rows, fresh=True)
        index(rows, fresh=True)
        record_many(actor, "customer.import", [change(row, {}) for row in rows])
        ids = [row.pk for row in rows]
        publish("customers.imported", key=ids[0], payload={"customers": ids})
        _tell_of_hidden(rows, checked)
    return rows


def code_faults(one: CheckedDraft) -> list[SameCreditCode]:
    """The fault of a code that is on file without saying how the accounts belong together."""
    same: list[Duplicate] = [d for d in one.duplicates if d.likeness is Likeness.SAME_CODE]
    if not same or one.draft.parent_id in {d.customer_id for d in same}:
        return []
    return [SameCreditCode(field="credit_code", others=[f"{d.name}（{d.code}）" for d in same[:3]])]


def _tell_of_hidden(rows: Sequence[Customer], checked: Sequence[CheckedDraft]) -> None:
    pairs = {str(row.pk): list(one.hidden) for row, one in zip(rows, checked, strict=True) if one.hidden}
    if pairs:
        publish("customer.duplicate_suspected", key=rows[0].pk, payload={"pairs": pairs})
