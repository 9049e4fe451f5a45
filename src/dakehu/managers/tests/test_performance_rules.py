"""KAM-02: how a performance contract is written and scored, as tables."""

from __future__ import annotations

from datetime import date

import pytest

from dakehu.kernel.clock import MonthInvalid
from dakehu.kernel.errors import DomainError
from dakehu.managers.domain.contract_states import last_day_of_appeal
from dakehu.managers.domain.contracts import (
    Term,
    WeightRange,
    check_months,
    check_terms,
    check_year,
    even_months,
    months_assessed,
)
from dakehu.managers.domain.figures import FigureInvalid, figure_text, parse_figure, read_month
from dakehu.managers.domain.indicators import INDICATORS, Code, Compare, Scale, Source, Unit
from dakehu.managers.domain.scoring import Limits, Weighed, achievement, mean, points, ratio, score
from dakehu.managers.naming import INDICATOR_WORDS, UNIT_WORDS

pytestmark = pytest.mark.req("KAM-02")
LIMITS = Limits(6_000, 12_000)
RANGE = WeightRange(10, 30)


def test_every_indicator_is_declared_once_and_named() -> None:
    assert set(INDICATORS) == set(INDICATOR_WORDS) == set(Code)
    assert set(UNIT_WORDS) == set(Unit)
    assert {each.code for each in INDICATORS.values() if each.source is Source.ENTERED} == {
        Code.COST,
        Code.FORECAST,
        Code.SATISFACTION,
    }
    for each in INDICATORS.values():
        rows = each.scale.rows
        assert list(rows) == sorted(rows)
        assert each.scale.points(10_000) == 10_000
        assert (each.per_point > 0) == (each.compare is Compare.DISTANCE)


@pytest.mark.parametrize(
    ("code", "value", "target", "reached"),
    [
        (Code.REVENUE, 90, 100, 9_000),
        (Code.REVENUE, 0, 100, 0),
        (Code.REVENUE, -50, 100, 0),
        (Code.REVENUE, 250, 100, 25_000),
        (Code.REVENUE, 0, 0, 10_000),
        (Code.COST, 100, 100, 10_000),
        (Code.COST, 80, 100, 12_000),
        (Code.COST, 0, 100, 20_000),
        (Code.COST, 300, 100, 0),
        (Code.COST, 0, 0, 10_000),
        (Code.COST, 1, 0, 0),
        (Code.CHURN, 150, 200, 12_500),
        (Code.GROWTH, 1_000, 1_000, 10_000),
        (Code.GROWTH, 800, 1_000, 9_000),
        (Code.GROWTH, 1_200, 1_000, 11_000),
        (Code.GROWTH, -500, -500, 10_000),
        (Code.GROWTH, -700, -500, 9_000),
        (Code.GROWTH, -9_000, 1_000, 0),
        (Code.VISITS, 3, 4, 7_500),
    ],
)
def test_achievement(code: Code, value: int, target: int, reached: int) -> None:
    assert achievement(INDICATORS[code], value, target) == reached


@pytest.mark.parametrize(
    ("code", "reached", "earned"),
    [
        (Code.REVENUE, 5_999, 0),
        (Code.REVENUE, 6_000, 6_000),
        (Code.REVENUE, 9_950, 9_950),
        (Code.REVENUE, 12_000, 12_000),
        (Code.REVENUE, 30_000, 12_000),
        (Code.SATISFACTION, 8_000, 0),
        (Code.SATISFACTION, 8_500, 3_000),
        (Code.SATISFACTION, 9_000, 6_000),
        (Code.SATISFACTION, 9_500, 8_000),
        (Code.SATISFACTION, 10_500, 11_000),
        (Code.SATISFACTION, 15_000, 12_000),
    ],
)
def test_points(code: Code, reached: int, earned: int) -> None:
    assert points(INDICATORS[code], reached, LIMITS) == earned


@pytest.mark.parametrize(
    ("reached", "earned"), [(0, 100), (4_999, 100), (5_000, 100), (5_500, 150), (6_000, 200), (9_000, 200)]
)
def test_a_scale_is_straight_between_its_rows_and_flat_beyond(reached: int, earned: int) -> None:
    assert Scale(((5_000, 100), (6_000, 200))).points(reached) == earned


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([Weighed(30, 10_000), Weighed(30, 8_000), Weighed(40, 12_000)], 10_200),
        ([Weighed(30, 10_000), Weighed(70, None)], 10_000),
        ([Weighed(10, 0), Weighed(30, 10_000)], 7_500),
        ([Weighed(30, 3_333), Weighed(30, 3_334)], 3_334),
        ([Weighed(100, None)], None),
        ([], None),
    ],
)
def test_a_score_weighs_what_was_assessed(found: list[Weighed], expected: int | None) -> None:
    assert score(found) == expected


def test_a_year_is_the_mean_of_its_months() -> None:
    assert mean([10_000, 9_000, 8_001]) == 9_000
    assert mean([]) is None


def test_a_ratio_needs_a_whole() -> None:
    assert ratio(1, 3) == 3_333
    assert ratio(-5, 100) == -500
    assert ratio(1, 0) is None


@pytest.mark.parametrize(
    ("code", "year", "first", "months"),
    [
        (Code.REVENUE, 1_200, 1, (100,) * 12),
        (Code.REVENUE, 1_205, 1, (100,) * 7 + (101,) * 5),
        (Code.REVENUE, 1_000, 11, (None,) * 10 + (500, 500)),
        (Code.VISITS, 3, 12, (None,) * 11 + (3,)),
        (Code.SATISFACTION, 9_000, 3, (None, None) + (9_000,) * 10),
        (Code.GROWTH, -300, 1, (-300,) * 12),
    ],
)
def test_even_months(code: Code, year: int, first: int, months: tuple[int | None, ...]) -> None:
    found = even_months(INDICATORS[code], year, first)
    assert found == months
    assert check_months(INDICATORS[code], year, found) == []


def _faults(found: list[DomainError]) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.field) for fault in found]


@pytest.mark.parametrize(
    ("code", "year", "months", "faults"),
    [
        (Code.REVENUE, 100, [100, *[None] * 11], []),
        (Code.REVENUE, 100, [99, *[None] * 11], [("managers.months_do_not_add_up", "months")]),
        (Code.REVENUE, 100, [None] * 12, [("managers.target_missing", "month_1")]),
        (
            Code.REVENUE,
            0,
            [5, -5, *[None] * 10],
            [("managers.target_negative", "month_2")],
        ),
        (Code.SATISFACTION, 9_000, [None, None, 9_100] * 4, []),
        (Code.GROWTH, 500, [-100, *[800] * 11], []),
    ],
)
def test_typed_months(
    code: Code, year: int, months: list[int | None], faults: list[tuple[str, str | None]]
) -> None:
    assert _faults(check_months(INDICATORS[code], year, months)) == faults


def _terms(*weights: int, codes: list[Code] | None = None) -> list[Term]:
    return [Term(code, weight, 100, ()) for code, weight in zip(codes or list(Code), weights, strict=False)]


@pytest.mark.parametrize(
    ("terms", "faults"),
    [
        (_terms(30, 30, 20, 20), []),
        (_terms(10, 10, 10, 10, 10, 10, 10, 30), []),
        (_terms(40, 30, 30), [("managers.weight_out_of_range", "weight_1")]),
        (
            _terms(30, 30, 9, 31),
            [("managers.weight_out_of_range", "weight_3"), ("managers.weight_out_of_range", "weight_4")],
        ),
        (_terms(30, 30, 30), [("managers.weights_not_whole", None)]),
        (
            _terms(30, 30, 20, 20, codes=[Code.REVENUE, Code.COST, Code.COST, Code.ARPU]),
            [("managers.indicator_twice", "indicator_2"), ("managers.indicator_twice", "indicator_3")],
        ),
        (
            _terms(12, 11, 11, 11, 11, 11, 11, 11, 11),
            [("managers.indicators_too_many", None)],
        ),
        ([], [("managers.weights_not_whole", None)]),
    ],
)
def test_terms(terms: list[Term], faults: list[tuple[str, str | None]]) -> None:
    assert _faults(check_terms(terms, RANGE, {})) == faults


def test_faults_name_the_forms_rows() -> None:
    terms = [*_terms(30, 30, 30), Term(Code.VISITS, 10, -1, ())]
    assert _faults(check_terms(terms, RANGE, {3: 7})) == [("managers.target_negative", "target_7")]


def test_years_and_months_assessed() -> None:
    assert check_year(2026, 1) == []
    assert _faults(check_year(1990, 13)) == [
        ("managers.year_invalid", "year"),
        ("managers.year_invalid", "first_month"),
    ]
    late = Term(Code.REVENUE, 50, 100, even_months(INDICATORS[Code.REVENUE], 100, 11))
    quarterly = Term(Code.SATISFACTION, 50, 9_000, (None, None, 9_000) * 4)
    assert months_assessed([late], 2026) == ["2026-11", "2026-12"]
    assert months_assessed([late, quarterly], 2026) == ["2026-03", "2026-06", "2026-09", "2026-11", "2026-12"]


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        (Unit.MONEY, "12.5万", 12_500_000),
        (Unit.MONEY, "１，２００.50", 120_050),
        (Unit.PERCENT, "8.5", 850),
        (Unit.PERCENT, "-3%", -300),
        (Unit.PERCENT, "８．２５％", 825),
        (Unit.POINTS, "92.4", 9_240),
        (Unit.COUNT, "1,024", 1_024),
    ],
)
def test_figures_as_people_type_them(unit: Unit, text: str, value: int) -> None:
    assert parse_figure(unit, text) == value
    assert parse_figure(unit, figure_text(unit, value)) == value


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (Unit.COUNT, "1.5"),
        (Unit.COUNT, "-1"),
        (Unit.PERCENT, "8.555"),
        (Unit.POINTS, "好"),
        (Unit.MONEY, "99999999亿"),
    ],
)
def test_what_is_no_figure(unit: Unit, text: str) -> None:
    with pytest.raises(FigureInvalid) as raised:
        parse_figure(unit, text, field="target_1")
    assert raised.value.field == "target_1"


@pytest.mark.parametrize("text", ["2026-10", "202610", "2026/10", "2026年10月", " ２０２６．１０ "])
def test_months_as_people_type_them(text: str) -> None:
    assert read_month(text) == "2026-10"


@pytest.mark.parametrize("text", ["2026-13", "十月", "", "1999-01", "2026-10-01"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(MonthInvalid):
        read_month(text)


def test_the_last_day_of_an_appeal() -> None:
    assert last_day_of_appeal(date(2026, 11, 28), 7) == date(2026, 12, 5)
    assert last_day_of_appeal(date(2026, 11, 28), 0) == date(2026, 11, 28)
