"""Scores of the file's quality in a merge: worked out anew from what is there; what people confirmed is kept.

Scores and faults follow from the file (`services.qualitykeeping`), so those of the file that goes are dropped
and come back by being judged again. Only `confirmed`, the days on which people found fields right, is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

from dakehu.customers.models import AccountQuality, Customer
from dakehu.customers.selectors.qualityfacts import FIELDS
from dakehu.customers.services.hanging import Hanging, Moved
from dakehu.customers.services.qualitykeeping import drop_quality


class _Derived(Hanging):
    """Rows that follow from others: nobody has to be told that they move."""

    def counts(self, *customer_ids: int) -> list[int]:
        return [0] * len(customer_ids)


class Faults(_Derived):
    """Gone with the score, and found again with it."""

    def move(self, _gone: Customer, _kept: Customer) -> Iterator[Moved]:
        return iter(())


class Quality(_Derived):
    """`extra`: what was confirmed of the gone file, of the survivor before and after; None: no score."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        held = dict(AccountQuality.objects.filter(pk__in=[gone.pk, kept.pk]).values_list("pk", "confirmed"))
        drop_quality([gone.pk])
        theirs, own = held.get(gone.pk), held.get(kept.pk)
        if theirs and own is not None:
            same = [name for name in FIELDS if getattr(gone, name) == getattr(kept, name) != ""]
            later = {name: max(theirs[name], own.get(name, "")) for name in same if name in theirs}
            AccountQuality.objects.filter(pk=kept.pk).update(confirmed=own | later)
        yield Moved([], extra=[theirs, own])

    def settle(self, moved: Moved, kept: Customer) -> bool:
        moved.extra.append(_confirmed(kept))
        return True

    def back(self, moved: Moved, gone: Customer, kept: Customer) -> None:
        theirs, own, left = moved.extra
        if own is not None and _confirmed(kept) == left:
            AccountQuality.objects.filter(pk=kept.pk).update(confirmed=own)
        if theirs is not None:
            row = AccountQuality(customer=gone, confirmed=theirs)
            row.place(gone.org_path)
            row.save(force_insert=True)


def _confirmed(row: Customer) -> dict[str, str] | None:
    return AccountQuality.objects.filter(pk=row.pk).values_list("confirmed", flat=True).first()
