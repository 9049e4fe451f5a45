"""KAM-13: what rules of data entry ask, and the score that comes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dakehu.customers.domain.quality import (
    Fact,
    FaultKind,
    Format,
    QualityRuleInvalid,
    Rule,
    Stage,
    check_rule,
    has_format,
    judge,
    rank_of,
    requirements,
)
from dakehu.kernel.errors import DomainError

pytestmark = pytest.mark.req("KAM-13")

TODAY = date(2026, 11, 26)
ALL = frozenset({1, 2, 3, 4, 5})
NAME = Rule("name", ALL, weight=10)
PHONE = Rule("phone", ALL, weight=10, format=Format.TELEPHONE, fresh_days=30)


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "score", "shares", "faults"),
    [
        ({"name": Fact("晋阳"), "phone": Fact("0351-8200000", _ago(1))}, 100, (100, 100, 100), []),
        ({"name": Fact("晋阳")}, 50, (50, 100, 100), [("phone", FaultKind.MISSING, 50)]),
        (
            {"name": Fact("晋阳"), "phone": Fact("abc", _ago(1))},
            50,
            (100, 50, 100),
            [("phone", FaultKind.MALFORMED, 50)],
        ),
        (
            {"name": Fact("晋阳"), "phone": Fact("0351-8200000", _ago(30))},
            50,
            (100, 100, 50),
            [("phone", FaultKind.STALE, 50)],
        ),
        (
            {"phone": Fact("0351-8200000", _ago(29))},
            50,
            (50, 100, 100),
            [("name", FaultKind.MISSING, 50)],
        ),
        ({}, 0, (0, 100, 100), [("name", FaultKind.MISSING, 50), ("phone", FaultKind.MISSING, 50)]),
    ],
)
def test_the_score_is_the_product_of_the_three_shares(
    facts: dict[str, Fact],
    score: int,
    shares: tuple[int, int, int],
    faults: list[tuple[str, FaultKind, int]],
) -> None:
    found = judge([NAME, PHONE], facts, TODAY)
    assert found.score == score
    assert (found.completeness, found.validity, found.freshness) == shares
    assert [(fault.subject, fault.kind, fault.gain) for fault in found.faults] == faults


def test_without_rules_nothing_is_wrong() -> None:
    assert judge([], {}, TODAY).score == 100


def test_a_hundred_means_no_fault() -> None:
    heavy, light = Rule("name", ALL, weight=100), Rule("website", ALL, weight=1)
    rules = [heavy, Rule("address", ALL, weight=100), Rule("trade", ALL, weight=100), light]
    facts = {name: Fact("x") for name in ("name", "address", "trade")}
    found = judge(rules, facts, TODAY)
    assert found.score == 99
    assert found.faults[0].gain == 1


def test_what_is_not_required_counts_only_once_it_is_there() -> None:
    website = Rule("website", ALL, is_required=False, format=Format.WEBSITE)
    assert judge([website], {}, TODAY).score == 100
    assert judge([website], {"website": Fact("nonsense")}, TODAY).faults[0].kind is FaultKind.MALFORMED


def test_the_day_to_look_again() -> None:
    rules = [PHONE, Rule("agreement", ALL)]
    contract = Fact("HT-1", None, TODAY + timedelta(days=9))
    found = judge(rules, {"phone": Fact("0351-8200000", _ago(10)), "agreement": contract}, TODAY)
    assert found.score == 100
    assert found.check_on == TODAY + timedelta(days=9)
    later = judge(rules, {"phone": Fact("0351-8200000", _ago(10)), "agreement": contract}, found.check_on)
    assert [fault.subject for fault in later.faults] == ["agreement"]
    assert later.check_on == TODAY + timedelta(days=20)


def test_rules_of_one_subject_hold_together() -> None:
    rules = [
        Rule("phone", ALL, weight=3, is_required=False, fresh_days=90),
        Rule("phone", frozenset({1}), Stage.LISTED, weight=8, format=Format.TELEPHONE, fresh_days=30),
        Rule("website", frozenset({1})),
    ]
    assert requirements(rules, Stage.ON_FILE, 1) == [rules[0], rules[2]]
    assert requirements(rules, Stage.LISTED, 2) == [rules[0]]
    together = requirements(rules, Stage.LISTED, 1)[0]
    assert (together.weight, together.is_required, together.format, together.fresh_days) == (
        8, True, Format.TELEPHONE, 30,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "good", "bad"),
    [
        (Format.NONE, "", None),
        (Format.CREDIT_CODE, "91140100MA0GRM1A8N", "91140100MA0GRM1A80"),
        (Format.TELEPHONE, "13800000000", "nobody"),
        (Format.WEBSITE, "www.example.cn", "example"),
        (Format.EMAIL, "zhou.min@example.cn", "zhou.min@example"),
        (Format.EMAIL, "a@b.cn", "a b@c.cn"),
        (Format.ADDRESS, "太原市迎泽大街1号", "太原"),
        (Format.FULL_NAME, "晋阳云图科技有限公司", "晋阳云图"),
    ],
)
def test_formats(wanted: Format, good: str, bad: str | None) -> None:
    from dakehu.customers.tests.fixtures import credit_code

    assert has_format(wanted, credit_code(7) if wanted is Format.CREDIT_CODE else good)
    assert bad is None or not has_format(wanted, bad)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule("name", ALL, is_required=False), "is_required"),
        (Rule("name", frozenset()), "grades"),
        (Rule("name", ALL, weight=0), "weight"),
        (Rule("name", ALL, weight=101), "weight"),
        (Rule("name", ALL, fresh_days=0), "fresh_days"),
        (Rule("name", ALL, fresh_days=3651), "fresh_days"),
    ],
)
def test_a_rule_that_asks_nothing_is_refused(rule: Rule, field: str) -> None:
    faults: list[DomainError] = check_rule(rule)
    assert [(type(fault), fault.field) for fault in faults] == [(QualityRuleInvalid, field)]


def test_the_order_of_filling() -> None:
    ranks = [rank_of(1, 30), rank_of(1, 2), rank_of(2, 100), rank_of(5, 0)]
    assert ranks == sorted(ranks)
