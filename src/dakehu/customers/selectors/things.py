"""Finding what hangs on customers by its own words, within what the actor sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from dakehu.customers.domain.tokens import Query, Term, holds, parse_query
from dakehu.customers.models.search_index import THINGS
from dakehu.customers.selectors.search import scope_terms
from dakehu.customers.services.things import KINDS, Findable, findables
from dakehu.infra.access.api import Actor, visible

MOST = 400
"""Candidates looked at. More match only where little was typed; those recorded last are taken."""


def find_things(
    actor: Actor, text: str, limit: int, names: Collection[str]
) -> Sequence[tuple[Findable, Any]]:
    """Rows of the kinds named that the text finds and the actor may see, the latest first within a kind.

    One question to the index and one query for each kind that has candidates.
    """
    kinds = {kind.number: kind for kind in findables() if kind.name in names and actor.may(kind.permission)}
    query = parse_query(text)
    if not query or not kinds:
        return []
    by_kind: dict[int, list[int]] = defaultdict(list)
    for thing in _candidates(actor, query, kinds):
        by_kind[thing % KINDS].append(thing // KINDS)
    found: list[tuple[Findable, Any]] = []
    for number, ids in sorted(by_kind.items()):
        kind = kinds[number]
        rows = visible(kind.model._default_manager.filter(pk__in=ids), actor, kind.permission)
        told = rows.select_related(*kind.related).order_by("-pk")
        found += [(kind, row) for row in told if holds(query, kind.texts(row))][:limit]
    return found


def _candidates(actor: Actor, query: Query, kinds: Collection[int]) -> set[int]:
    those = Term(words=tuple(f"k{number}" for number in sorted(kinds)))
    found: set[int] = set()
    for terms in (query.terms, *query.readings):
        if terms:
            found.update(THINGS.find([*terms, those, *scope_terms(actor)], MOST, latest=True))
    return found
