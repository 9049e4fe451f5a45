"""Reading grading: the rules in force, an account's periods, what a set of rules would change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.grading import GradingFacts, Rule, RuleKind
from dakehu.customers.models import Customer, GradePeriod, GradeRule
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import grade_thresholds
from dakehu.infra.access.api import Actor, require, visible
from dakehu.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class GradeMove:
    """How many accounts would go from one grade to another."""

    old: Grade
    new: Grade
    accounts: int


def rules_in_force(rows: Iterable[GradeRule] | None = None) -> list[Rule]:
    """The active rules; the default thresholds where no active row is of revenue."""
    found = GradeRule.objects.filter(is_active=True) if rows is None else rows
    rules = [_rule(row) for row in found if row.is_active]
    others = [rule for rule in rules if rule.kind is not RuleKind.REVENUE]
    revenue = [rule for rule in rules if rule.kind is RuleKind.REVENUE] or [
        Rule(RuleKind.REVENUE, t.grade, t.least_fen) for t in grade_thresholds()
    ]
    return [*revenue, *others]


def rule_get(actor: Actor, pk: int) -> GradeRule:
    """One rule, or `NotFound`; rules belong to the whole installation."""
    require(actor, Permission.GRADING)
    row = GradeRule.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(noun="graderule", id=str(pk))
    return row


def facts_of(rows: Collection[Customer]) -> dict[int, GradingFacts]:
    """What the rules look at, by customer. One query beside the rows."""
    ids = [row.pk for row in rows]
    heads = set(Customer.objects.filter(parent__in=ids).values_list("parent_id", flat=True).distinct())
    return {
        row.pk: GradingFacts(
            monthly_revenue_fen=row.monthly_revenue_fen,
            trade=row.trade,
            is_head=row.pk in heads and row.parent_id is None,
            hand_grade=Grade(row.hand_grade) if row.hand_grade is not None else None,
            hand_reason=row.hand_reason,
        )
        for row in rows
    }


def periods_of(actor: Actor, customer: Customer) -> QuerySet[GradePeriod]:
    """The account's grades, the latest first."""
    return visible(GradePeriod.objects.filter(customer=customer), actor, Permission.VIEW)


def grades_on(actor: Actor, customer_ids: Collection[int], day: date) -> dict[int, Grade]:
    """The grade that each account had on the day; those that had none yet are left out."""
    periods = visible(GradePeriod.objects.filter(customer__in=customer_ids), actor, Permission.VIEW)
    held = periods.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)
    return {customer_id: Grade(grade) for customer_id, grade in held.values_list("customer_id", "grade")}


def preview(actor: Actor, rules: Sequence[Rule]) -> list[GradeMove]:
    """What these rules would change among the accounts that the actor sees: one query, nothing is written."""
    rows = visible(Customer.objects.all(), actor, Permission.GRADING)
    branches = Exists(Customer.objects.filter(parent=OuterRef("pk")))
    given = Case(
        *(When(_condition(rule, branches), then=Value(int(rule.grade))) for rule in _hands_and(rules)),
        default=Value(int(Grade.SMALL)),
    )
    moved = rows.annotate(given=given).exclude(given=F("grade"))
    counted = moved.values_list("grade", "given").annotate(accounts=Count("pk")).order_by("grade", "given")
    return [GradeMove(Grade(old), Grade(new), accounts) for old, new, accounts in counted]


def _hands_and(rules: Sequence[Rule]) -> list[Rule]:
    """The rules and a rule for each grade by hand, highest grade first: the first that holds wins."""
    hands = [Rule(RuleKind.HAND, grade) for grade in Grade]
    return sorted([*rules, *hands], key=lambda rule: rule.grade)


def _condition(rule: Rule, branches: Exists) -> Q:
    match rule.kind:
        case RuleKind.REVENUE:
            return Q(monthly_revenue_fen__gte=rule.least_fen)
        case RuleKind.TRADE:
            return Q(trade=rule.trade)
        case RuleKind.HEAD:
            return Q(branches, parent__isnull=True)
        case RuleKind.HAND:
            return Q(hand_grade=int(rule.grade))


def _rule(row: GradeRule) -> Rule:
    return Rule(RuleKind(row.kind), Grade(row.grade), row.least_fen, row.trade)
