"""Two files of one customer become one, field by field, with all that hangs on them; and back again.

Theory of operation. Both files are locked in the order of their ids. The survivor takes the chosen fields,
each registered kind of rows is hung on it (`services.hanging`) and written down, and the gone file's row is
taken away: from then on the database itself refuses to hang anything on it, whoever was about to. `Merge`
points from its id and account number to the survivor. Undoing puts the row back as it was, under its id, and
hangs each row back that moved; what came to the survivor since stays there. It is refused where a field that
the merge changed, or a row that it moved, has changed hands since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from dakehu.customers.domain.errors import TreeTooDeep
from dakehu.customers.domain.merging import (
    CHOOSABLE,
    MergeBlocked,
    MergeOfKin,
    MergeUndone,
    MergeWithItself,
    UndoBehindMerge,
    UndoFieldChanged,
    UndoReferenceGone,
    changed_since,
    merged_values,
)
from dakehu.customers.domain.names import name_key
from dakehu.customers.domain.spelling import spell
from dakehu.customers.models import Customer, Merge, MergeMove
from dakehu.customers.models.search_index import remove_tokens
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.merges import access_customer, merges_for
from dakehu.customers.services.checking import MOST_LEVELS
from dakehu.customers.services.hanging import Moved, hanging, hangings
from dakehu.customers.services.saving import change, index, shown
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import NotFound
from dakehu.organisation.api import OrgUnit, User

Versions = tuple[int, int]


def customers_merge(
    *, actor: Actor, kept_id: int, gone_id: int, versions: Versions, taken: Collection[str] = ()
) -> Merge:
    """Merge `gone_id` into `kept_id`, which takes the fields `taken` from it.

    `versions` are those read of the survivor and of the other: `Conflict` if somebody saved since. Raises
    `NotFound` (`FileMerged` when the other merge came first), `MergeOfKin`, `TreeTooDeep`, `MergeBlocked`.
    """
    if kept_id == gone_id:
        raise MergeWithItself
    with transaction.atomic():
        kept, gone = _locked_pair(actor, kept_id, gone_id)
        row, before = _plain(snapshot(gone)), _fields(kept)
        audit_before = shown(kept)
        advance(kept, versions[0])
        advance(gone, versions[1])
        _refuse_tree(kept, gone)
        values = merged_values(before, _fields(gone), taken, kept_id=kept_id, gone_id=gone_id)
        _write(kept, values)
        merge = Merge.objects.create(
            org_path=kept.org_path, org_city=kept.org_city, kept=kept, kept_was=kept.pk, gone_id=gone.pk,
            gone_code=gone.code, gone_name=gone.name, gone_path=gone.org_path, row=row, before=before,
            after=values, by_id=actor.user_id, by_name=actor.name, at=now(),
        )  # fmt: skip
        _move(merge, gone, kept)
        _take_away(gone)
        index([kept])
        label = f"{merge.gone_name}（{merge.gone_code}）"
        changed = change(kept, audit_before)
        record(actor, "customer.merge", _with(changed, {"merged": label}))
        away = Change("customer", gone_id, merge.gone_name, shown(gone), {}, merge.gone_path)
        record(actor, "customer.merge_away", away)
        payload = {"kept": kept_id, "gone": gone_id, "path": kept.org_path}
        publish("customers.merged", key=kept_id, payload=payload)
    return merge


def merge_undo(*, actor: Actor, merge_id: int) -> Customer:
    """Take a merge back exactly; the file that is there again.

    Raises `MergeUndone`, `UndoBehindMerge`, `UndoFieldChanged`, `UndoRowsChanged` or `UndoReferenceGone`.
    """
    with transaction.atomic():
        found = access_one(merges_for(actor), actor, merge_id, Permission.MERGE)
        kept = _locked_one(actor, found.kept_id)
        merge = Merge.objects.select_for_update().get(pk=found.pk)
        _refuse_undo(actor, merge, kept)
        before = shown(kept)
        gone = _put_back(merge)
        values = _fields(kept) | {
            name: merge.before[name] for name in CHOOSABLE if merge.before[name] != merge.after[name]
        }
        _refuse_lost_references(merge.before)
        _write(kept, values)
        kept.version += 1
        kept.save(update_fields=["version"])
        for move in reversed(list(merge.moves.all())):
            hanging(move.hanging).back(Moved(move.ids, move.place, move.extra), gone, kept)
        merge.undone_at, merge.undone_by = now(), actor.name
        merge.save(update_fields=["undone_at", "undone_by"])
        index([kept])
        index([gone])
        label = f"{gone.name}（{gone.code}）"
        record(actor, "customer.unmerge", _with(change(kept, before), {}, {"merged": label}))
        record(actor, "customer.put_back", change(gone, {}))
        payload = {"kept": kept.pk, "gone": gone.pk, "path": kept.org_path}
        publish("customers.unmerged", key=kept.pk, payload=payload)
    return gone


def _locked_pair(actor: Actor, kept_id: int, gone_id: int) -> tuple[Customer, Customer]:
    rows = {pk: _locked_one(actor, pk) for pk in sorted((kept_id, gone_id))}
    return rows[kept_id], rows[gone_id]


def _locked_one(actor: Actor, pk: int) -> Customer:
    locked = Customer.objects.select_for_update(of=("self",))
    return access_customer(locked, actor, pk, Permission.MERGE)


def _fields(row: Customer) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in CHOOSABLE}
    return found | {"grade": int(row.grade), "status": str(row.status)}


def _write(row: Customer, values: Mapping[str, Any]) -> None:
    for name in CHOOSABLE:
        setattr(row, name, values[name])
    row.name_key = name_key(row.name)
    row.name_sort, row.initials = spell(row.name)
    row.updated_at = now()
    row.save()


def _move(merge: Merge, gone: Customer, kept: Customer) -> None:
    for kind in hangings():
        for moved in kind.move(gone, kept):
            if moved.ids or moved.extra:
                MergeMove.objects.create(
                    merge=merge, hanging=kind.name, place=moved.place, ids=moved.ids, extra=moved.extra
                )


def _take_away(gone: Customer) -> None:
    remove_tokens([gone.pk])
    pk = gone.pk
    try:
        gone.delete()
    except ProtectedError as error:
        left = next(iter(error.protected_objects))
        raise MergeBlocked(what=str(left._meta.verbose_name)) from None
    gone.pk = pk


def _put_back(merge: Merge) -> Customer:
    """The gone file's row as it was, under its own id."""
    row = merge.row
    _refuse_lost(OrgUnit, row["org_unit_id"], _("Unit"))
    _refuse_lost_references(row)
    fields = Customer._meta.concrete_fields
    gone = Customer(**{f.attname: f.to_python(row[f.attname]) for f in fields if f.attname in row})
    gone.save(force_insert=True)
    return gone


def _refuse_undo(actor: Actor, merge: Merge, kept: Customer) -> None:
    if merge.undone_at is not None:
        raise MergeUndone
    if not actor.scope.contains(merge.gone_path):
        raise NotFound(noun="merge", id=str(merge.pk))
    if merge.kept_id != merge.kept_was:
        raise UndoBehindMerge(name=kept.name)
    fields = changed_since(_fields(kept), merge.before, merge.after)
    if fields:
        raise UndoFieldChanged(fields=", ".join(fields))


def _refuse_lost_references(values: Mapping[str, Any]) -> None:
    _refuse_lost(User, values["owner_id"], _("Account manager"))
    _refuse_lost(Customer, values["parent_id"], _("Parent customer"))


def _refuse_lost(model: type[Model], pk: int | None, what: str) -> None:
    if pk is not None and not model._default_manager.filter(pk=pk).exists():
        raise UndoReferenceGone(what=what)


def _refuse_tree(kept: Customer, gone: Customer) -> None:
    """The branches of `gone` come under `kept`: no loop, and no deeper tree than is allowed."""
    above, at = 0, kept.parent_id
    while at is not None and above < MOST_LEVELS:
        above += 1
        if at == gone.pk and above > 1:
            raise MergeOfKin(name=gone.name)
        at = Customer.objects.values_list("parent_id", flat=True).get(pk=at)
    below, ids = 0, [gone.pk]
    while ids and below <= MOST_LEVELS:
        found = Customer.objects.filter(parent__in=ids).exclude(pk=kept.pk)
        ids = list(found.values_list("pk", flat=True)[:1000])
        below += bool(ids)
    stands = above - (kept.parent_id == gone.pk)
    if stands + 1 + below > MOST_LEVELS:
        raise TreeTooDeep(field="parent", most=MOST_LEVELS)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as JSON keeps them to the microsecond."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _with(one: Change, after: Mapping[str, object], before: Mapping[str, object] | None = None) -> Change:
    """The change with the name of the other file beside it."""
    return Change(
        one.noun,
        one.object_id,
        one.label,
        {**one.before, "merged": "", **(before or {})},
        {**one.after, "merged": "", **after},
        one.org_path,
    )
