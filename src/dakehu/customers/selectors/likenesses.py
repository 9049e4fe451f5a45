"""What the person who types a name is told at once: who is on file that may be the same customer.

What they may see is named, with a link. Of what they may not see they learn one thing alone, and only where
credit code or name is the same: that it exists, and whom to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dakehu.customers.domain.alike import Closeness
from dakehu.customers.domain.creditcodes import read_credit_code
from dakehu.customers.domain.duplicates import Duplicate
from dakehu.customers.domain.names import display_name
from dakehu.customers.selectors.duplicates import Candidate, exact_duplicates
from dakehu.customers.selectors.nearness import near_names
from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import DomainError

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
    """Five statements at most, none of which reads more than some hundred rows, whatever is on file.

    A code that is not yet complete is left out of account.
    """
    try:
        code = read_credit_code(credit_code)
    except DomainError:
        code = ""
    kept = display_name(name)
    found = exact_duplicates(actor, [Candidate(kept, code)], other_than=other_than)[0]
    known = {duplicate.customer_id for duplicate in found.seen} | {other_than}
    ranked = [each for each in near_names(actor, [kept])[0] if each.duplicate.customer_id not in known]
    likely = [each.duplicate for each in ranked if each.closeness > Closeness.SHORT_SLIP]
    unlikely = [each.duplicate for each in ranked[len(likely) :]][:MOST_UNLIKELY]
    return Likenesses(found.seen[:MOST_SHOWN], [*likely, *unlikely][:MOST_SHOWN], bool(found.hidden))
