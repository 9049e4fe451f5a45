"""What other chapters tell on a customer's visit brief: services, open orders, warnings.

A higher chapter registers a section in `AppConfig.ready`; its lines are asked for when the brief is shown,
by someone who holds its right and sees the customer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from dakehu.customers.models import Customer
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import Badge

Text = str | Promise


@dataclass(frozen=True, slots=True)
class BriefLine:
    """One line of a section: what it is, where it leads, when, and how it stands."""

    text: Text
    url: str = ""
    note: Text = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class BriefSection:
    """A section of the brief; without lines it is left out, unless `empty` says what that means."""

    name: str
    label: Text
    lines: Callable[[Actor, Customer], Sequence[BriefLine]]
    permission: str
    order: int = 100
    empty: Text = ""


_sections: dict[str, BriefSection] = {}


def register_brief(*sections: BriefSection) -> None:
    """Add sections; a later one of the same name takes the earlier one's place."""
    for section in sections:
        _sections[section.name] = section


def brief_sections(actor: Actor) -> list[BriefSection]:
    """The sections that the actor may read, in their order."""
    allowed = [section for section in _sections.values() if actor.may(section.permission)]
    return sorted(allowed, key=lambda section: section.order)
