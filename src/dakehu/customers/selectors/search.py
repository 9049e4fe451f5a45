"""Search of customers: any part of a name, pinyin initials, codes; within what the actor sees.

Theory of operation. The index (`models.search_index`) gives the ids of rows for which all terms of the query
hold, the actor's subtree among them. Up to `CANDIDATES` ids the list is cut down to them. Beyond that the
query tells little ("公司", "太原"), so matches lie close together in any order, and the list walks its own
sort index and looks at each row. Either way what is listed is exact, sorted and paged like any other list.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import reduce

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from dakehu.customers.domain.tokens import Part, Query, Term, parse_query
from dakehu.customers.models import Customer
from dakehu.customers.models.search_index import find_ids
from dakehu.infra.access.api import CITY_DEPTH, Actor

CANDIDATES = 5000
_SHORTEST_CODE = 4


class Search:
    """One actor's search; asks the index once for each text, however many querysets it narrows."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._found: dict[str, list[int] | None] = {}

    def narrow(self, customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
        """Those of `customers` that `text` finds; all for a blank text, none for one too short to search by.

        `customers` must already be what the actor may see: the index narrows, it does not guard.
        """
        if not text.strip():
            return customers
        query = parse_query(text)
        if not query:
            return customers.none()
        ids = self.candidates(text, query)
        if ids is None:
            return customers.filter(_condition(query.parts))
        loose = [part for part in query.parts if part.loose]
        return customers.filter(_condition(loose), pk__in=ids)

    def candidates(self, text: str, query: Query) -> list[int] | None:
        """The ids that the index gives, or None where there are too many to be of use."""
        if text not in self._found:
            terms = [*query.terms, *_scope_terms(self._actor)]
            ids = find_ids(terms, CANDIDATES + 1) if query.terms else None
            self._found[text] = ids if ids is not None and len(ids) <= CANDIDATES else None
        return self._found[text]


def matching(customers: QuerySet[Customer], actor: Actor, text: str) -> QuerySet[Customer]:
    """`Search.narrow` for one queryset."""
    return Search(actor).narrow(customers, text)


def best_matches(customers: QuerySet[Customer], actor: Actor, text: str, most: int = 10) -> list[Customer]:
    """The first few for a search box: exact codes and names that begin so, then by revenue."""
    search, query = Search(actor), parse_query(text)
    found = search.narrow(customers, text)
    if not query or search.candidates(text, query) is None:
        return list(found.order_by("-monthly_revenue_fen", "-id")[:most])
    begins = Q(name__startswith=text.strip()) | Q(code=text.strip().upper())
    ranked = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(found.annotate(rank=ranked).order_by("rank", "-monthly_revenue_fen", "-id")[:most])


def _scope_terms(actor: Actor) -> list[Term]:
    if actor.scope.path and actor.scope.depth < CITY_DEPTH:
        return []
    words = [f"p{actor.scope.path}"] if actor.scope.path else []
    if actor.user_id is not None:
        words.append(f"u{actor.user_id}")
    return [Term(words=tuple(words))] if words else [Term(words=("nobody",))]


def _condition(parts: Iterable[Part]) -> Q:
    return reduce(operator.and_, map(_holds, parts), Q())


def _holds(part: Part) -> Q:
    if part.is_han:
        return Q(name__contains=part.text)
    condition = Q(initials__contains=part.text) | Q(name__icontains=part.text)
    if len(part.text) >= _SHORTEST_CODE:
        code = part.text.upper()
        condition |= Q(code__startswith=code) | Q(credit_code__startswith=code)
        condition |= Q(credit_code__contains=code) | Q(phone__contains=part.text)
    return condition
