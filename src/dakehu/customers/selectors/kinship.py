"""The tree of group, branches and sites as one person sees it.

What a person doesn't see is not there: a branch outside their view is neither named nor counted, and what
hangs below it alone can't be reached from above.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from dakehu.customers.models import Customer
from dakehu.customers.selectors.customers import customers_for
from dakehu.infra.access.api import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class Branches:
    """One page of the accounts right below one; `after` asks for the next, empty at the end."""

    rows: Sequence[Customer]
    leading: Collection[int]
    """Which of the rows have branches that the actor sees."""
    after: str = ""


def line_up(actor: Actor, customer: Customer) -> list[Customer]:
    """The account with those above it as far as the actor sees them without a gap, the topmost first."""
    line, seen = [customer], {customer.pk}
    while (parent_id := line[0].parent_id) is not None and parent_id not in seen:
        parent = customers_for(actor).filter(pk=parent_id).first()
        if parent is None:
            break
        line.insert(0, parent)
        seen.add(parent_id)
    return line


def branches_below(actor: Actor, customer_id: int, after: str = "") -> Branches:
    """A page of the accounts right below one, by name; `after` is the id of the last one shown."""
    rows = customers_for(actor).filter(parent_id=customer_id)
    last = rows.filter(pk=after).first() if after.isdecimal() else None
    if last is not None:
        rows = rows.filter(Q(name_sort__gt=last.name_sort) | Q(name_sort=last.name_sort, pk__gt=last.pk))
    found = list(rows.order_by("name_sort", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Branches(shown, leading(actor, shown), str(shown[-1].pk) if len(found) > PAGE else "")


def leading(actor: Actor, rows: Sequence[Customer]) -> frozenset[int]:
    """Which of the accounts have branches that the actor sees."""
    below = customers_for(actor).filter(parent__in=[row.pk for row in rows])
    return frozenset(pk for pk in below.order_by().values_list("parent_id", flat=True).distinct() if pk)
