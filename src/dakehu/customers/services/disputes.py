"""Cases about who an account belongs to: claims with their evidence, and the decision (KAM-12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction

from dakehu.customers.domain.disputes import DISPUTE_STATES, DisputeEvent, DisputeState
from dakehu.customers.domain.errors import OwnerNotYours, OwnerUnknown
from dakehu.customers.domain.roster import EntryEvent, EntryState
from dakehu.customers.domain.rostererrors import (
    ClaimedAlready,
    DayInFuture,
    DayTooEarly,
    EvidenceMissing,
    NotAClaimant,
    OwnApplication,
    ReasonMissing,
    UnderDispute,
)
from dakehu.customers.models import Customer, DisputeClaim, OwnershipDispute, RosterEntry
from dakehu.customers.permissions import RosterPermission
from dakehu.customers.selectors.roster import current_entry, owners_on, reclaim_days
from dakehu.customers.services.customers import customer_locked
from dakehu.customers.services.ownership import give_to, today
from dakehu.customers.services.roster import end_current, keep_record
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import NotAllowed
from dakehu.organisation.api import User

_SHOWN = ("customer", "state", "awarded_to", "since", "decision")


def dispute_open(*, actor: Actor, customer_id: int, claimant_id: int, evidence: str) -> OwnershipDispute:
    """A case with its first claim. While it is open nothing about the account is approved or reclaimed."""
    with transaction.atomic():
        row = customer_locked(actor, customer_id, RosterPermission.APPLY)
        if OwnershipDispute.objects.filter(customer=row, state=DisputeState.OPEN).exists():
            raise UnderDispute(field="customer", name=row.name)
        case = OwnershipDispute.objects.create(customer=row, opened_by_id=actor.user_id, opened_at=now())
        _claim(actor, case, claimant_id, evidence)
        _keep_record(actor, "dispute.open", row, case, {})
    return case


def dispute_claim(*, actor: Actor, dispute_id: int, claimant_id: int, evidence: str) -> DisputeClaim:
    """One claim more in an open case."""
    with transaction.atomic():
        row, case = _locked(actor, dispute_id, RosterPermission.APPLY)
        DISPUTE_STATES.move(DisputeState(case.state), DisputeEvent.DECIDE)  # a closed case takes no claim
        claim = _claim(actor, case, claimant_id, evidence)
        after: dict[str, object] = {"claimant": claim.claimant.name, "evidence": claim.evidence}
        record(actor, "dispute.claim", Change("dispute", case.pk, row.name, {}, after, row.org_path))
    return claim


def dispute_decide(
    *, actor: Actor, dispute_id: int, version: int, awarded_to: int, decision: str, since: date | None = None
) -> OwnershipDispute:
    """Give the account to a claimant, or leave it with its owner, from a day on that isn't in the future.

    An account that is on the list gets a new entry for its new owner. Raises `NotAClaimant`, `DayInFuture`,
    `DayTooEarly` before the entry in force, and `OwnApplication` for a claimant who would decide.
    """
    with transaction.atomic():
        row, case = _locked(actor, dispute_id, RosterPermission.APPROVE)
        advance(case, version)
        before = snapshot(case, *_SHOWN)
        case.state = DISPUTE_STATES.move(DisputeState(case.state), DisputeEvent.DECIDE)
        day = since or today()
        _check_decision(actor, row, case, awarded_to, decision, day)
        case.awarded_to_id, case.since, case.decision = awarded_to, day, decision.strip()
        case.decided_by_id, case.decided_at = actor.user_id, now()
        case.save()
        _carry_out(actor, row, case, awarded_to, day)
        _keep_record(actor, "dispute.decide", row, case, before)
    return case


def dispute_withdraw(*, actor: Actor, dispute_id: int, version: int, reason: str) -> OwnershipDispute:
    """Close the case without a decision: by who opened it, or a reviewer."""
    with transaction.atomic():
        row, case = _locked(actor, dispute_id, RosterPermission.APPLY)
        advance(case, version)
        if case.opened_by_id != actor.user_id and not actor.may(RosterPermission.REVIEW):
            raise NotAllowed(permission=str(RosterPermission.REVIEW))
        if not reason.strip():
            raise ReasonMissing(field="reason")
        before = snapshot(case, *_SHOWN)
        case.state = DISPUTE_STATES.move(DisputeState(case.state), DisputeEvent.WITHDRAW)
        case.decision, case.decided_by_id, case.decided_at = reason.strip(), actor.user_id, now()
        case.save()
        _keep_record(actor, "dispute.withdraw", row, case, before)
    return case


def _locked(actor: Actor, dispute_id: int, right: RosterPermission) -> tuple[Customer, OwnershipDispute]:
    """The account first, as all that moves ownership does."""
    case = access_one(OwnershipDispute.objects.all(), actor, dispute_id, right)
    row = customer_locked(actor, case.customer_id, right)
    return row, OwnershipDispute.objects.select_for_update(of=("self",)).get(pk=case.pk)


def _claim(actor: Actor, case: OwnershipDispute, claimant_id: int, evidence: str) -> DisputeClaim:
    person = User.objects.filter(pk=claimant_id, is_active=True).first()
    if person is None:
        raise OwnerUnknown(field="claimant", text=str(claimant_id or ""))
    if person.pk != actor.user_id and not actor.may(RosterPermission.REVIEW):
        raise OwnerNotYours(field="claimant", text=person.name)
    if not evidence.strip():
        raise EvidenceMissing(field="evidence")
    if DisputeClaim.objects.filter(dispute=case, claimant=person).exists():
        raise ClaimedAlready(field="claimant", name=person.name)
    return DisputeClaim.objects.create(
        dispute=case, claimant=person, evidence=evidence.strip(), filed_at=now()
    )


def _check_decision(
    actor: Actor, row: Customer, case: OwnershipDispute, awarded_to: int, decision: str, day: date
) -> None:
    claimants = set(case.claims.values_list("claimant_id", flat=True))
    if actor.user_id in claimants:
        raise OwnApplication
    if awarded_to not in claimants | {row.owner_id}:
        raise NotAClaimant(field="awarded_to")
    if not User.objects.filter(pk=awarded_to, is_active=True).exists():
        raise OwnerUnknown(field="awarded_to", text=str(awarded_to))
    if not decision.strip():
        raise ReasonMissing(field="decision")
    if day > today():
        raise DayInFuture(field="since")


def _carry_out(actor: Actor, row: Customer, case: OwnershipDispute, awarded_to: int, day: date) -> None:
    current = current_entry(row.pk)
    if current and current.since and day < current.since:
        raise DayTooEarly(field="since", day=current.since.isoformat())
    if current and current.owner_id != awarded_to:
        current.until = day
        end_current(actor, row, current, EntryEvent.REPLACE)
        entry = RosterEntry.objects.create(
            customer=row,
            owner_id=awarded_to,
            criterion=current.criterion,
            reason=case.decision[:500],
            state=EntryState.IN_FORCE,
            previous=current,
            applied_at=now(),
            since=day,
            check_on=today() + timedelta(days=reclaim_days().idle_days),
        )
        keep_record(actor, "roster.award", row, entry, {})
    if row.owner_id != awarded_to or owners_on([row.pk], day).get(row.pk) != awarded_to:
        give_to(actor, row, awarded_to, since=day)


def _keep_record(
    actor: Actor, action: str, row: Customer, case: OwnershipDispute, before: Mapping[str, object]
) -> None:
    after = snapshot(case, *_SHOWN)
    record(actor, action, Change("dispute", case.pk, row.name, before, after, row.org_path))
    publish("dispute.moved", key=case.pk, payload={"customer": row.pk, "state": str(case.state)})
