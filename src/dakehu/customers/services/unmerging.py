"""A merge is taken back: the gone file is there again as it was, with all that hung on it.

Theory of operation. The survivor is locked, the gone file's row is put back under its id, the survivor gets
the fields back that the merge changed, and each row that moved is hung back, the last first. What came to the
survivor since stays there. It is refused, and nothing changes, where a field that the merge changed, or a row
that it moved, has changed hands since. Two things alone are not as before: the survivor's version and the
moment of its last change, which never go back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from dakehu.customers.domain.merging import (
    COLUMNS,
    DERIVED,
    MergeUndone,
    UndoBehindMerge,
    UndoFieldChanged,
    UndoReferenceGone,
    changed_since,
)
from dakehu.customers.models import Customer, GradePeriod, Merge, MonthlyRevenue
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.merges import merges_for
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.grading import keep_grades
from dakehu.customers.services.hanging import Moved, hanging
from dakehu.customers.services.merging import fields_of, locked_file, with_other, write_fields
from dakehu.customers.services.ownership import follow_owner
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.saving import change, index, shown
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import NotFound
from dakehu.organisation.api import OrgUnit, User


def merge_undo(*, actor: Actor, merge_id: int) -> Customer:
    """Take a merge back exactly; the file that is there again.

    Raises `MergeUndone`, `UndoBehindMerge`, `UndoFieldChanged`, `UndoRowsChanged` or `UndoReferenceGone`.
    """
    with transaction.atomic():
        found = access_one(merges_for(actor), actor, merge_id, Permission.MERGE)
        kept = locked_file(actor, found.kept_id)
        merge = Merge.objects.select_for_update().get(pk=found.pk)
        _refuse_undo(actor, merge, kept)
        before = shown(kept)
        gone = _put_back(merge)
        _give_back_fields(merge, kept)
        for move in reversed(list(merge.moves.all())):
            hanging(move.hanging).back(Moved(move.ids, move.place, move.extra), gone, kept)
        _bring_into_step(actor, merge, kept, gone)
        merge.undone_at, merge.undone_by = now(), actor.name
        merge.save(update_fields=["undone_at", "undone_by"])
        index([kept, gone])
        label = f"{gone.name}（{gone.code}）"
        record(actor, "customer.unmerge", with_other(change(kept, before), {}, {"merged": label}))
        record(actor, "customer.put_back", change(gone, {}))
        payload = {"kept": kept.pk, "gone": gone.pk, "path": kept.org_path}
        publish("customers.unmerged", key=kept.pk, payload=payload)
        publish("customer.put_back", key=gone.pk, payload={"path": gone.org_path})
    return gone


def _refuse_undo(actor: Actor, merge: Merge, kept: Customer) -> None:
    if merge.undone_at is not None:
        raise MergeUndone
    if not actor.scope.contains(merge.gone_path):
        raise NotFound(noun="merge", id=str(merge.pk))
    if merge.kept_id != merge.kept_was:
        raise UndoBehindMerge(name=kept.name)
    is_billed = MonthlyRevenue.objects.filter(customer=kept).exists()
    but = DERIVED if is_billed else ()
    fields = changed_since(fields_of(kept), merge.before, merge.after, but=but)
    if fields:
        raise UndoFieldChanged(fields=", ".join(fields))


def _put_back(merge: Merge) -> Customer:
    """The gone file's row as it was, under its own id."""
    row = merge.row
    _refuse_lost(OrgUnit, row["org_unit_id"], _("Unit"))
    _refuse_lost_references(row)
    fields = Customer._meta.concrete_fields
    gone = Customer(**{f.attname: f.to_python(row[f.attname]) for f in fields if f.attname in row})
    gone.save(force_insert=True)
    return gone


def _give_back_fields(merge: Merge, kept: Customer) -> None:
    """The fields that the merge changed, and the grade that followed from them if it is still that one."""
    _refuse_lost_references(merge.before)
    values = fields_of(kept) | {
        name: merge.before[name]
        for name in COLUMNS
        if name in DERIVED or merge.before[name] != merge.after[name]
    }
    if kept.grade == merge.after["grade"]:
        kept.grade = merge.before["grade"]
    kept.version += 1
    write_fields(kept, values)


def _bring_into_step(actor: Actor, merge: Merge, kept: Customer, gone: Customer) -> None:
    """What has happened since counts: each file's average and grade are worked out where they differ now."""
    follow_owner(kept)
    follow_owner(gone)
    keep_averages([kept.pk, gone.pk])
    stale = []
    for row, was in ((kept, merge.before), (gone, merge.row)):
        row.refresh_from_db(fields=["monthly_revenue_fen"])
        told = GradePeriod.objects.filter(customer=row, until=None).values_list("grade", flat=True)
        as_it_was = (row.grade, row.monthly_revenue_fen) == (was["grade"], was["monthly_revenue_fen"])
        if not as_it_was or list(told) not in ([], [row.grade]):
            stale.append(row)
    keep_grades(actor, [row.pk for row in stale])
    for row in stale:
        row.refresh_from_db(fields=["grade"])
    keep_quality([kept.pk, gone.pk])


def _refuse_lost_references(values: Mapping[str, Any]) -> None:
    _refuse_lost(User, values["owner_id"], _("Account manager"))
    _refuse_lost(Customer, values["parent_id"], _("Parent customer"))


def _refuse_lost(model: type[Model], pk: int | None, what: str) -> None:
    if pk is not None and not model._default_manager.filter(pk=pk).exists():
        raise UndoReferenceGone(what=what)
