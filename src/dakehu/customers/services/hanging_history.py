"""How what an account was through the years becomes one account's: owners, grades, billed months.

Two histories cannot both be the survivor's: it has one owner and one grade a day. So the rows of both are
written down as they were; undoing puts the gone file's back, and the survivor's unless they changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F

from dakehu.customers.domain.merging import UndoRowsChanged
from dakehu.customers.domain.stints import Stint, fill_gaps
from dakehu.customers.models import Customer, MonthlyRevenue, OwnershipPeriod
from dakehu.customers.services.hanging import Hanging, Moved
from dakehu.customers.services.hanging_rows import make_again, rows_of


class Grades(Hanging):
    """The survivor's history of grades is its own. `extra`: gone's rows, kept's before, kept's after."""

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        was, held = rows_of(self._of(gone.pk)), rows_of(self._of(kept.pk))
        self._of(gone.pk).delete()
        self._join(kept, was, held)
        yield Moved([], extra=[was, held], away=len(was))

    def settle(self, moved: Moved, kept: Customer) -> bool:
        moved.extra.append(rows_of(self._of(kept.pk)))
        return True

    def back(self, moved: Moved, _gone: Customer, kept: Customer) -> None:
        was, held, left = moved.extra
        if rows_of(self._of(kept.pk)) == left != held:
            self._of(kept.pk).delete()
            make_again(self.model, held)
        make_again(self.model, was)

    def _join(self, kept: Customer, was: list[dict[str, Any]], held: list[dict[str, Any]]) -> None:
        """What of the gone file's history the survivor takes over: nothing, or what a subclass says."""


class Ownership(Grades):
    """Days on which the survivor had no owner are filled by the gone file's owners."""

    def _join(self, kept: Customer, was: list[dict[str, Any]], held: list[dict[str, Any]]) -> None:
        parts = fill_gaps(_stints(held), _stints(was))
        OwnershipPeriod.objects.bulk_create(
            OwnershipPeriod(customer=kept, owner_id=part.owner_id, since=part.since, until=part.until)
            for part in parts
        )


class Revenue(Hanging):
    """A figure of a month and product that both files have is added to the survivor's.

    `extra`: the figures that went into another, each with that one's id and version after it.
    """

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        held = {_key(row): row for row in self._of(kept.pk).select_for_update()}
        added = [row for row in self._of(gone.pk).select_for_update() if _key(row) in held]
        extra: list[Any] = []
        for row in added:
            into = held[_key(row)]
            into.amount_fen += row.amount_fen
            into.version += 1
            figure = [row.pk, row.month, row.category, row.product, row.amount_fen, row.version]
            extra.append([*figure, into.pk, into.version])
        changed = [held[_key(row)] for row in added]
        MonthlyRevenue.objects.bulk_update(changed, ["amount_fen", "version"], batch_size=500)
        MonthlyRevenue.objects.filter(pk__in=[row.pk for row in added]).delete()
        if extra:
            yield Moved([], extra=extra, away=len(extra))
        yield from super().move(gone, kept)

    def back(self, moved: Moved, gone: Customer, kept: Customer) -> None:
        super().back(moved, gone, kept)
        held = self._of(kept.pk).select_for_update().in_bulk([figure[6] for figure in moved.extra])
        for pk, month, category, product, fen, version, into, after in moved.extra:
            if into not in held or held[into].version != after:
                raise UndoRowsChanged(what=self.label, count=1)
            MonthlyRevenue.objects.filter(pk=into).update(
                amount_fen=F("amount_fen") - fen, version=F("version") - 1
            )
            MonthlyRevenue.objects.create(
                pk=pk, customer=gone, month=month, category=category, product=product,
                amount_fen=fen, version=version,
            )  # fmt: skip


def _key(row: MonthlyRevenue) -> tuple[str, str, str]:
    return row.month, row.category, row.product


def _stints(rows: list[dict[str, Any]]) -> list[Stint]:
    to_day = OwnershipPeriod._meta.get_field("since").to_python
    return [Stint(row["owner_id"], to_day(row["since"]), to_day(row["until"])) for row in rows]
