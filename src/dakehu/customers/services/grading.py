"""Grades by rules: deciding, keeping the periods, changing the rules (KAM-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from dakehu.customers.domain.grades import DEFAULT_THRESHOLDS, Grade
from dakehu.customers.domain.grading import (
    Decision,
    Rule,
    RuleKind,
    RuleTwice,
    check_rule,
    decide,
    reason_from,
    same_reasons,
)
from dakehu.customers.models import Customer, GradePeriod, GradeRule
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.grading import facts_of, rules_in_force
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.saving import change, index, shown
from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record, record_many, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import NotFound, raise_faults


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as the form has it."""

    rule: Rule
    is_active: bool = True


def keep_grades(actor: Actor, customer_ids: Sequence[int]) -> int:
    """Give the accounts the grades that rules and hand give, with their periods; how many grades changed.

    The one function that writes grades after a file is opened; the caller has gated. Idempotent: a second
    time changes nothing. A grade that changes twice on a day leaves one period. The customers are locked in
    the order of their ids; versions stay, for nobody's edit is overtaken.
    """
    with transaction.atomic():
        rows = list(
            Customer.objects.select_for_update(of=("self",)).filter(pk__in=customer_ids).order_by("pk")
        )
        facts, rules = facts_of(rows), rules_in_force()
        decisions = {row.pk: decide(facts[row.pk], rules) for row in rows}
        _keep_periods(actor, decisions, day_of(now()))
        return _keep_rows(actor, rows, decisions)


def _keep_periods(actor: Actor, decisions: dict[int, Decision], today: date) -> None:
    """Close and open periods; where the grade stays but its reasons differ, the period takes the new ones."""
    periods = GradePeriod.objects.filter(customer__in=decisions, until__isnull=True)
    held = {period.customer_id: period for period in periods}
    opened, closed, mended = [], [], []
    for customer_id, decision in decisions.items():
        period = held.get(customer_id)
        reasons = [reason.row() for reason in decision.reasons]
        if period is not None and period.grade != decision.grade and period.since < today:
            period.until = today
            closed.append(period)
            period = None
        if period is None:
            opened.append(
                GradePeriod(
                    customer_id=customer_id,
                    grade=decision.grade,
                    since=today,
                    reasons=reasons,
                    decided_by=actor.name,
                )
            )
        elif period.grade != decision.grade or not same_reasons(
            [reason_from(row) for row in period.reasons], decision.reasons
        ):
            period.grade, period.reasons, period.decided_by = decision.grade, reasons, actor.name
            mended.append(period)
    GradePeriod.objects.bulk_update(closed, ["until"], batch_size=500)
    GradePeriod.objects.bulk_update(mended, ["grade", "reasons", "decided_by"], batch_size=500)
    GradePeriod.objects.bulk_create(opened, batch_size=500)


def _keep_rows(actor: Actor, rows: Sequence[Customer], decisions: dict[int, Decision]) -> int:
    """The grade on the row itself, for lists and search, with audit and news of those that changed."""
    changed, changes = [], []
    by_grade: dict[Grade, list[int]] = defaultdict(list)
    for row in rows:
        grade = decisions[row.pk].grade
        if row.grade != grade:
            before = shown(row)
            row.grade = grade
            changed.append(row)
            changes.append(change(row, before))
            by_grade[grade].append(row.pk)
    if changed:
        Customer.objects.bulk_update(changed, ["grade"], batch_size=500)
        index(changed)
        keep_quality([row.pk for row in changed])
        record_many(actor, "customer.grade", changes)
        for grade, ids in by_grade.items():
            publish("customers.graded", key=int(grade), payload={"customers": ids, "grade": int(grade)})
    return len(changed)


def rules_take_defaults(*, actor: Actor) -> list[GradeRule]:
    """Write the default thresholds down as rules to be changed; those that exist stay."""
    require(actor, Permission.GRADING)
    with transaction.atomic():
        if GradeRule.objects.filter(kind=RuleKind.REVENUE).exists():
            return []
        rows = [
            GradeRule(kind=RuleKind.REVENUE, grade=t.grade, least_fen=t.least_fen) for t in DEFAULT_THRESHOLDS
        ]
        made = GradeRule.objects.bulk_create(rows)
        record_many(actor, "graderule.create", [_rule_change(row, {}) for row in made])
    return made


def rule_save(*, actor: Actor, draft: RuleDraft, rule_id: int | None = None, version: int = 0) -> GradeRule:
    """A new rule, or another in the place of `rule_id` as read at `version`; accounts follow later.

    Raises `RuleIncomplete`; `RuleTwice` where one for the same grade or trade exists; `Conflict`.
    """
    require(actor, Permission.GRADING)
    raise_faults(check_rule(draft.rule))
    with transaction.atomic():
        row, before = GradeRule(), dict[str, object]()
        if rule_id is not None:
            row = _locked(rule_id)
            before = snapshot(row)
            advance(row, version)
        rule = draft.rule
        row.kind, row.grade, row.is_active = rule.kind, rule.grade, draft.is_active
        row.least_fen = rule.least_fen if rule.kind is RuleKind.REVENUE else 0
        row.trade = rule.trade if rule.kind is RuleKind.TRADE else ""
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise RuleTwice(field="grade") from None
        record(actor, "graderule.change" if before else "graderule.create", _rule_change(row, before))
    return row


def rule_remove(*, actor: Actor, rule_id: int, version: int) -> None:
    require(actor, Permission.GRADING)
    with transaction.atomic():
        row = _locked(rule_id)
        before = snapshot(row)
        advance(row, version)
        record(actor, "graderule.remove", Change("graderule", row.pk, row.kind, before, {}))
        row.delete()


def _locked(rule_id: int) -> GradeRule:
    row = GradeRule.objects.select_for_update().filter(pk=rule_id).first()
    if row is None:
        raise NotFound(noun="graderule", id=str(rule_id))
    return row


def _rule_change(row: GradeRule, before: dict[str, object]) -> Change:
    return Change("graderule", row.pk, row.kind, before, snapshot(row))
