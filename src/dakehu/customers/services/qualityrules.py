"""Setting the rules of data entry (KAM-13). What held on a past day stays: a change begins another row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from dakehu.customers.domain.quality import QualityRulePast, QualityRuleTwice, Rule, check_rule
from dakehu.customers.models import QualityRule
from dakehu.customers.permissions import Permission
from dakehu.customers.subjects import subject_of
from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import NotFound, raise_faults


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule as the form has it, and the day from which it is to hold."""

    rule: Rule
    valid_from: date


def quality_rule_save(
    *, actor: Actor, change: RuleChange, rule_id: int | None = None, version: int = 0
) -> QualityRule:
    """A new rule, or another in the place of `rule_id` as read at `version`, from the day on.

    Scores follow by a job that the caller starts. Raises `QualityRuleInvalid`, `QualityRulePast`,
    `QualityRuleTwice`, `Conflict`.
    """
    require(actor, Permission.QUALITY_RULES)
    subject_of(change.rule.subject)
    today = day_of(now())
    past = [QualityRulePast(field="valid_from")] if change.valid_from < today else []
    raise_faults([*check_rule(change.rule), *past])
    with transaction.atomic():
        row, before = QualityRule(), dict[str, object]()
        if rule_id is not None:
            old = _locked(rule_id)
            before = snapshot(old)
            advance(old, version)
            if old.valid_from < min(today, change.valid_from):
                old.valid_until = change.valid_from
                old.save()
            else:
                row = old
        _refuse_second(change, row.pk)
        _fill(row, change)
        row.save()
        action = "qualityrule.change" if before else "qualityrule.create"
        record(actor, action, _change(row, before))
        publish("quality.rules_changed", key=row.pk, payload={"subject": row.subject})
    return row


def quality_rule_end(*, actor: Actor, rule_id: int, version: int) -> None:
    """Let the rule hold no longer, from today on; one that has not held on a past day goes altogether."""
    require(actor, Permission.QUALITY_RULES)
    today = day_of(now())
    with transaction.atomic():
        row = _locked(rule_id)
        before = snapshot(row)
        advance(row, version)
        pk = row.pk
        if row.valid_from < today:
            row.valid_until = today
            row.save()
        else:
            row.delete()
        record(actor, "qualityrule.end", Change("qualityrule", pk, row.subject, before, {}))
        publish("quality.rules_changed", key=pk, payload={"subject": row.subject})


def _locked(rule_id: int) -> QualityRule:
    row = QualityRule.objects.select_for_update().filter(pk=rule_id).first()
    if row is None:
        raise NotFound(noun="qualityrule", id=str(rule_id))
    return row


def _refuse_second(change: RuleChange, pk: int | None) -> None:
    """Two rules of a subject from one stage on would only hide each other."""
    rule = change.rule
    others = QualityRule.objects.filter(subject=rule.subject, stage=int(rule.stage))
    for other in others:
        ends_before = other.valid_until is not None and other.valid_until <= change.valid_from
        if other.pk != pk and not ends_before and rule.grades & set(other.grades):
            raise QualityRuleTwice(field="grades")


def _fill(row: QualityRule, change: RuleChange) -> None:
    rule = change.rule
    row.subject, row.stage, row.grades = rule.subject, int(rule.stage), sorted(rule.grades)
    row.weight, row.is_required = rule.weight, rule.is_required
    row.format, row.fresh_days = str(rule.format), rule.fresh_days
    row.valid_from = change.valid_from


def _change(row: QualityRule, before: dict[str, object]) -> Change:
    return Change("qualityrule", row.pk, row.subject, before, snapshot(row))
