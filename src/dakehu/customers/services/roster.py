"""The way of an account onto the named-account list and off it (KAM-12).

Every step locks the account first and its entry second, then looks at what they have become: of two
approvals of one account the second finds the first one's entry in force and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.domain.errors import OwnerNotYours, OwnerUnknown
from dakehu.customers.domain.roster import (
    ENTRY_STATES,
    OPEN,
    REASON_MAX,
    Criterion,
    EntryEvent,
    EntryState,
    Share,
    check_shares,
    check_step,
)
from dakehu.customers.domain.rostererrors import (
    AppliedAlready,
    DuplicatesUnanswered,
    NothingToAdjust,
    OwnershipMoved,
    ReasonMissing,
    Resting,
    UnderDispute,
)
from dakehu.customers.models import Collaborator, Customer, OwnershipDispute, RosterEntry, RosterShare
from dakehu.customers.permissions import Permission, RosterPermission
from dakehu.customers.selectors.duplicates import duplicates_of
from dakehu.customers.selectors.roster import current_entry, reclaim_days, resting_until
from dakehu.customers.services.customers import customer_locked
from dakehu.customers.services.ownership import give_to, today
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.saving import index
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, NotAllowed, NotFound, raise_faults
from dakehu.organisation.api import User

RIGHTS: Mapping[EntryEvent, RosterPermission] = {
    EntryEvent.REVIEW: RosterPermission.REVIEW,
    EntryEvent.APPROVE: RosterPermission.APPROVE,
    EntryEvent.REJECT: RosterPermission.REVIEW,
    EntryEvent.WITHDRAW: RosterPermission.APPLY,
    EntryEvent.ASK_LEAVE: RosterPermission.APPLY,
    EntryEvent.LEAVE: RosterPermission.APPROVE,
    EntryEvent.STAY: RosterPermission.APPROVE,
}
"""What people may do, and the right it takes; the other events are the list's own."""
_OWN = frozenset({EntryEvent.WITHDRAW, EntryEvent.ASK_LEAVE})
_SHOWN = ("customer", "owner", "criterion", "reason", "state", "since", "until", "last_reason")


@dataclass(frozen=True, slots=True)
class Application:
    """What the application form holds. `duplicates_seen`: the accounts like it were compared."""

    customer_id: int
    owner_id: int
    criterion: Criterion
    reason: str
    shares: tuple[Share, ...] = ()
    duplicates_seen: bool = False


def roster_apply(*, actor: Actor, application: Application) -> RosterEntry:
    """Ask that the account be put on the list, or be adjusted if it is on it; raises all faults at once."""
    with transaction.atomic():
        row = customer_locked(actor, application.customer_id, RosterPermission.APPLY)
        current = current_entry(row.pk)
        raise_faults(_faults(actor, row, application, current))
        entry = RosterEntry.objects.create(
            customer=row,
            owner_id=application.owner_id,
            criterion=application.criterion,
            reason=application.reason.strip()[:REASON_MAX],
            previous=current,
            asked_by_id=actor.user_id,
            applied_at=now(),
        )
        RosterShare.objects.bulk_create(
            RosterShare(entry=entry, user_id=share.user_id, percent=share.percent)
            for share in application.shares
        )
        keep_record(actor, "roster.apply", row, entry, {})
    return entry


def roster_step(
    *, actor: Actor, entry_id: int, version: int, event: EntryEvent, reason: str = ""
) -> RosterEntry:
    """Take one step with the entry, if nobody moved it since `version` was read.

    Raises `IllegalMove`, `ReasonMissing`, `OwnApplication`; for an approval `OwnershipMoved`, `UnderDispute`
    and `Resting`.
    """
    right = RIGHTS.get(event)
    if right is None:
        raise NotFound(noun="event", id=str(event))
    with transaction.atomic():
        row, entry = entry_locked(actor, entry_id, right)
        advance(entry, version)
        reason = reason.strip()[:REASON_MAX]
        if event in _OWN:
            _refuse_others(actor, entry)
        state = ENTRY_STATES.move(EntryState(entry.state), event)
        check_step(event, reason, asked_by=entry.asked_by_id, actor_id=actor.user_id)
        before = snapshot(entry, *_SHOWN)
        entry.last_reason = reason
        if event is EntryEvent.APPROVE:
            _approve(actor, row, entry)
        entry.state = state
        _follow(actor, entry, event)
        entry.save()
        if event is EntryEvent.APPROVE:
            _let_in(row, entry)
            give_to(actor, row, entry.owner_id)
        keep_record(actor, f"roster.{event}", row, entry, before)
    return entry


def entry_locked(actor: Actor, entry_id: int, right: RosterPermission) -> tuple[Customer, RosterEntry]:
    """The account and its entry, locked in this order; `NotFound` outside the actor's view."""
    entry = access_one(RosterEntry.objects.all(), actor, entry_id, right)
    row = customer_locked(actor, entry.customer_id, right)
    return row, RosterEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)


def end_current(actor: Actor, row: Customer, current: RosterEntry, event: EntryEvent) -> None:
    """Take the locked account's current entry off the list by `event` on this day."""
    before = snapshot(current, *_SHOWN)
    current.state = ENTRY_STATES.move(EntryState(current.state), event)
    current.until, current.check_on = current.until or today(), None
    current.version += 1
    current.save()
    keep_record(actor, f"roster.{event}", row, current, before)


def refuse_under_dispute(row: Customer) -> None:
    if OwnershipDispute.objects.filter(customer=row, state=DisputeState.OPEN).exists():
        raise UnderDispute(name=row.name)


def keep_record(
    actor: Actor, action: str, row: Customer, entry: RosterEntry, before: Mapping[str, object]
) -> None:
    """The step in the trail and as news for whoever listens; the account's stage counts for its score."""
    keep_quality([row.pk])
    after = snapshot(entry, *_SHOWN)
    record(actor, action, Change("roster", entry.pk, row.name, before, after, row.org_path))
    event = action.partition(".")[2]
    payload = {"customer": row.pk, "owner": entry.owner_id, "state": str(entry.state), "event": event}
    publish("roster.moved", key=entry.pk, payload=payload)


def _faults(
    actor: Actor, row: Customer, application: Application, current: RosterEntry | None
) -> list[DomainError]:
    owner_id = application.owner_id
    faults = check_shares(application.shares, owner_id)
    people = {owner_id, *(share.user_id for share in application.shares)}
    active = set(User.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    if owner_id not in active:
        faults.append(OwnerUnknown(field="owner", text=str(owner_id or "")))
    elif owner_id != actor.user_id and not actor.may(Permission.ASSIGN):
        faults.append(OwnerNotYours(field="owner", text=str(owner_id)))
    if people - {owner_id} - active:
        faults.append(OwnerUnknown(field="shares", text=str(min(people - {owner_id} - active))))
    if not application.reason.strip():
        faults.append(ReasonMissing(field="reason"))
    found = duplicates_of(actor, name=row.name, credit_code=row.credit_code, other_than=row.pk)
    if found and not application.duplicates_seen:
        others = [f"{each.name}（{each.code}）" for each in found[:3]]
        faults.append(DuplicatesUnanswered(field="duplicates_seen", others=others))
    until = resting_until(row.pk, owner_id, today())
    if until:
        faults.append(Resting(field="owner", name=row.name, until=until.isoformat()))
    if RosterEntry.objects.filter(customer=row, owner_id=owner_id, state__in=OPEN).exists():
        faults.append(AppliedAlready(field="owner"))
    if current and current.owner_id == owner_id and _shares(current) == set(application.shares):
        faults.append(NothingToAdjust(field="shares"))
    return faults


def _shares(entry: RosterEntry) -> set[Share]:
    return {Share(*values) for values in entry.shares.values_list("user_id", "percent")}


def _refuse_others(actor: Actor, entry: RosterEntry) -> None:
    """What one asks for, or owns, one takes back or gives up oneself; a reviewer may for others."""
    mine = actor.user_id is not None and actor.user_id in {entry.asked_by_id, entry.owner_id}
    if not mine and not actor.may(RosterPermission.REVIEW):
        raise NotAllowed(permission=str(RosterPermission.REVIEW))


def _approve(actor: Actor, row: Customer, entry: RosterEntry) -> None:
    """See that nothing has changed since the application, and end the entry that this one replaces."""
    refuse_under_dispute(row)
    until = resting_until(row.pk, entry.owner_id, today())
    if until:
        raise Resting(name=row.name, until=until.isoformat())
    if not User.objects.filter(pk=entry.owner_id, is_active=True).exists():
        raise OwnerUnknown(text=entry.owner.name)
    current = current_entry(row.pk)
    if (current.pk if current else None) != entry.previous_id:
        raise OwnershipMoved(owner=row.owner.name if row.owner else "")
    if current:
        end_current(actor, row, current, EntryEvent.REPLACE)


def _follow(actor: Actor, entry: RosterEntry, event: EntryEvent) -> None:
    """The days that follow from the step."""
    match event:
        case EntryEvent.APPROVE:
            entry.since = today()
            entry.check_on = today() + timedelta(days=reclaim_days().idle_days)
        case EntryEvent.ASK_LEAVE:
            entry.asked_by_id = actor.user_id
        case EntryEvent.STAY:
            entry.warned_on, entry.check_on = None, today()
        case EntryEvent.LEAVE:
            entry.until, entry.check_on = today(), None


def _let_in(row: Customer, entry: RosterEntry) -> None:
    """Who shares the credit works on the account and sees it."""
    there = set(row.collaborators.values_list("user_id", flat=True))
    wanted = set(entry.shares.values_list("user_id", flat=True)) - there
    if wanted:
        Collaborator.objects.bulk_create(
            Collaborator(customer=row, user_id=user_id, since=now()) for user_id in sorted(wanted)
        )
        index([row])
