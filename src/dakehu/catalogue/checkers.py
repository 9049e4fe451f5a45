"""A product's own rules, registered by name from its app's `ready`.

    register_checker("centrex.group", check_group_item)

The catalogue calls the checker that a specification names, after each value has passed its own rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dakehu.catalogue.domain.characteristics import Value
from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import DomainError

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ItemContext:
    """What a checker may need beside the item's own values.

    `parent`: the values of the item in the same order that this one builds on (a member's new group);
    `siblings`: those of the other items of the same offering in the order. `reserved_for` is the holder
    under which the order reserves numbers: its own reservations don't count as taken.
    """

    actor: Actor
    customer_id: int
    parent: Values | None = None
    siblings: Sequence[Values] = ()
    reserved_for: str = ""


Checker = Callable[[Values, ItemContext], list[DomainError]]
_checkers: dict[str, Checker] = {}


def register_checker(name: str, checker: Checker) -> None:
    """Make a product's rules known; a name is registered once."""
    if _checkers.setdefault(name, checker) is not checker:
        raise ValueError(f"the checker {name} is registered already")


def find_checker(name: str) -> Checker | None:
    """The checker of that name; None for the empty name. A name that no app registered is a fault of ours."""
    return _checkers[name] if name else None
