"""KAM-03: the rules of revenue, grading and churn, as tables."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.customers.domain.churn import WARNING_STATES, falling_spend, gone_products
from dakehu.customers.domain.grades import DEFAULT_THRESHOLDS, Grade
from dakehu.customers.domain.grading import (
    GradingFacts,
    Reason,
    Rule,
    RuleKind,
    check_rule,
    decide,
    reason_from,
    same_reasons,
)
from dakehu.customers.domain.revenue import change, revenue_figures, yearly_average
from dakehu.infra.importing.domain.parsers import parse_month
from dakehu.infra.testing.states import assert_state_product
from dakehu.kernel.clock import Month
from dakehu.kernel.errors import DomainError

pytestmark = pytest.mark.req("KAM-03")
REVENUE = [Rule(RuleKind.REVENUE, t.grade, t.least_fen) for t in DEFAULT_THRESHOLDS]
BANKS = Rule(RuleKind.TRADE, Grade.SECOND, trade="banking")
HEADS = Rule(RuleKind.HEAD, Grade.FIRST)
RULES = [*REVENUE, BANKS, HEADS]
_R, _T, _H, _M = RuleKind.REVENUE, RuleKind.TRADE, RuleKind.HEAD, RuleKind.HAND


@pytest.mark.parametrize(
    ("facts", "grade", "kinds"),
    [
        (GradingFacts(), Grade.SMALL, []),
        (GradingFacts(299_999), Grade.SMALL, []),
        (GradingFacts(300_000), Grade.THIRD, [_R]),
        (GradingFacts(10_000_000), Grade.SPECIAL, [_R]),
        (GradingFacts(300_000, "banking"), Grade.SECOND, [_T, _R]),
        (GradingFacts(300_000, "banking", is_head=True), Grade.FIRST, [_H, _T, _R]),
        (GradingFacts(0, hand_grade=Grade.SPECIAL), Grade.SPECIAL, [_M]),
        (GradingFacts(10_000_000, hand_grade=Grade.THIRD), Grade.SPECIAL, [_R, _M]),
        (GradingFacts(0, "", is_head=True, hand_grade=Grade.FIRST), Grade.FIRST, [_M, _H]),
    ],
)
def test_the_highest_rule_wins_and_all_that_held_are_reasons(
    facts: GradingFacts, grade: Grade, kinds: list[RuleKind]
) -> None:
    decision = decide(facts, RULES)
    assert decision.grade is grade
    assert [reason.kind for reason in decision.reasons] == kinds


@given(
    st.integers(0, 20_000_000),
    st.sampled_from(["", "banking"]),
    st.booleans(),
    st.sampled_from([None, *Grade]),
)
def test_no_further_rule_ever_lowers_a_grade(
    revenue: int,
    trade: str,
    is_head: bool,
    hand: Grade | None,
) -> None:
    facts = GradingFacts(revenue, trade, is_head, hand)
    assert decide(facts, RULES).grade <= decide(facts, REVENUE).grade


def test_reasons_survive_json_and_another_months_revenue_is_no_other_reason() -> None:
    first = decide(GradingFacts(300_000, "banking"), RULES).reasons
    assert [reason_from(reason.row()) for reason in first] == list(first)
    assert same_reasons(first, decide(GradingFacts(400_000, "banking"), RULES).reasons)
    assert not same_reasons(first, [Reason(_T, Grade.SECOND, trade="banking")])


@pytest.mark.parametrize(
    ("rule", "field"),
    [(Rule(_T, Grade.FIRST), "trade"), (Rule(_R, Grade.FIRST), "least_fen"), (HEADS, None), (BANKS, None)],
)
def test_a_rule_says_what_it_looks_at(rule: Rule, field: str | None) -> None:
    assert [fault.field for fault in check_rule(rule)] == ([field] if field else [])


@pytest.mark.parametrize(
    ("amounts", "per_cent"),
    [
        ([], 0),
        ([100], 0),
        ([0] * 6, 0),
        ([100] * 6, 0),
        ([100, 110, 120, 130, 140, 150], 0),
        ([100, 90, 80, 70, 60, 50], 50),
        ([100, 100, 100, 100, 100, 0], 60),
        ([600, 480, 360, 240, 120, 0], 100),
        ([100, 0, 0, 0, 0, 0], 100),
        ([-10, -20, -30], 0),
    ],
)
def test_the_trend_of_spending_in_per_cent(amounts: list[int], per_cent: int) -> None:
    assert falling_spend(amounts) == per_cent


@given(st.lists(st.integers(0, 10**12), max_size=12))
def test_a_fall_is_between_nil_and_all(amounts: list[int]) -> None:
    assert 0 <= falling_spend(amounts) <= 100


def test_products_that_are_gone() -> None:
    earlier = {"voice": 300, "cloud": 90, "other": 0}
    assert gone_products(earlier, {"voice": 100}) == {"cloud": 90}
    assert gone_products(earlier, {"voice": 0, "cloud": 1}) == {"voice": 300}


def test_figures_of_a_month_against_others() -> None:
    amounts = {"2025-09": 50, "2025-10": 100, "2026-08": 70, "2026-09": 120, "2026-10": 150}
    found = revenue_figures(amounts, Month("2026-10"))
    assert (found.amount, found.last_month, found.last_year) == (150, 120, 100)
    assert (found.month_on_month, found.year_on_year) == (Fraction(1, 4), Fraction(1, 2))
    assert (found.year_to_date, found.year_to_date_before) == (340, None)
    whole = revenue_figures({**amounts, "2025-01": 20}, Month("2026-10"))
    assert (whole.year_to_date_before, whole.year_to_date_change) == (170, Fraction(1))
    alone = revenue_figures({"2026-01": 5}, Month("2026-01"))
    assert (alone.last_month, alone.month_on_month, alone.year_to_date_change) == (None, None, None)


@pytest.mark.parametrize(("total", "average"), [(0, 0), (12, 1), (18, 2), (17, 1), (-24, 0)])
def test_the_yearly_average(total: int, average: int) -> None:
    assert yearly_average(total) == average


def test_nothing_is_compared_with_nil() -> None:
    assert change(5, 0) is None
    assert change(None, 5) is None
    assert change(0, 5) == -1


def test_a_warning_goes_its_way() -> None:
    assert_state_product(WARNING_STATES)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09",
        "2026-9",
        "202609",
        "2026/9",
        "2026.09",
        "2026年9月",
        "2026-09-01",
        "20260930",
        "２０２６０９",
    ],
)
def test_months_as_people_write_them(text: str) -> None:
    assert parse_month(text) == "2026-09"


@pytest.mark.parametrize("text", ["2026-13", "九月", "09-2026", "26-09"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(DomainError):
        parse_month(text)
