"""Accounts whose names are alike by a slip, a sound or a place, for many names at once (KAM-03)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dakehu.customers.domain.alike import Closeness, nearest, signatures
from dakehu.customers.domain.duplicates import Duplicate, Likeness
from dakehu.customers.domain.names import name_key
from dakehu.customers.domain.tokens import Term
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.selectors.search import scope_terms
from dakehu.infra.access.api import Actor

_MOST_A_NAME = 400
_AT_ONCE = 500
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Near:
    closeness: Closeness
    duplicate: Duplicate


def near_names(actor: Actor, names: Sequence[str]) -> list[list[Near]]:
    """For each name the accounts in the actor's view that are alike, likeliest first.

    Two statements for each hundred names, none of which reads more than some hundred rows a name.
    """
    keys = [name_key(name) if name else "" for name in names]
    return [found for at in range(0, len(keys), _AT_ONCE) for found in _of(actor, keys[at : at + _AT_ONCE])]


def _of(actor: Actor, keys: Sequence[str]) -> Iterator[list[Near]]:
    words = dict.fromkeys(signature for key in keys if len(key) >= _SHORTEST for signature in signatures(key))
    ids = (
        CUSTOMERS.find([Term(words=tuple(words)), *scope_terms(actor)], _MOST_A_NAME * len(keys))
        if words
        else []
    )
    columns = ("pk", "code", "name", "name_key", "owner__name")
    rows = {row[0]: row for row in customers_for(actor).filter(pk__in=ids).values_list(*columns)}
    sought = [key if len(key) >= _SHORTEST else "" for key in keys]
    for found in nearest(sought, {pk: row[3] for pk, row in rows.items()}):
        yield [
            Near(close, Duplicate(Likeness.NEAR_NAME, pk, rows[pk][1], rows[pk][2], rows[pk][4] or ""))
            for close, pk in found
        ]
