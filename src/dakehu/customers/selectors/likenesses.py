"""What the person who types a name is told at once: who is on file that may be the same customer.

What they may see is named, with a link. Of what they may not see they learn one thing alone, and only where
credit code or name is the same: that it exists, and whom to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dakehu.customers.domain.alike import Closeness, closeness, signatures
from dakehu.customers.domain.creditcodes import read_credit_code
from dakehu.customers.domain.duplicates import Duplicate, Likeness
from dakehu.customers.domain.names import display_name, name_key
from dakehu.customers.domain.tokens import Term
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.selectors.duplicates import Candidate, find_duplicates
from dakehu.customers.selectors.search import scope_terms
from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import DomainError

MOST_CANDIDATES = 400
MOST_SHOWN = 8
MOST_UNLIKELY = 3


@dataclass(frozen=True, slots=True)
class Likenesses:
    """`same` by code or key, `near` by a slip, nearest first; `is_hidden`: another is outside the view."""

    same: Sequence[Duplicate] = ()
    near: Sequence[Duplicate] = ()
    is_hidden: bool = False

    @property
    def shown(self) -> list[Duplicate]:
        return [*self.same, *self.near]


def likenesses_of(
    actor: Actor, *, name: str, credit_code: str = "", other_than: int | None = None
) -> Likenesses:
    """Five statements at most, none of which reads more than `MOST_CANDIDATES` rows, whatever is on file.

    A code that is not yet complete is left out of account.
    """
    try:
        code = read_credit_code(credit_code)
    except DomainError:
        code = ""
    kept = display_name(name)
    found = find_duplicates(actor, [Candidate(kept, code)], other_than=other_than)[0]
    known = {duplicate.customer_id for duplicate in found.seen} | {other_than}
    near = [each for each in near_names(actor, kept) if each.customer_id not in known]
    return Likenesses(found.seen[:MOST_SHOWN], near[:MOST_SHOWN], bool(found.hidden))


def near_names(actor: Actor, name: str) -> list[Duplicate]:
    """Accounts in the actor's view whose names are alike by a slip or a place, the nearest first."""
    key = name_key(name) if name else ""
    if len(key) < 2:
        return []
    terms = [Term(words=tuple(signatures(key))), *scope_terms(actor)]
    ids = CUSTOMERS.find(terms, MOST_CANDIDATES)
    rows = (
        customers_for(actor).filter(pk__in=ids).values_list("pk", "code", "name", "name_key", "owner__name")
    )
    scored: list[tuple[Closeness, Duplicate]] = []
    for pk, number, label, other, owner in rows:
        close = closeness(key, other)
        if close is not None:
            scored.append((close, Duplicate(Likeness.NEAR_NAME, pk, number, label, owner or "")))
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].customer_id))
    likely = [found for close, found in ranked if close > Closeness.SHORT_SLIP]
    return likely + [found for _close, found in ranked[len(likely) :]][:MOST_UNLIKELY]
