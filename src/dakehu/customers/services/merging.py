"""Two files of one customer become one, field by field, with all that hangs on them.

Theory of operation. Both files are locked in the order of their ids. The survivor takes the chosen fields,
each registered kind of rows is hung on it (`services.hanging`) and written down, what follows from them
(owner's days, average, grade) is brought into step, and the gone file's row is taken away: from then on the
database itself refuses to hang anything on it, whoever was about to. `Merge` points from its id and account
number to the survivor. The way back is `services.unmerging`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from dakehu.customers.domain.errors import TreeTooDeep
from dakehu.customers.domain.merging import (
    COLUMNS,
    MergeBlocked,
    MergeOfKin,
    MergeWithItself,
    merged_values,
    refuse_ended,
)
from dakehu.customers.domain.names import name_key
from dakehu.customers.domain.spelling import spell
from dakehu.customers.models import Customer, Merge, MergeMove
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.merges import access_customer
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.checking import MOST_LEVELS
from dakehu.customers.services.grading import keep_grades
from dakehu.customers.services.hanging import Moved, hanging, hangings
from dakehu.customers.services.hanging_rows import plain
from dakehu.customers.services.ownership import follow_owner
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.saving import change, index, shown
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance

Versions = tuple[int, int]


def customers_merge(
    *, actor: Actor, kept_id: int, gone_id: int, versions: Versions, taken: Collection[str] = ()
) -> Merge:
    """Merge `gone_id` into `kept_id`, which takes the fields `taken` from it.

    `versions` are those read of the survivor and of the other: `Conflict` if somebody saved since. Raises
    `NotFound` (`FileMerged` when the other merge came first), `MergeOfKin`, `MergeIntoEnded`, `TreeTooDeep`,
    and what the kinds of rows refuse: `MergeBlocked`, `BothOnList`, `OwnerOnList`, `UnderDispute` …
    """
    if kept_id == gone_id:
        raise MergeWithItself
    with transaction.atomic():
        kept, gone = _locked_pair(actor, kept_id, gone_id)
        row, before, audit_before = plain(snapshot(gone)), fields_of(kept), shown(kept)
        advance(kept, versions[0])
        advance(gone, versions[1])
        _refuse_tree(kept, gone)
        values = merged_values(before, fields_of(gone), taken, kept_id=kept_id, gone_id=gone_id)
        refuse_ended(kept.name, values["status"], before["status"], row["status"])
        write_fields(kept, values)
        merge = Merge.objects.create(
            org_path=kept.org_path, org_city=kept.org_city, kept=kept, kept_was=kept.pk, gone_id=gone.pk,
            gone_code=gone.code, gone_name=gone.name, gone_path=gone.org_path, row=row,
            before=before | {"grade": int(kept.grade)}, after=values, by_id=actor.user_id,
            by_name=actor.name, at=now(),
        )  # fmt: skip
        _move(merge, gone, kept)
        _bring_into_step(actor, merge, kept)
        _take_away(gone)
        index([kept])
        _tell(actor, merge, gone, change(kept, audit_before))
    return merge


def locked_file(actor: Actor, pk: int) -> Customer:
    locked = Customer.objects.select_for_update(of=("self",))
    return access_customer(locked, actor, pk, Permission.MERGE)


def fields_of(row: Customer) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS} | {"status": str(row.status)}


def write_fields(row: Customer, values: Mapping[str, Any]) -> None:
    for name in COLUMNS:
        setattr(row, name, values[name])
    row.name_key = name_key(row.name)
    row.name_sort, row.initials = spell(row.name)
    row.updated_at = now()
    row.save()


def with_other(
    one: Change, after: Mapping[str, object], before: Mapping[str, object] | None = None
) -> Change:
    """The change with the name of the other file beside it."""
    return Change(
        one.noun,
        one.object_id,
        one.label,
        {**one.before, "merged": "", **(before or {})},
        {**one.after, "merged": "", **after},
        one.org_path,
    )


def _locked_pair(actor: Actor, kept_id: int, gone_id: int) -> tuple[Customer, Customer]:
    rows = {pk: locked_file(actor, pk) for pk in sorted((kept_id, gone_id))}
    return rows[kept_id], rows[gone_id]


def _move(merge: Merge, gone: Customer, kept: Customer) -> None:
    for kind in hangings():
        for moved in kind.move(gone, kept):
            if moved.ids or moved.extra:
                MergeMove.objects.create(
                    merge=merge, hanging=kind.name, place=moved.place, ids=moved.ids, extra=moved.extra,
                    number=len(moved.ids) + moved.away,
                )  # fmt: skip


def _bring_into_step(actor: Actor, merge: Merge, kept: Customer) -> None:
    """What follows from fields and rows, and what only now can be written down of them."""
    follow_owner(kept)
    keep_averages([kept.pk])
    keep_grades(actor, [kept.pk])
    keep_quality([kept.pk])
    kept.refresh_from_db(fields=["grade", "monthly_revenue_fen"])
    merge.after = {**merge.after, "grade": int(kept.grade)}
    merge.save(update_fields=["after"])
    for move in merge.moves.all():
        if hanging(move.hanging).settle(Moved(move.ids, move.place, move.extra), kept):
            move.save(update_fields=["extra"])


def _take_away(gone: Customer) -> None:
    CUSTOMERS.remove([gone.pk])
    pk = gone.pk
    try:
        _number, by_model = gone.delete()
    except ProtectedError as error:
        left = next(iter(error.protected_objects))
        raise MergeBlocked(what=str(left._meta.verbose_name)) from None
    if left_behind := by_model.keys() - {Customer._meta.label}:
        raise MergeBlocked(what=", ".join(sorted(left_behind)))
    gone.pk = pk


def _tell(actor: Actor, merge: Merge, gone: Customer, changed: Change) -> None:
    label = f"{merge.gone_name}（{merge.gone_code}）"
    record(actor, "customer.merge", with_other(changed, {"merged": label}))
    away = Change("customer", merge.gone_id, merge.gone_name, shown(gone), {}, merge.gone_path)
    record(actor, "customer.merge_away", away)
    payload = {"kept": merge.kept_id, "gone": merge.gone_id, "path": merge.org_path}
    publish("customers.merged", key=merge.kept_id, payload=payload)
    gone_to = {"path": merge.gone_path, "kept": merge.kept_id, "name": merge.gone_name}
    publish("customer.merged_away", key=merge.gone_id, payload=gone_to)


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
