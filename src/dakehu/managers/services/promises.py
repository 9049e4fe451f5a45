"""What becomes of promises, and how often accounts are to be visited."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from dakehu.infra.access.api import Actor, access_one, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.errors import FrequencyWrong, NotYourVisit, TextMissing
from dakehu.managers.domain.frequency import MOST_VISITS, SPANS, Frequency
from dakehu.managers.domain.states import PROMISE_STATES, PromiseEvent, PromiseState
from dakehu.managers.models import Promise, VisitRule
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.due import frequencies

_SHOWN = ("state", "text", "due_on", "outcome")


def promise_close(
    *, actor: Actor, promise_id: int, version: int, event: PromiseEvent, outcome: str
) -> Promise:
    """Say what became of a promise: by who keeps it, or by a leader. The outcome is never blank."""
    with transaction.atomic():
        rows = Promise.objects.select_for_update(of=("self",)).select_related("visit__customer", "keeper")
        row = access_one(rows, actor, promise_id, Permission.VISIT_VIEW)
        if row.keeper_id == actor.user_id:
            require(actor, Permission.VISIT_PLAN)
        elif not actor.may(Permission.VISIT_COMMENT):
            require(actor, Permission.VISIT_PLAN)
            raise NotYourVisit(name=row.keeper.name)
        before = snapshot(row, *_SHOWN)
        advance(row, version)
        row.state = PROMISE_STATES.move(PromiseState(row.state), event)
        row.outcome, row.closed_at = clean_line(outcome), now()
        if not row.outcome:
            raise TextMissing(field="outcome")
        row.save()
        customer = row.visit.customer
        change = Change(
            "visit", row.visit_id, customer.name, before, snapshot(row, *_SHOWN), customer.org_path
        )
        record(actor, f"visit.promise_{event}", change)
        publish("visit.changed", key=row.visit_id, payload={"customer": customer.pk})
        publish("visit.promise_closed", key=row.pk, payload={"customer": customer.pk, "state": row.state})
    return row


def frequencies_set(*, actor: Actor, rules: Iterable[Frequency]) -> None:
    """Replace the rules by which accounts fall due; faults name the field `visits_<grade>`."""
    require(actor, Permission.VISIT_RULES)
    wanted = list(rules)
    faults: list[DomainError] = [
        FrequencyWrong(field=f"visits_{rule.grade}", visits=rule.visits, most=MOST_VISITS)
        for rule in wanted
        if not 0 <= rule.visits <= MOST_VISITS or rule.months not in SPANS
    ]
    raise_faults(faults)
    with transaction.atomic():
        before = _as_text(frequencies())
        VisitRule.objects.all().delete()
        VisitRule.objects.bulk_create(
            [VisitRule(grade=rule.grade, visits=rule.visits, months=rule.months) for rule in wanted]
        )
        change = Change("visit_rules", "all", "", before, _as_text(wanted))
        record(actor, "visit_rules.change", change)


def _as_text(rules: Iterable[Frequency]) -> dict[str, object]:
    return {f"grade_{rule.grade}": f"{rule.visits}/{rule.months}" for rule in rules}
