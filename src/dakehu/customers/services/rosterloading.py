"""Entries that bring dates of their own, from another system or a generator: not from a person's hand."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from dakehu.customers.domain.roster import EntryState
from dakehu.customers.models import RosterEntry
from dakehu.customers.permissions import RosterPermission
from dakehu.customers.selectors.roster import reclaim_days
from dakehu.customers.services.ownership import keep_in_step
from dakehu.customers.services.roster import entry_locked
from dakehu.infra.access.api import SYSTEM


def roster_load_days(*, entry_id: int, since: date, warned_on: date | None = None) -> RosterEntry:
    """Let an entry in force have begun on an earlier day, and have been warned if it was; periods follow."""
    with transaction.atomic():
        row, entry = entry_locked(SYSTEM, entry_id, RosterPermission.APPROVE)
        if entry.state != EntryState.IN_FORCE:
            raise ValueError("only an entry in force has days to load")
        days = reclaim_days()
        entry.since, entry.check_on = since, since + timedelta(days=days.idle_days)
        if warned_on:
            entry.state, entry.warned_on = EntryState.WARNED, warned_on
            entry.check_on = warned_on + timedelta(days=days.grace_days)
        entry.save()
        keep_in_step([row], since=since)
    return entry
