"""Churn warnings: raising them from evidence, working on them, setting thresholds (KAM-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dakehu.customers.domain.churn import (
    LIVE,
    WARNING_STATES,
    Evidence,
    OutcomeMissing,
    ThresholdInvalid,
    WarningEvent,
    WarningState,
)
from dakehu.customers.domain.states import CustomerStatus
from dakehu.customers.models import ChurnThreshold, ChurnWarning, Customer
from dakehu.customers.parameters import QUIET
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.churn import signals_in_force
from dakehu.customers.signals import signal_of
from dakehu.infra.access.api import Actor, access_one, require
from dakehu.infra.audit.api import Change, record, record_many, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.parameters.api import value_of
from dakehu.infra.versions import advance
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import Conflict
from dakehu.kernel.text import clean_line

_OUTCOME_MAX = 400
_SHOWN = ("state", "owner", "outcome")


def watch(actor: Actor, customer_ids: Sequence[int]) -> int:
    """Look for evidence on the accounts and raise warnings; how many were raised. The caller has gated.

    Idempotent: an account with a live warning gets the evidence of today in its place, one whose warning was
    closed less than the days of `QUIET` ago is left alone. Only accounts in service are looked at.
    """
    at = now()
    active = Customer.objects.filter(pk__in=customer_ids, status=CustomerStatus.ACTIVE)
    rows = {row.pk: row for row in active.order_by("pk")}
    evidence = _evidence(sorted(rows), at)
    if not evidence:
        return 0
    with transaction.atomic():
        list(Customer.objects.select_for_update(of=("self",)).filter(pk__in=evidence).order_by("pk"))
        recent = ChurnWarning.objects.filter(customer__in=evidence)
        open_ones = {row.customer_id: row for row in recent.filter(state__in=[str(s) for s in LIVE])}
        quiet = set(
            recent.filter(closed_at__gt=at - timedelta(days=value_of(QUIET))).values_list(
                "customer_id", flat=True
            )
        )
        for customer_id, row in open_ones.items():
            row.evidence, row.seen_at = [each.row() for each in evidence[customer_id]], at
        ChurnWarning.objects.bulk_update(open_ones.values(), ["evidence", "seen_at"], batch_size=500)
        wanted = [rows[pk] for pk in evidence if pk not in open_ones and pk not in quiet]
        raised = ChurnWarning.objects.bulk_create(_warning(row, evidence[row.pk], at) for row in wanted)
        record_many(actor, "churnwarning.raise", [_change(row, {}) for row in raised])
        for row in raised:
            payload = {"customer": row.customer_id, "path": row.customer.org_path, "owner": row.owner_id}
            publish("customer.churn_warned", key=row.pk, payload=payload)
    return len(raised)


def warning_move(
    *, actor: Actor, warning_id: int, version: int, event: WarningEvent, outcome: str = ""
) -> ChurnWarning:
    """Take a warning in hand, or close it with what came of it. Who takes it becomes its owner.

    Raises `IllegalMove`, `Conflict`, `NotFound` outside the actor's view, `OutcomeMissing`.
    """
    with transaction.atomic():
        rows = ChurnWarning.objects.select_for_update(of=("self",)).select_related("customer")
        row = access_one(rows, actor, warning_id, Permission.WARNING)
        before = snapshot(row, *_SHOWN)
        advance(row, version)
        row.state = WARNING_STATES.move(WarningState(row.state), event)
        if event is WarningEvent.TAKE:
            row.owner_id = actor.user_id or row.owner_id
        else:
            row.outcome = clean_line(outcome)[:_OUTCOME_MAX]
            row.closed_at = now()
            if not row.outcome:
                raise OutcomeMissing(field="outcome")
        row.save()
        record(actor, f"churnwarning.{event}", _change(row, before))
        payload = {"customer": row.customer_id, "path": row.customer.org_path, "state": row.state}
        publish("customer.churn_moved", key=row.pk, payload=payload)
    return row


def threshold_set(*, actor: Actor, signal: str, value: int, is_active: bool, version: int) -> ChurnThreshold:
    """From which measure the signal warns, or that it does not. `version` is 0 while the default holds."""
    require(actor, Permission.GRADING)
    signal_of(signal)
    if value < 1:
        raise ThresholdInvalid(field="value")
    with transaction.atomic():
        row = ChurnThreshold.objects.select_for_update().filter(pk=signal).first()
        before = snapshot(row) if row else {}
        if row is None:
            row = ChurnThreshold(signal=signal, version=0)
        if row.version != version:
            raise Conflict(noun="churnthreshold", version=row.version, current=snapshot(row))
        row.value, row.is_active, row.version = value, is_active, row.version + 1
        row.save()
        record(actor, "churnthreshold.set", Change("churnthreshold", signal, signal, before, snapshot(row)))
    return row


def _evidence(customer_ids: Sequence[int], at: datetime) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = defaultdict(list)
    for each in signals_in_force():
        if not each.is_active:
            continue
        for customer_id, (value, facts) in each.signal.measure(customer_ids, day_of(at)).items():
            if value >= each.threshold:
                found[customer_id].append(Evidence(each.signal.name, value, each.threshold, facts))
    return dict(found)


def _warning(customer: Customer, evidence: Sequence[Evidence], at: datetime) -> ChurnWarning:
    return ChurnWarning(
        customer=customer,
        owner_id=customer.owner_id,
        evidence=[each.row() for each in evidence],
        raised_at=at,
        seen_at=at,
    )


def _change(row: ChurnWarning, before: dict[str, object]) -> Change:
    customer = row.customer
    return Change("churnwarning", row.pk, customer.name, before, snapshot(row, *_SHOWN), customer.org_path)
