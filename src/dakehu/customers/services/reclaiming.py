"""Accounts that nobody looks after: warned, then returned to the pool; and the rule's days (KAM-12)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.domain.reclaim import ReclaimDays, Verdict, check_days, judge
from dakehu.customers.domain.roster import ENTRY_STATES, EntryEvent, EntryState
from dakehu.customers.hooks import last_contacts
from dakehu.customers.models import OwnershipDispute, ReclaimRule, RosterEntry
from dakehu.customers.permissions import RosterPermission
from dakehu.customers.selectors.roster import reclaim_days
from dakehu.customers.services.ownership import give_to, today
from dakehu.customers.services.roster import end_current, entry_locked, keep_record
from dakehu.infra.access.api import SYSTEM, Actor, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.versions import advance
from dakehu.kernel.errors import NotFound, raise_faults

_BATCH = 100
_LOOKED_AT = (EntryState.IN_FORCE, EntryState.WARNED)
_DAYS = ("idle_days", "grace_days", "rest_days")


def reclaim_due() -> bool:
    """Look at a batch of entries whose day has come, each in a transaction; True when there may be more."""
    day = today()
    due = RosterEntry.objects.filter(state__in=_LOOKED_AT, check_on__lte=day).order_by("check_on", "pk")
    chosen = list(due.values_list("pk", "customer_id")[:_BATCH])
    if not chosen:
        return False
    contacts, days = last_contacts([customer_id for _pk, customer_id in chosen]), reclaim_days()
    for pk, customer_id in chosen:
        _look_at(pk, days, contacts.get(customer_id), day)
    return len(chosen) == _BATCH


def reclaim_rule_set(*, actor: Actor, version: int, days: ReclaimDays) -> ReclaimRule:
    """Set the rule's days, if nobody did since `version` was read; every account is looked at again."""
    require(actor, RosterPermission.RULES)
    raise_faults(check_days(days))
    with transaction.atomic():
        ReclaimRule.objects.get_or_create(pk=1)
        row = ReclaimRule.objects.select_for_update().get(pk=1)
        before = snapshot(row, *_DAYS)
        advance(row, version)
        row.idle_days, row.grace_days, row.rest_days = days.idle_days, days.grace_days, days.rest_days
        row.save()
        RosterEntry.objects.filter(state__in=_LOOKED_AT).update(check_on=today())
        record(actor, "rosterrule.change", Change("rosterrule", row.pk, "", before, snapshot(row, *_DAYS)))
    return row


def _look_at(entry_id: int, days: ReclaimDays, contact: date | None, day: date) -> None:
    with transaction.atomic():
        try:
            row, entry = entry_locked(SYSTEM, entry_id, RosterPermission.APPROVE)
        except NotFound:
            return  # gone since it was chosen
        if entry.state not in _LOOKED_AT or entry.check_on is None or entry.since is None:
            return  # moved since it was chosen
        last = max(contact or entry.since, entry.since)
        verdict, entry.check_on = judge(days, last_contact=last, warned_on=entry.warned_on, today=day)
        before = snapshot(entry, "state", "warned_on")
        if verdict is Verdict.RECLAIM and not _is_disputed(row.pk):
            end_current(SYSTEM, row, entry, EntryEvent.RECLAIM)
            give_to(SYSTEM, row, None)
            return
        event = {Verdict.WARN: EntryEvent.WARN, Verdict.CLEAR: EntryEvent.CLEAR}.get(verdict)
        if event:
            entry.state = ENTRY_STATES.move(EntryState(entry.state), event)
            entry.warned_on = day if event is EntryEvent.WARN else None
            entry.version += 1
        if verdict is Verdict.RECLAIM:  # a dispute holds it up: look again tomorrow
            entry.check_on = date.fromordinal(day.toordinal() + 1)
        entry.save()
        if event:
            keep_record(SYSTEM, f"roster.{event}", row, entry, before)


def _is_disputed(customer_id: int) -> bool:
    return OwnershipDispute.objects.filter(customer_id=customer_id, state=DisputeState.OPEN).exists()
