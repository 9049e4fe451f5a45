"""What apps above customers tell them: on which day an account was last looked after.

An app that knows of visits, sales or the like registers a source from its `AppConfig.ready`; the rule of
reclaiming (`domain.reclaim`) takes the latest day that any of them gives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

ContactSource = Callable[[Collection[int]], Mapping[int, date]]
"""The last day for each of the customers that it knows one of, in a fixed number of queries."""

_sources: dict[str, ContactSource] = {}


def register_contact_source(name: str, source: ContactSource) -> None:
    _sources[name] = source


def last_contacts(customer_ids: Collection[int]) -> dict[int, date]:
    """The latest day on which any source saw the account looked after; accounts without one are left out."""
    latest: dict[int, date] = {}
    for source in _sources.values():
        for customer_id, day in source(customer_ids).items():
            latest[customer_id] = max(day, latest.get(customer_id, day))
    return latest


def contacts_by(name: str, customer_ids: Collection[int]) -> Mapping[int, date]:
    """What the one source says; nothing where no app registered it."""
    source = _sources.get(name)
    return source(customer_ids) if source else {}
