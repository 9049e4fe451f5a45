"""Which grade an account has and why: rules of several kinds, of which the highest wins (KAM-03).

Theory of operation. Each rule that holds of an account earns it a grade; the account has the highest one
earned (the lowest number), or SMALL. All rules that held are kept as reasons, the deciding ones first, so
that the page can say "a first-grade account because of its trade; by revenue it would be third-grade".
A grade set by hand is one rule among the others: it raises an account and never lowers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from dakehu.customers.domain.grades import Grade
from dakehu.kernel.errors import DomainError


class RuleKind(StrEnum):
    """What a rule looks at."""

    REVENUE = "revenue"
    TRADE = "trade"
    HEAD = "head"
    HAND = "hand"
    """Not a rule of the administrator's: the account's own grade set by hand."""


class RuleIncomplete(DomainError):
    """The rule's kind needs an entry: a trade, or an amount. Data: none."""

    code = "customers.rule_incomplete"


class RuleTwice(DomainError):
    """A rule of this kind for the same grade or trade exists."""

    code = "customers.rule_twice"


class RulesGiveHigher(DomainError):
    """The rules give a higher grade than the one set by hand. Data: `grade`, the number of the higher one."""

    code = "customers.rules_give_higher"


@dataclass(frozen=True, slots=True)
class Rule:
    """`least_fen` counts for REVENUE, `trade` for TRADE; HEAD holds of who has branches on file."""

    kind: RuleKind
    grade: Grade
    least_fen: int = 0
    trade: str = ""

    def holds(self, facts: GradingFacts) -> bool:
        match self.kind:
            case RuleKind.REVENUE:
                return facts.monthly_revenue_fen >= self.least_fen
            case RuleKind.TRADE:
                return bool(self.trade) and facts.trade == self.trade
            case RuleKind.HEAD:
                return facts.is_head
            case RuleKind.HAND:
                return False


@dataclass(frozen=True, slots=True)
class GradingFacts:
    """What the rules look at, of one account."""

    monthly_revenue_fen: int = 0
    trade: str = ""
    is_head: bool = False
    hand_grade: Grade | None = None
    hand_reason: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a grade is earned. `revenue_fen` is what the account brought, `least_fen` what the rule asks."""

    kind: RuleKind
    grade: Grade
    revenue_fen: int = 0
    least_fen: int = 0
    trade: str = ""
    note: str = ""

    def row(self) -> dict[str, Any]:
        """For JSON."""
        return {key: value for key, value in asdict(self).items() if value not in (0, "")}

    @property
    def kept(self) -> tuple[RuleKind, Grade, int, str, str]:
        """What makes it another reason: the revenue alone changes every month and does not."""
        return self.kind, self.grade, self.least_fen, self.trade, self.note


@dataclass(frozen=True, slots=True)
class Decision:
    grade: Grade
    reasons: tuple[Reason, ...]


def reason_from(row: dict[str, Any]) -> Reason:
    """A reason as JSON keeps it."""
    return Reason(**{**row, "kind": RuleKind(row["kind"]), "grade": Grade(row["grade"])})


def decide(facts: GradingFacts, rules: Iterable[Rule]) -> Decision:
    """The highest grade that rules or hand give, with one reason of each kind, the deciding ones first."""
    earned = [_reason(rule, facts) for rule in rules if rule.holds(facts)]
    if facts.hand_grade is not None:
        earned.append(Reason(RuleKind.HAND, facts.hand_grade, note=facts.hand_reason))
    best: dict[RuleKind, Reason] = {}
    for each in sorted(earned, key=_rank):
        best.setdefault(each.kind, each)
    reasons = tuple(sorted(best.values(), key=_rank))
    return Decision(reasons[0].grade if reasons else Grade.SMALL, reasons)


def same_reasons(one: Sequence[Reason], other: Sequence[Reason]) -> bool:
    """Whether two periods' reasons differ in nothing but the revenue of the month."""
    return [each.kept for each in one] == [each.kept for each in other]


def check_rule(rule: Rule) -> list[DomainError]:
    """What is missing in a rule."""
    if rule.kind is RuleKind.TRADE and not rule.trade:
        return [RuleIncomplete(field="trade")]
    if rule.kind is RuleKind.REVENUE and rule.least_fen <= 0:
        return [RuleIncomplete(field="least_fen")]
    return []


def _rank(reason: Reason) -> tuple[int, str]:
    return int(reason.grade), str(reason.kind)


def _reason(rule: Rule, facts: GradingFacts) -> Reason:
    revenue = facts.monthly_revenue_fen if rule.kind is RuleKind.REVENUE else 0
    return Reason(rule.kind, rule.grade, revenue, rule.least_fen, rule.trade)
