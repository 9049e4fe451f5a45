"""The rules of data entry: which hold on a day, what a change of them would do (KAM-13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from django.db.models import Max, Min, Q, QuerySet

from dakehu.customers.domain.quality import Format, Rule, Score, Stage, judge, requirements
from dakehu.customers.models import AccountQuality, Customer, QualityRule
from dakehu.customers.parameters import LEAST_SCORE
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.qualityfacts import AccountFacts, facts_of
from dakehu.infra.access.api import Actor, require, visible
from dakehu.infra.clock import now
from dakehu.infra.parameters.api import value_of
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import NotFound

_LOOKED_AT, _TRIED = 500, 5000


@dataclass(frozen=True, slots=True)
class Effect:
    """What other rules would do to the accounts looked at: means in tenths, poor ones, faults."""

    accounts: int
    mean_before: int
    mean_after: int
    poor_before: int
    poor_after: int
    faults: tuple[tuple[str, int, int], ...] = ()
    """Subject, accounts with a fault there before and after, where they differ."""


class RuleBook:
    """The rules of a day, by stage and grade. `stamp` is another for other rules or another bound."""

    def __init__(self, rules: Iterable[Rule], least_score: int) -> None:
        self._rules = sorted(rules, key=_order)
        self._asked: dict[tuple[Stage, int], list[Rule]] = {}
        self.least_score = least_score
        text = ";".join(str(_order(rule)) for rule in self._rules)
        self.stamp = crc32(f"{least_score}|{text}".encode()) + 1

    def asked(self, stage: Stage, grade: int) -> list[Rule]:
        key = stage, grade
        if key not in self._asked:
            self._asked[key] = requirements(self._rules, stage, grade)
        return self._asked[key]

    def judge(self, account: AccountFacts, grade: int, today: date) -> Score:
        return judge(self.asked(account.stage, grade), account.facts, today)


def rule_book(day: date | None = None) -> RuleBook:
    """The rules that hold on the day, today by default."""
    return RuleBook(map(rule_from, rules_on(day or day_of(now()))), value_of(LEAST_SCORE))


def rules_on(day: date) -> QuerySet[QualityRule]:
    return QualityRule.objects.filter(valid_from__lte=day).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    )


def rules_standing(actor: Actor) -> QuerySet[QualityRule]:
    """Those that hold or are to hold; the past ones are history."""
    require(actor, Permission.VIEW)
    return QualityRule.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day_of(now())))


def quality_rule_get(actor: Actor, pk: int) -> QualityRule:
    require(actor, Permission.QUALITY_RULES)
    row = QualityRule.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(noun="qualityrule", id=str(pk))
    return row


def rule_from(row: QualityRule) -> Rule:
    return Rule(
        row.subject,
        frozenset(row.grades),
        Stage(row.stage),
        row.weight,
        row.is_required,
        Format(row.format),
        row.fresh_days,
    )


def effect_of(actor: Actor, rules: Sequence[Rule]) -> Effect:
    """What these rules would do to up to 500 accounts spread over all that the actor sees."""
    require(actor, Permission.QUALITY_RULES)
    today, rows = day_of(now()), _sample(actor)
    held = AccountQuality.objects.in_bulk([row.pk for row in rows])
    facts = facts_of(rows, {pk: each.confirmed for pk, each in held.items()}, today)
    old, new = rule_book(), RuleBook(rules, value_of(LEAST_SCORE))
    before = [old.judge(facts[row.pk], row.grade, today) for row in rows]
    after = [new.judge(facts[row.pk], row.grade, today) for row in rows]
    were, are = _faults(before), _faults(after)
    return Effect(
        accounts=len(rows),
        mean_before=_mean(before),
        mean_after=_mean(after),
        poor_before=sum(score.score < old.least_score for score in before),
        poor_after=sum(score.score < old.least_score for score in after),
        faults=tuple(
            (name, were.get(name, 0), are.get(name, 0))
            for name in sorted({*were, *are})
            if were.get(name, 0) != are.get(name, 0)
        ),
    )


def _sample(actor: Actor) -> list[Customer]:
    rows = visible(Customer.objects.all(), actor, Permission.QUALITY_RULES)
    span = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if span["first"] is None:
        return []
    step = max((span["last"] - span["first"] + 1) // _TRIED, 1)
    tried = range(span["first"], span["last"] + 1, step)
    ids = list(rows.filter(pk__in=list(tried)[:_TRIED]).order_by("pk").values_list("pk", flat=True))
    return list(Customer.objects.filter(pk__in=ids[:: max(len(ids) // _LOOKED_AT, 1)][:_LOOKED_AT]))


def _faults(scores: Sequence[Score]) -> Mapping[str, int]:
    return Counter(fault.subject for score in scores for fault in score.faults)


def _mean(scores: Sequence[Score]) -> int:
    return sum(score.score for score in scores) * 10 // len(scores) if scores else 0


def _order(rule: Rule) -> tuple[object, ...]:
    days, wanted = rule.fresh_days or 0, str(rule.format)
    return rule.subject, int(rule.stage), sorted(rule.grades), rule.weight, rule.is_required, wanted, days
