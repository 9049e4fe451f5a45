"""What hangs on a customer's file, and how it moves to another file and back.

Each app says it of its own rows by `register_hanging`, so that a merge moves rows of apps that this one may
not know. A row that refers to a customer and is not registered keeps its file from being merged. An app that
has more to say (what must be settled first, what cannot be there twice) says it in a subclass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Field, ForeignObjectRel, Model, QuerySet
from django.utils.functional import Promise

from dakehu.customers.domain.merging import MergeBlocked, UndoRowsChanged
from dakehu.customers.models import Customer
from dakehu.infra.access.api import CITY_DEPTH, SEGMENT

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows that moved together; `place` is the unit's path they had, `extra` what their kind keeps beside.

    `away` counts rows that the survivor cannot have beside its own: they stand in `extra`.
    """

    ids: list[int]
    place: str = ""
    extra: list[Any] = field(default_factory=list)
    away: int = 0


@dataclass(frozen=True)
class Hanging:
    """One kind of rows with a foreign key to the customer, `column`.

    `is_placed` rows are placed in their customer's unit and follow it to the survivor's. `tell` is called
    with the ids of rows that moved either way, inside the transaction, for the app to publish its own events.
    """

    name: str
    label: str | Promise
    model: type[Model]
    column: str = "customer"
    is_placed: bool = False
    tell: Callable[[Sequence[int]], None] | None = None

    def counts(self, *customer_ids: int) -> list[int]:
        """How many rows hang on each of the customers; one statement."""
        rows = self.model._default_manager.filter(**{f"{self.column}__in": customer_ids}).order_by()
        found = dict(rows.values_list(f"{self.column}_id").annotate(number=Count("pk")))
        return [found.get(pk, 0) for pk in customer_ids]

    def move(self, gone: Customer, kept: Customer) -> Iterator[Moved]:
        """Hang the rows of `gone` on `kept`. Raises `MergeBlocked`."""
        found = self._of(gone.pk).exclude(**self._except(kept))
        columns = ("pk", "org_path") if self.is_placed else ("pk",)
        by_place: dict[str, list[int]] = defaultdict(list)
        for pk, *place in found.select_for_update().order_by("pk").values_list(*columns):
            by_place[place[0] if place else ""].append(pk)
        for place, ids in by_place.items():
            for at in range(0, len(ids), _BATCH):
                some = ids[at : at + _BATCH]
                self._hang(some, kept, kept.org_path)
                yield Moved(some, place)

    def back(self, moved: Moved, gone: Customer, kept: Customer) -> None:
        """Undo one `Moved`. Raises `UndoRowsChanged`."""
        held = self._of(kept.pk).filter(pk__in=moved.ids).select_for_update().order_by("pk")
        missing = len(moved.ids) - len(held.values_list("pk"))
        if missing:
            raise UndoRowsChanged(what=self.label, count=missing)
        self._hang(moved.ids, gone, moved.place)

    def settle(self, _moved: Moved, _kept: Customer) -> bool:
        """Called once the merge is whole: add to `extra` what only then is known; whether it did."""
        return False

    def _of(self, customer_id: int) -> QuerySet[Any]:
        return self.model._default_manager.filter(**{f"{self.column}_id": customer_id})

    def _except(self, kept: Customer) -> dict[str, object]:
        """The survivor is not hung on itself, where it is a branch of the one that goes."""
        return {"pk__in": [kept.pk] if self.model is Customer else []}

    def _hang(self, ids: Sequence[int], on: Customer, place: str) -> None:
        values: dict[str, object] = {f"{self.column}_id": on.pk}
        if self.is_placed:
            values |= {"org_path": place, "org_city": place[: SEGMENT * CITY_DEPTH]}
        try:
            with transaction.atomic():
                self.model._default_manager.filter(pk__in=ids).update(**values)
        except IntegrityError:
            raise MergeBlocked(what=self.label) from None
        if self.tell is not None and ids:
            self.tell(ids)


_hangings: dict[str, Hanging] = {}


def references_to_customers() -> list[tuple[type[Model], Field[Any, Any]]]:
    """Every foreign key of any app to a customer, those without a way back (`related_name="+"`) too."""
    return [
        (relation.related_model, relation.field)
        for relation in Customer._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
    ]


def register_hanging(*hangings: Hanging) -> None:
    """Say what of an app hangs on customers. Called from `AppConfig.ready`."""
    for hanging in hangings:
        _hangings[hanging.name] = hanging


def hangings() -> Sequence[Hanging]:
    """All kinds, this app's first, then in the order of the layers."""
    return list(_hangings.values())


def hanging(name: str) -> Hanging:
    return _hangings[name]
