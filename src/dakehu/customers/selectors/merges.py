"""Files that were merged: where they went, and what was merged lately."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import QuerySet, Sum

from dakehu.customers.domain.merging import FileMerged
from dakehu.customers.models import Collaborator, Customer, Merge
from dakehu.customers.permissions import Permission
from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.kernel.errors import NotFound


def access_customer(rows: QuerySet[Customer], actor: Actor, pk: object, permission: str) -> Customer:
    """`access_one`, which raises `FileMerged` for a file whose survivor the actor sees."""
    try:
        return access_one(rows, actor, pk, permission)
    except NotFound:
        merge = merge_of(pk)
        if merge is None or not _sees(actor, merge.kept):
            raise
        kept = merge.kept
        raise FileMerged(noun="customer", id=str(pk), name=kept.name, code=kept.code, into=kept.pk) from None


def merge_of(pk: object) -> Merge | None:
    """The merge that took the file away and was not undone; through further merges `kept` is the last."""
    if not str(pk).isdecimal():
        return None
    return Merge.objects.filter(gone_id=int(str(pk)), undone_at=None).select_related("kept").first()


def survivors_of(ids: Collection[int]) -> Mapping[int, int]:
    """For those of `ids` that were merged away, the id of the file that has their place now."""
    found = Merge.objects.filter(gone_id__in=ids, undone_at=None)
    return dict(found.values_list("gone_id", "kept_id"))


def merged_numbers(actor: Actor, codes: Collection[str]) -> list[tuple[str, int, str]]:
    """For those of the account numbers that were merged away, with id and number of a survivor in view."""
    seen = visible(Customer.objects.all(), actor, Permission.VIEW)
    found = Merge.objects.filter(gone_code__in=codes, undone_at=None, kept__in=seen)
    return list(found.values_list("gone_code", "kept_id", "kept__code"))


def former_names(ids: Collection[int]) -> Mapping[int, str]:
    """The names that files had which were merged away: for figures kept under their ids."""
    found = Merge.objects.filter(gone_id__in=ids, undone_at=None)
    return dict(found.values_list("gone_id", "gone_name"))


def merges_for(actor: Actor) -> QuerySet[Merge]:
    """What was merged in the actor's view, the latest first."""
    return visible(Merge.objects.select_related("kept"), actor, Permission.MERGE).order_by("-at", "-pk")


def merge_get(actor: Actor, pk: int) -> Merge:
    return access_one(Merge.objects.select_related("kept"), actor, pk, Permission.MERGE)


def moved_counts(merge: Merge) -> Mapping[str, int]:
    """How many rows of each kind the merge moved or put away, by the kind's name."""
    sums = merge.moves.order_by().values_list("hanging").annotate(rows=Sum("number"))
    return dict(sums)


def _sees(actor: Actor, customer: Customer) -> bool:
    if actor.scope.contains(customer.org_path):
        return True
    return Collaborator.objects.filter(customer=customer, user_id=actor.user_id or 0).exists()
