"""Finding what hangs on customers by its own words, within what the actor sees."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dakehu.customers.domain.tokens import Query, Term, holds, parse_query
from dakehu.customers.models.search_index import THINGS
from dakehu.customers.selectors.search import scope_terms
from dakehu.customers.services.things import KINDS, Findable, findables
from dakehu.infra.access.api import Actor, visible

MOST = 400
"""Candidates looked at of one kind. More match only where little was typed, which tells too little."""


def find_things(
    actor: Actor, text: str, limit: int, names: Collection[str]
) -> Sequence[tuple[Findable, Any]]:
    """Rows of the kinds named that the text finds and the actor may see, the latest first within a kind.

    For each kind a question to the index and, if it has candidates, one query.
    """
    kinds = {kind.number: kind for kind in findables() if kind.name in names and actor.may(kind.permission)}
    query = parse_query(text)
    if not query or not kinds:
        return []
    found: list[tuple[Findable, Any]] = []
    for number, kind in sorted(kinds.items()):
        ids = [thing // KINDS for thing in _candidates(actor, query, number)]
        if not ids:
            continue
        rows = visible(kind.model._default_manager.filter(pk__in=ids), actor, kind.permission)
        told = rows.select_related(*kind.related).order_by("-pk")
        found += [(kind, row) for row in told if holds(query, kind.texts(row))][:limit]
    return found


def _candidates(actor: Actor, query: Query, kind: int) -> set[int]:
    those = [Term(words=(f"k{kind}",)), *scope_terms(actor)]
    found: set[int] = set()
    for terms in (query.terms, *query.readings):
        if terms and len(found) < MOST:
            found.update(THINGS.find([*terms, *those], MOST))
    return found
