"""Likely duplicates as the desk reads them: groups of pairs of which the actor sees both files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, QuerySet

from dakehu.customers.domain.alike import Closeness
from dakehu.customers.models import Customer, LikePair
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customers_for
from dakehu.infra.access.api import Actor

GROUPS_A_PAGE = 20
_PAIRS_A_PAGE = 400


@dataclass(frozen=True, slots=True)
class ShownPair:
    low: Customer
    high: Customer
    closeness: Closeness


@dataclass(frozen=True, slots=True)
class PairsPage:
    """`groups` of pairs, the likeliest first; `total` groups in all."""

    groups: Sequence[Sequence[ShownPair]]
    total: int
    has_more: bool


def open_pairs(actor: Actor) -> QuerySet[LikePair]:
    """The pairs that nobody declared different and of which the actor sees both files."""
    seen = customers_for(actor, Permission.MERGE)
    return LikePair.objects.filter(
        Exists(seen.filter(pk=OuterRef("low"))), Exists(seen.filter(pk=OuterRef("high"))), is_distinct=False
    )


def pairs_page(actor: Actor, page: int) -> PairsPage:
    """One page of groups; four statements."""
    pairs = open_pairs(actor)
    groups = pairs.order_by().values("group").annotate(best=Max("closeness")).order_by("-best", "group")
    at = (page - 1) * GROUPS_A_PAGE
    wanted = [each["group"] for each in groups[at : at + GROUPS_A_PAGE + 1]]
    shown = wanted[:GROUPS_A_PAGE]
    rows = list(pairs.filter(group__in=shown).order_by("-closeness", "low", "high")[:_PAIRS_A_PAGE])
    files = Customer.objects.select_related("owner", "org_unit").in_bulk(
        {pk for row in rows for pk in (row.low, row.high)}
    )
    by_group: dict[int, list[ShownPair]] = defaultdict(list)
    for row in rows:
        if row.low in files and row.high in files:
            pair = ShownPair(files[row.low], files[row.high], Closeness(row.closeness))
            by_group[row.group].append(pair)
    return PairsPage(
        [by_group[group] for group in shown if by_group[group]], groups.count(), len(wanted) > len(shown)
    )
