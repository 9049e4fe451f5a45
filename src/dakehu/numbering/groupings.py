"""Groups of lines that a product keeps, as other products may see them.

Products on one layer are strangers: Centrex registers its groups here, an enterprise VPN that joins them asks
here.

register_grouping(CentrexGrouping())           # in AppConfig.ready
register_regrouping_check(keep_vpn_members)    # the faults of a line's joining or leaving a group
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import DomainError
from dakehu.numbering.models import Line


@dataclass(frozen=True, slots=True)
class LineGroup:
    """A group: its name with its place, and whose it is."""

    group_id: int
    name: str
    customer_id: int


class Grouping(Protocol):
    """What the product answers; nothing of it locks."""

    def groups(self, actor: Actor, customer_ids: Collection[int]) -> Sequence[LineGroup]:
        """The customers' groups that the actor sees."""

    def group(self, actor: Actor, group_id: int) -> LineGroup:
        """The group, or `NotFound`."""

    def lines(self, group_id: int) -> Mapping[int, str]:
        """Its lines by id, each with its short number in the group."""

    def places(self, line_ids: Collection[int]) -> Mapping[int, tuple[int, str]]:
        """Of the lines those in a group: the group's id and the short number in it."""


RegroupingCheck = Callable[[Line], list[DomainError]]
_groupings: list[Grouping] = []
_checks: list[RegroupingCheck] = []


def register_grouping(grouping: Grouping) -> None:
    """Have `grouping` asked from now on."""
    _groupings[:] = [grouping]


def grouping() -> Grouping:
    """The groups there are; a product that keeps some is always installed."""
    return _groupings[0]


def register_regrouping_check(check: RegroupingCheck) -> None:
    """Have `check` asked, the line locked, before it joins or leaves a group."""
    if check not in _checks:
        _checks.append(check)


def regrouping_faults(line: Line) -> list[DomainError]:
    """What stands against the line's joining or leaving a group."""
    return [fault for check in _checks for fault in check(line)]
