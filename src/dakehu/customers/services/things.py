"""What hangs on customers and is found by its own words: contacts, contracts, documents, visits and so on.

Each kind says which texts of a row it is found by (`register_findable`, from `AppConfig.ready`). Its rows
stand in one index, under ids that hold the kind's number; whoever writes a row calls `index_things` in the
same transaction. Words hold the units and persons that see the customer, as the customers' own do: where
these change, what hangs on the customer is written anew (`follow_customers`, called by `saving.index`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.functional import Promise

from dakehu.customers.domain.tokens import scope_tokens, thing_tokens
from dakehu.customers.models import Collaborator, Contact, Customer
from dakehu.customers.models.search_index import THINGS
from dakehu.infra.access.api import CITY_DEPTH, SEGMENT

KINDS = 16
"""How many kinds there can be: an id in the index is the row's id times this, and the kind's number."""
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Findable:
    """One kind. `number` is below `KINDS`, and each kind keeps its own for good.

    `texts` reads the row's own columns; `related` names what else `title`, `note` and `url` of a hit read.
    """

    name: str
    number: int
    label: str | Promise
    icon: str
    model: type[Model]
    texts: Callable[[Any], Sequence[str]]
    permission: str
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    note: Callable[[Any], str] = lambda _row: ""
    related: tuple[str, ...] = ("customer",)


_findables: dict[str, Findable] = {}


def register_findable(*kinds: Findable) -> None:
    for kind in kinds:
        if any(kind.number == other.number for other in _findables.values() if other.name != kind.name):
            raise RuntimeError(f"{kind.name} has another kind's number")
        _findables[kind.name] = kind


def findables() -> Sequence[Findable]:
    return list(_findables.values())


def index_things(name: str, rows: Sequence[Any], *, fresh: bool = False) -> None:
    """Write the words of rows of one kind; two queries beside those of the index."""
    kind = _findables[name]
    scopes = _scopes({row.customer_id for row in rows})
    THINGS.put(
        {
            thing_id(kind, row.pk): thing_tokens(kind.number, kind.texts(row), scopes[row.customer_id])
            for row in rows
        },
        fresh=fresh,
    )


def forget_things(name: str, ids: Collection[int]) -> None:
    """Take rows that are gone out of the index."""
    THINGS.remove([thing_id(_findables[name], pk) for pk in ids])


def things_moved(name: str) -> Callable[[Sequence[int]], None]:
    """For `Hanging.tell`: rows that now hang on another customer are seen by others."""

    def tell(ids: Sequence[int]) -> None:
        index_things(name, list(_findables[name].model._default_manager.filter(pk__in=ids)))

    return tell


def follow_customers(customer_ids: Collection[int]) -> None:
    """Write anew what hangs on customers who are seen by others now."""
    for kind in findables():
        rows = kind.model._default_manager.filter(customer__in=customer_ids)
        for some in _batches(rows):
            index_things(kind.name, some)


def reindex_things(kind: Findable, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Write all rows of a kind anew, a batch to a transaction; how many there are."""
    last, done = 0, 0
    while True:
        with transaction.atomic():
            rows = kind.model._default_manager.select_for_update().filter(pk__gt=last).order_by("pk")
            found = list(rows[:_BATCH])
            if not found:
                return done
            index_things(kind.name, found)
        last, done = found[-1].pk, done + len(found)
        progress(done)


def thing_id(kind: Findable, pk: int) -> int:
    return pk * KINDS + kind.number


def things_missing() -> bool:
    """Whether there are contacts and none stands in the index: a database older than the index."""
    return THINGS.is_empty() and Contact.objects.exists()


def _batches(rows: Any) -> Iterator[list[Any]]:
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield some
        last = some[-1].pk


def _scopes(customer_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """The tokens by which each customer is seen."""
    people: dict[int, list[int]] = defaultdict(list)
    for customer_id, user_id in Collaborator.objects.filter(customer__in=customer_ids).values_list(
        "customer_id", "user_id"
    ):
        people[customer_id].append(user_id)
    places = Customer.objects.filter(pk__in=customer_ids).values_list("pk", "org_path")
    return {pk: scope_tokens(seen_from(path), sorted(people[pk])) for pk, path in places}


def seen_from(org_path: str) -> tuple[str, ...]:
    """The paths from which what lies at `org_path` is seen: its own and those above, from the city on."""
    return tuple(org_path[:end] for end in range(SEGMENT * CITY_DEPTH, len(org_path) + 1, SEGMENT))
