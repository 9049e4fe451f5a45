"""What of this chapter follows an account from one manager to another by a hand-over (KAM-02, KAM-12).

An account on the named-account list stays on it: the giver's entry ends on this day and one of the taker's
begins, with the same criterion and state and the shares of all others. Open applications that name the giver
name the taker; warnings in hand and reminders of missing data become the taker's tasks. The owner of the
account itself is changed by the caller afterwards, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from dakehu.customers.domain.churn import LIVE
from dakehu.customers.domain.roster import CURRENT, OPEN, REASON_MAX, EntryEvent, EntryState
from dakehu.customers.models import ChurnWarning, Customer, QualityReminder, RosterEntry, RosterShare
from dakehu.customers.selectors.roster import reclaim_days
from dakehu.customers.services.ownership import today
from dakehu.customers.services.roster import end_current, keep_record, refuse_under_dispute
from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now


def accounts_succeed(
    *, actor: Actor, customer_ids: Collection[int], giver_id: int, taker_id: int, reason: str
) -> dict[str, int]:
    """Hand what hangs on the accounts to the taker; how many of each kind. The caller has passed the gate.

    Raises `UnderDispute` for an account whose owner is being decided.
    """
    with transaction.atomic():
        rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=customer_ids).order_by("pk")
        accounts = {row.pk: row for row in rows}
        entries = RosterEntry.objects.filter(customer__in=accounts, owner_id=giver_id)
        current = entries.filter(state__in=[str(state) for state in CURRENT])
        listed = list(current.select_for_update(of=("self",)).order_by("customer_id"))
        for entry in listed:
            _succeed(actor, accounts[entry.customer_id], entry, taker_id, reason)
        _rename_applications(list(accounts), giver_id, taker_id)
        warnings = ChurnWarning.objects.filter(
            customer__in=accounts, owner_id=giver_id, state__in=[str(state) for state in LIVE]
        )
        reminders = QualityReminder.objects.filter(
            customer__in=accounts, owner_id=giver_id, state=QualityReminder.State.OPEN
        )
        return {
            "roster": len(listed),
            "warnings": warnings.update(owner_id=taker_id, version=F("version") + 1),
            "reminders": reminders.update(owner_id=taker_id),
        }


def _succeed(actor: Actor, row: Customer, entry: RosterEntry, taker_id: int, reason: str) -> None:
    refuse_under_dispute(row)
    shares = list(entry.shares.exclude(user_id=taker_id).values_list("user_id", "percent"))
    state = EntryState(entry.state)
    end_current(actor, row, entry, EntryEvent.REPLACE)
    new = RosterEntry.objects.create(
        customer=row,
        owner_id=taker_id,
        criterion=entry.criterion,
        reason=(reason or entry.reason)[:REASON_MAX],
        state=EntryState.LEAVING if state is EntryState.LEAVING else EntryState.IN_FORCE,
        previous=entry,
        applied_at=now(),
        since=today(),
        check_on=today() + timedelta(days=reclaim_days().idle_days),
    )
    RosterShare.objects.bulk_create(
        RosterShare(entry=new, user_id=user_id, percent=percent) for user_id, percent in shares
    )
    keep_record(actor, "roster.succeed", row, new, {})


def _rename_applications(customer_ids: Collection[int], giver_id: int, taker_id: int) -> None:
    """Applications of the giver for these accounts are the taker's, unless the taker applied themselves."""
    open_ones = RosterEntry.objects.filter(
        customer__in=customer_ids, state__in=[str(state) for state in OPEN]
    )
    own = set(open_ones.filter(owner_id=taker_id).values_list("customer_id", flat=True))
    theirs = open_ones.filter(owner_id=giver_id).exclude(customer__in=own)
    for entry in theirs.select_for_update(of=("self",)):
        entry.owner_id = taker_id
        entry.previous = RosterEntry.objects.filter(
            customer=entry.customer_id, state__in=[str(state) for state in CURRENT]
        ).first()
        entry.version += 1
        entry.save()
