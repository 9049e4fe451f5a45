"""Search of customers: any part of a name, pinyin initials, codes; within what the actor sees.

Theory of operation. The index (`models.search_index`) gives the ids of the rows for which all terms of the
query hold, the actor's subtree among them, and the list is cut down to these ids. What matches more than
`MOST` rows tells too little to be listed ("太原", "公司"): then the `MOST` of the highest grades are taken,
which the index gives as fast, and `Search.is_cut` says so for the page to tell. Where a list is narrowed by
other filters as well, those decide what is left and nothing may be cut: each row is then looked at instead.

A code is found whole by the index, and by its beginning through the columns' own indexes.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.tokens import Part, PartKind, Query, Term, parse_query
from dakehu.customers.models import Customer
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.infra.access.api import CITY_DEPTH, Actor

MOST = 3000
_BEHIND = "\uffff"


@dataclass(frozen=True, slots=True)
class _Found:
    """`is_cut`: there are more than these."""

    ids: list[int]
    is_cut: bool = False


class Search:
    """One actor's search; asks the index once for each text, however many querysets it narrows.

    With `exactly` nothing is cut: for lists that other filters narrow as well.
    """

    def __init__(self, actor: Actor, *, exactly: bool = False) -> None:
        self._actor, self._exactly = actor, exactly
        self._known: dict[str, _Found] = {}

    def narrow(self, customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
        """Those of `customers` that `text` finds; all for a blank text, none for one too short to search by.

        `customers` must already be what the actor may see: the index narrows, it does not guard.
        """
        if not text.strip():
            return customers
        query = parse_query(text)
        if not query:
            return customers.none()
        found = self._found(text, query)
        if query.codes:
            return customers.filter(_condition(set(query.parts) - {query.codes[0]}), pk__in=found.ids)
        if found.is_cut and self._exactly:
            return customers.filter(_condition(query.parts))
        return customers.filter(_condition(part for part in query.parts if part.loose), pk__in=found.ids)

    def is_cut(self, text: str) -> bool:
        """Whether more rows match than are listed."""
        query = parse_query(text)
        return bool(query) and not self._exactly and self._found(text, query).is_cut

    def _found(self, text: str, query: Query) -> _Found:
        if text not in self._known:
            self._known[text] = self._by_codes(query) if query.codes else self._by_terms(query)
        return self._known[text]

    def _by_terms(self, query: Query) -> _Found:
        found = self._by_reading(query.terms)
        for terms in query.readings:
            more = self._by_reading(terms)
            ids = list(dict.fromkeys([*found.ids, *more.ids]))
            found = _Found(ids[:MOST], found.is_cut or more.is_cut or len(ids) > MOST)
        return found

    def _by_reading(self, sought: Sequence[Term]) -> _Found:
        terms = [*sought, *scope_terms(self._actor)]
        ids = CUSTOMERS.find(terms, MOST + 1) if sought else []
        if sought and len(ids) <= MOST:
            return _Found(ids)
        taken: list[int] = []
        for grade in Grade:
            graded = [*terms, Term(words=(f"g{int(grade)}",))]
            taken += CUSTOMERS.find(graded, MOST - len(taken)) if len(taken) < MOST else []
        return _Found(taken, is_cut=len(taken) == MOST)

    def _by_codes(self, query: Query) -> _Found:
        """The rows of one code, whole or by its beginning; other parts are checked on the row."""
        part = query.codes[0]
        terms = [term for term in query.terms if f"c{part.text}" in term.words]
        ids = set(CUSTOMERS.find([*terms, *scope_terms(self._actor)], MOST + 1))
        for condition in _beginnings(part):
            ids |= set(Customer.objects.filter(condition).values_list("pk", flat=True)[: MOST + 1])
        return _Found(sorted(ids)[:MOST], is_cut=len(ids) > MOST)


def matching(customers: QuerySet[Customer], actor: Actor, text: str) -> QuerySet[Customer]:
    """`Search.narrow` for one queryset."""
    return Search(actor).narrow(customers, text)


def best_matches(customers: QuerySet[Customer], actor: Actor, text: str, most: int = 10) -> list[Customer]:
    """The first few for a search box: exact codes and names that begin so, then by revenue."""
    begins = Q(name__startswith=text.strip()) | Q(code=text.strip().upper())
    ranked = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = matching(customers, actor, text) if parse_query(text) else customers.none()
    return list(found.annotate(rank=ranked).order_by("rank", "-monthly_revenue_fen", "-id")[:most])


def scope_terms(actor: Actor) -> list[Term]:
    """What keeps the index to the actor's view; nothing for who sees the whole province."""
    if actor.scope.path and actor.scope.depth < CITY_DEPTH:
        return []
    words = [f"p{actor.scope.path}"] if actor.scope.path else []
    if actor.user_id is not None:
        words.append(f"u{actor.user_id}")
    return [Term(words=tuple(words or ["nobody"]))]


def _beginnings(part: Part) -> list[Q]:
    """Ranges that the indexes of the code columns serve, which LIKE is not on every database."""
    found = []
    if part.account_code:
        found.append(Q(code__gte=part.account_code, code__lt=part.account_code + _BEHIND))
    if part.credit_code:
        coded = Q(credit_code__gte=part.credit_code, credit_code__lt=part.credit_code + _BEHIND)
        found.append(~Q(credit_code="") & coded)
    return found


def _condition(parts: Iterable[Part]) -> Q:
    return reduce(operator.and_, map(_holds, parts), Q())


def _holds(part: Part) -> Q:
    """What is true of a row that the part finds."""
    if part.kind is PartKind.HAN:
        return Q(name__contains=part.text)
    words = Q(initials__contains=part.text) | Q(name__icontains=part.text)
    for cut in part.spelled:
        words |= Q(name_sort__startswith=cut) | Q(name_sort__contains=f" {cut}")
    if part.kind is PartKind.LETTERS:
        return words
    code = part.text.upper()
    return words | Q(code__startswith=code) | Q(credit_code__startswith=code)
