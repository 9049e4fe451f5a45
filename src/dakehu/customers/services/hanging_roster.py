"""The named-account list and disputes in a merge: the steward's merging never goes past the list's own way.

Whose account it is there was approved by a director. So the survivor keeps the owner that the list names, two
files that are both on the list or on their way to it are not merged, and an open dispute is decided first.
"""

from __future__ import annotations

from collections.abc import Iterator

from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.domain.merging import BothOnList, OwnerOnList, UndoRowsChanged
from dakehu.customers.domain.roster import CURRENT, OPEN
from dakehu.customers.domain.rostererrors import UnderDispute
from dakehu.customers.models import Customer, OwnershipDispute, RosterEntry
from dakehu.customers.services.hanging import Hanging, Moved


class Roster(Hanging):
    """Entries move with their states, which `extra` holds: one that took a step since stays."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        under_way = [*CURRENT, *OPEN]
        coming = list(self._of(gone.pk).filter(state__in=under_way).select_related("owner"))
        if coming and self._of(kept.pk).filter(state__in=under_way).exists():
            raise BothOnList(name=gone.name)
        for entry in coming:
            if entry.state in CURRENT and entry.owner_id != kept.owner_id:
                raise OwnerOnList(field="owner", name=gone.name, owner=entry.owner.name)
        for moved in super().move(gone, kept):
            states = RosterEntry.objects.filter(pk__in=moved.ids).order_by("pk").values_list("pk", "state")
            yield Moved(moved.ids, extra=[list(each) for each in states])

    def back(self, moved: Moved, gone: Customer, kept: Customer) -> None:
        super().back(moved, gone, kept)
        now = dict(RosterEntry.objects.filter(pk__in=moved.ids).values_list("pk", "state"))
        changed = [pk for pk, state in moved.extra if now[pk] != state]
        behind = RosterEntry.objects.filter(previous__in=moved.ids).exclude(pk__in=moved.ids)
        if changed or behind.exists():
            raise UndoRowsChanged(what=self.label, count=max(len(changed), 1))


class Disputes(Hanging):
    """Decided cases move; `UnderDispute` while one is open at either file."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        for row in (gone, kept):
            if OwnershipDispute.objects.filter(customer=row.pk, state=DisputeState.OPEN).exists():
                raise UnderDispute(name=row.name)
        yield from super().move(gone, kept)
