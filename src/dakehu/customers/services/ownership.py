"""The one place where ownership is written: the customer's present owner and the periods beside it (KAM-12).

Whoever changes `Customer.owner` calls `keep_in_step` in the same transaction, holding the customer's row.
That lock is what makes two changes of one account follow each other: the second sees what the first wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from dakehu.customers.domain.reclaim import rests_until
from dakehu.customers.domain.roster import CURRENT, EntryState
from dakehu.customers.domain.rostererrors import DayInFuture, OnNamedList, Resting
from dakehu.customers.models import Customer, OwnershipPeriod, RosterEntry
from dakehu.customers.selectors.roster import reclaim_days
from dakehu.customers.services.qualitykeeping import keep_quality, open_quality
from dakehu.customers.services.saving import change, shown
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.clock import day_of


def today() -> date:
    """The calendar day in China."""
    return day_of(now())


def keep_in_step(rows: Sequence[Customer], *, since: date | None = None, fresh: bool = False) -> None:
    """Write that each account belongs to its `owner` from `since` (today) on, as `after_change` says.

    The caller has saved the rows, whose owners changed, and holds them locked; `fresh` says they were just
    made. Raises `DayInFuture`, `OnNamedList` for an account whose entry names another owner, and `Resting`
    for one that was taken back from its new owner. Four statements for any number of rows, and what
    their scores take (`keep_quality`).
    """
    day = since or today()
    if day > today():
        raise DayInFuture(field="since")
    if not fresh and rows:
        _refuse_against_list(rows)
        periods = OwnershipPeriod.objects.filter(customer__in=rows)
        periods.filter(since__gte=day).delete()
        periods.filter(Q(until=None) | Q(until__gt=day)).update(until=day)
    OwnershipPeriod.objects.bulk_create(
        [OwnershipPeriod(customer=row, owner_id=row.owner_id, since=day) for row in rows if row.owner_id],
        batch_size=500,
    )
    if fresh:
        open_quality(rows)
    else:
        keep_quality([row.pk for row in rows])


def follow_owner(row: Customer) -> None:
    """`keep_in_step` where the periods do not end with the locked account's owner already."""
    held = OwnershipPeriod.objects.filter(customer=row, until=None).values_list("owner_id", flat=True)
    if list(held) != ([row.owner_id] if row.owner_id else []):
        keep_in_step([row])


def give_to(actor: Actor, row: Customer, owner_id: int | None, *, since: date | None = None) -> None:
    """Make the locked account belong to `owner_id` from the day on; nothing if it does already."""
    before = shown(row)
    row.owner_id = owner_id
    if shown(row) == before and since is None:
        return
    row.version += 1
    row.updated_at = now()
    row.save(update_fields=["owner", "version", "updated_at"])
    keep_in_step([row], since=since)
    record(actor, "customer.assign", change(row, before))
    payload = {"customers": [row.pk], "owner": owner_id, "by": actor.user_id}
    publish("customers.assigned", key=owner_id or "", payload=payload)


def _refuse_against_list(rows: Sequence[Customer]) -> None:
    on_list = RosterEntry.objects.filter(customer__in=rows, state__in=[*CURRENT, EntryState.RECLAIMED])
    entries = list(on_list.order_by("pk"))
    if not entries:
        return
    by_id = {row.pk: row for row in rows}
    listed = {entry.customer_id for entry in entries if entry.state in CURRENT}
    days = reclaim_days()
    for entry in entries:
        row = by_id[entry.customer_id]
        if entry.state in CURRENT and entry.owner_id != row.owner_id:
            raise OnNamedList(field="owner", name=row.name)
        if row.pk in listed or entry.owner_id != row.owner_id or entry.until is None:
            continue
        until = rests_until(entry.until, days)
        if until > today():
            raise Resting(field="owner", name=row.name, until=until.isoformat())
