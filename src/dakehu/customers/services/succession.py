"""What of this chapter follows an account from one manager to another by a hand-over (KAM-02, KAM-12).

An account on the named-account list stays on it: the giver's entry ends on this day and one of the taker's
begins, with the same criterion and state and the shares of all others. Open applications that name the giver
name the taker; warnings in hand and reminders of missing data become the taker's tasks. The owner of the
account itself is changed by the caller afterwards, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from dakehu.customers.domain.churn import LIVE
from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.domain.roster import CURRENT, OPEN, REASON_MAX, EntryEvent, EntryState
from dakehu.customers.domain.rostererrors import UnderDispute
from dakehu.customers.models import (
    ChurnWarning,
    Customer,
    OwnershipDispute,
    QualityReminder,
    RosterEntry,
    RosterShare,
)
from dakehu.customers.selectors.roster import reclaim_days
from dakehu.customers.services.ownership import today
from dakehu.customers.services.roster import end_current, keep_record
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
        _refuse_disputed(accounts)
        listed = list(_entries(accounts, CURRENT).filter(owner_id=giver_id))
        look_on = today() + timedelta(days=reclaim_days().idle_days)
        begun = {
            entry.customer_id: _succeed(actor, accounts[entry.customer_id], entry, taker_id, reason, look_on)
            for entry in listed
        }
        _rename_applications(actor, accounts, begun, giver_id, taker_id)
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


def _entries(accounts: Mapping[int, Customer], states: Collection[EntryState]) -> QuerySet[RosterEntry]:
    rows = RosterEntry.objects.select_for_update(of=("self",)).filter(customer__in=accounts)
    return rows.filter(state__in=[str(state) for state in states]).order_by("customer_id", "pk")


def _refuse_disputed(accounts: Mapping[int, Customer]) -> None:
    cases = OwnershipDispute.objects.filter(customer__in=accounts, state=DisputeState.OPEN)
    disputed = cases.order_by("customer_id").values_list("customer_id", flat=True).first()
    if disputed is not None:
        raise UnderDispute(name=accounts[disputed].name)


def _succeed(
    actor: Actor, row: Customer, entry: RosterEntry, taker_id: int, reason: str, look_on: date
) -> RosterEntry:
    """End the giver's entry and begin the taker's, which the rule of reclaiming sees on `look_on`."""
    shares = list(entry.shares.exclude(user_id=taker_id).values_list("user_id", "percent"))
    leaves = entry.state == EntryState.LEAVING
    end_current(actor, row, entry, EntryEvent.REPLACE)
    new = RosterEntry.objects.create(
        customer=row,
        owner_id=taker_id,
        criterion=entry.criterion,
        reason=(reason or entry.reason)[:REASON_MAX],
        state=EntryState.LEAVING if leaves else EntryState.IN_FORCE,
        previous=entry,
        applied_at=now(),
        since=today(),
        check_on=look_on,
    )
    RosterShare.objects.bulk_create(
        RosterShare(entry=new, user_id=user_id, percent=percent) for user_id, percent in shares
    )
    keep_record(actor, "roster.succeed", row, new, {})
    return new


def _rename_applications(
    actor: Actor,
    accounts: Mapping[int, Customer],
    begun: Mapping[int, RosterEntry],
    giver_id: int,
    taker_id: int,
) -> None:
    """Applications of the giver for these accounts are the taker's, unless the taker applied themselves."""
    own = {entry.customer_id for entry in _entries(accounts, OPEN).filter(owner_id=taker_id)}
    for entry in _entries(accounts, OPEN).filter(owner_id=giver_id).exclude(customer__in=own):
        entry.owner_id = taker_id
        entry.previous = begun.get(entry.customer_id, entry.previous)
        entry.version += 1
        entry.save()
        keep_record(actor, "roster.succeed", accounts[entry.customer_id], entry, {"owner": giver_id})
