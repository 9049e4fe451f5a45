"""Reading the named-account list, ownership by day, rules and disputes (KAM-12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from dakehu.customers.domain.reclaim import DEFAULT_DAYS, ReclaimDays, rests_until
from dakehu.customers.domain.roster import CURRENT, WHOLE, EntryState
from dakehu.customers.models import (
    DisputeClaim,
    OwnershipDispute,
    OwnershipPeriod,
    ReclaimRule,
    RosterEntry,
    RosterShare,
)
from dakehu.customers.permissions import RosterPermission
from dakehu.infra.access.api import Actor, access_one, visible

_VIEW = RosterPermission.VIEW


def entry_get(actor: Actor, entry_id: object) -> RosterEntry:
    """One entry with its account and people, or `NotFound`."""
    rows = RosterEntry.objects.select_related("customer__owner", "customer__org_unit", "owner", "asked_by")
    return access_one(rows, actor, entry_id, _VIEW)


def shares_of(entry: RosterEntry) -> QuerySet[RosterShare]:
    """Who shares the entry's credit, the largest first; the caller has reached the entry by a gate."""
    return RosterShare.objects.filter(entry=entry).select_related("user__org_unit").order_by("-percent", "pk")


def entries_of(actor: Actor, customer_id: int) -> QuerySet[RosterEntry]:
    """The account's entries, the latest first."""
    rows = RosterEntry.objects.select_related("owner").filter(customer_id=customer_id)
    return visible(rows, actor, _VIEW).order_by("-pk")


def current_entry(customer_id: int) -> RosterEntry | None:
    """The account's entry on the list, for services that hold the account."""
    return RosterEntry.objects.filter(customer_id=customer_id, state__in=CURRENT).first()


def periods_of(actor: Actor, customer_id: int) -> QuerySet[OwnershipPeriod]:
    """Who owned the account when, the latest first."""
    rows = OwnershipPeriod.objects.select_related("owner__org_unit").filter(customer_id=customer_id)
    return visible(rows, actor, _VIEW).order_by("-since")


def on_day(rows: QuerySet[OwnershipPeriod], day: date) -> QuerySet[OwnershipPeriod]:
    """Of the periods those that hold on the day: at most one for each account."""
    return rows.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


def owners_on(customer_ids: Collection[int], day: date) -> dict[int, int]:
    """Who owned each of the accounts on the day; accounts that nobody owned are left out. One query."""
    rows = on_day(OwnershipPeriod.objects.filter(customer__in=customer_ids), day)
    return dict(rows.values_list("customer_id", "owner_id"))


def credits_on(customer_ids: Collection[int], day: date) -> dict[int, dict[int, int]]:
    """For each account who has what per cent of its credit on the day: the owner what the shares leave."""
    credit = {customer_id: {owner: WHOLE} for customer_id, owner in owners_on(customer_ids, day).items()}
    rows = RosterShare.objects.filter(
        Q(entry__until=None) | Q(entry__until__gt=day), entry__since__lte=day, entry__customer__in=credit
    )
    values = rows.values_list("entry__customer_id", "entry__owner_id", "user_id", "percent")
    for customer_id, owner_id, user_id, percent in values:
        if owner_id in credit[customer_id] and user_id != owner_id:
            credit[customer_id][user_id] = percent
            credit[customer_id][owner_id] -= percent
    return credit


def reclaim_rule() -> ReclaimRule:
    """The rule in force, unsaved if none was ever set."""
    return ReclaimRule.objects.order_by("pk").first() or ReclaimRule()


def reclaim_days() -> ReclaimDays:
    row = ReclaimRule.objects.order_by("pk").first()
    return ReclaimDays(row.idle_days, row.grace_days, row.rest_days) if row else DEFAULT_DAYS


def resting_until(customer_id: int, owner_id: int, today: date) -> date | None:
    """The first day on which this owner can have the account again, while that lies ahead."""
    last = RosterEntry.objects.filter(customer_id=customer_id, owner_id=owner_id, state=EntryState.RECLAIMED)
    day = last.order_by("-until").values_list("until", flat=True).first()
    until = rests_until(day, reclaim_days()) if day else today
    return until if until > today else None


def dispute_get(actor: Actor, dispute_id: object) -> OwnershipDispute:
    """One case with its account and people, or `NotFound`."""
    rows = OwnershipDispute.objects.select_related(
        "customer__owner", "customer__org_unit", "opened_by", "awarded_to", "decided_by"
    )
    return access_one(rows, actor, dispute_id, _VIEW)


def claims_of(dispute: OwnershipDispute) -> QuerySet[DisputeClaim]:
    """The case's claims in the order they came; the caller has reached the case by a gate."""
    return DisputeClaim.objects.filter(dispute=dispute).select_related("claimant__org_unit").order_by("pk")
