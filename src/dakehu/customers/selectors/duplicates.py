"""Finding accounts that may be the same customer, for one draft or for a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Q

from dakehu.customers.domain.alike import Closeness
from dakehu.customers.domain.creditcodes import read_credit_code
from dakehu.customers.domain.duplicates import Duplicate, Likeness
from dakehu.customers.domain.names import display_name, name_key
from dakehu.customers.models import Collaborator, Customer, LikePair
from dakehu.customers.selectors.nearness import near_names
from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import DomainError

_MOST = 20
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """What of a draft is compared."""

    name: str
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`seen` is the actor's to know; `hidden` are ids outside their view, for those who see both."""

    seen: tuple[Duplicate, ...] = ()
    hidden: tuple[int, ...] = ()


def duplicates_of(
    actor: Actor, *, name: str, credit_code: str = "", other_than: int | None = None
) -> list[Duplicate]:
    """The accounts in the actor's view with the same code, or else a name like it; for live warnings.

    A code that is not yet complete is left out of account.
    """
    try:
        code = read_credit_code(credit_code)
    except DomainError:
        code = ""
    found = find_duplicates(actor, [Candidate(display_name(name), code)], other_than=other_than)
    return list(found[0].seen)


def find_duplicates(
    actor: Actor, candidates: Sequence[Candidate], *, other_than: int | None = None
) -> list[Found]:
    """For each candidate what is on file already, by code, by an equal name, or else by a name nearly equal.

    Accounts that were declared to be others than `other_than` are passed over, and so are names that differ
    as two companies' most often do (`Closeness.SHORT_SLIP`). Two statements for each hundred candidates.
    """
    exact = exact_duplicates(actor, candidates, other_than=other_than)
    open_ones = [place for place, found in enumerate(exact) if not found.seen]
    near = near_names(actor, [candidates[place].name for place in open_ones])
    passed = _declared_others(other_than) if any(near) else set()
    for place, found in zip(open_ones, near, strict=True):
        likely = [each.duplicate for each in found if each.closeness > Closeness.SHORT_SLIP]
        seen = tuple(each for each in likely if each.customer_id not in passed)[:_MOST]
        exact[place] = replace(exact[place], seen=seen)
    return exact


def _declared_others(customer_id: int | None) -> set[int | None]:
    """The account itself, and those of which the desk said that they are not it."""
    if customer_id is None:
        return set()
    pairs = LikePair.objects.filter(Q(low=customer_id) | Q(high=customer_id), is_distinct=True)
    return {customer_id, *(pk for pair in pairs.values_list("low", "high") for pk in pair)}


def exact_duplicates(
    actor: Actor, candidates: Sequence[Candidate], *, other_than: int | None = None
) -> list[Found]:
    """The same by code and by equal names alone; two statements for each thousand candidates."""
    keys = [name_key(candidate.name) for candidate in candidates]
    by_key: _Groups = defaultdict(dict)
    by_code: _Groups = defaultdict(dict)
    for at in range(0, len(candidates), _BATCH):
        codes = {candidate.credit_code for candidate in candidates[at : at + _BATCH]}
        for row in _rows(set(keys[at : at + _BATCH]), codes - {""}):
            if row.pk != other_than:
                by_key[row.name_key][row.pk] = row
                by_code[row.credit_code][row.pk] = row
    shared = _shared_with(actor, {pk for group in by_key.values() for pk in group})
    return [
        _sort_out(actor, by_code[candidate.credit_code] if candidate.credit_code else {}, by_key[key], shared)
        for candidate, key in zip(candidates, keys, strict=True)
    ]


class _Row(NamedTuple):
    pk: int
    code: str
    name: str
    name_key: str
    credit_code: str
    org_path: str
    owner: str | None


_COLUMNS = ("pk", "code", "name", "name_key", "credit_code", "org_path", "owner__name")
_Groups = dict[str, dict[int, _Row]]


def _rows(keys: set[str], codes: set[str]) -> list[_Row]:
    most = _MOST * _BATCH
    found = list(Customer.objects.filter(name_key__in=keys - {""}).values_list(*_COLUMNS)[:most])
    if codes:
        coded = Customer.objects.exclude(credit_code="").filter(credit_code__in=codes)
        found += coded.values_list(*_COLUMNS)[:most]
    return [_Row(*values) for values in found]


def _sort_out(actor: Actor, same: dict[int, _Row], alike: dict[int, _Row], shared: set[int]) -> Found:
    both = [(Likeness.SAME_CODE, row) for row in same.values()]
    both += [(Likeness.ALIKE_NAME, row) for row in alike.values() if row.pk not in same]
    seen = [(kind, row) for kind, row in both if actor.scope.contains(row.org_path) or row.pk in shared]
    hidden = {row.pk for _kind, row in both} - {row.pk for _kind, row in seen}
    duplicates = (Duplicate(kind, row.pk, row.code, row.name, row.owner or "") for kind, row in seen[:_MOST])
    return Found(tuple(duplicates), tuple(sorted(hidden)[:_MOST]))


def _shared_with(actor: Actor, ids: set[int]) -> set[int]:
    if actor.user_id is None or not ids:
        return set()
    mine = Collaborator.objects.filter(user_id=actor.user_id, customer__in=ids)
    return set(mine.values_list("customer_id", flat=True))
