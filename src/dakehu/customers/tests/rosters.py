"""Entries of the named-account list for tests."""

from __future__ import annotations

from typing import Any

from dakehu.customers.domain.roster import Criterion, EntryEvent
from dakehu.customers.models import Customer, RosterEntry
from dakehu.customers.services.roster import Application, roster_apply, roster_step
from dakehu.infra.access.api import SYSTEM
from dakehu.organisation.models import User


def an_application(row: Customer, owner: User, **fields: Any) -> Application:
    return Application(row.pk, owner.pk, Criterion.REVENUE, "收入达标", **fields)


def an_entry(row: Customer, owner: User, **fields: Any) -> RosterEntry:
    """An entry in force, by way of application, review and approval."""
    application = an_application(row, owner, duplicates_seen=True, **fields)
    entry = roster_apply(actor=SYSTEM, application=application)
    for event in (EntryEvent.REVIEW, EntryEvent.APPROVE):
        entry = roster_step(actor=SYSTEM, entry_id=entry.pk, version=entry.version, event=event)
    return entry
