"""KAM-03: the rules of decision maps, birthdays and small records, without a database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.customers.domain.birthdays import coming, day_of_year, next_birthday
from dakehu.customers.domain.holdings import (
    AgreementDraft,
    CompetitorLineDraft,
    EquipmentDraft,
    tidy_holding,
)
from dakehu.customers.domain.relations import Person, lay_out, leads_back

pytestmark = pytest.mark.req("KAM-03")
_KNOWN = {"rival_operator": {"other"}, "intelligence_source": {"visit"}, "equipment_kind": {"router"}}


def test_who_leads_stands_over_the_middle_of_those_below() -> None:
    chief, finance, it, clerk = Person(1), Person(2, 1), Person(3, 1), Person(4, 2)
    laid = lay_out([chief, finance, it, clerk])
    assert [(spot.id, spot.column, spot.level) for spot in laid.spots] == [
        (1, 0.5, 0), (2, 0.0, 1), (3, 1.0, 1), (4, 0.0, 2),
    ]  # fmt: skip
    assert set(laid.lines) == {(1, 2), (1, 3), (2, 4)}
    assert (laid.columns, laid.levels) == (2, 3)


def test_an_empty_map_has_no_level() -> None:
    assert lay_out([]).levels == 0


@pytest.mark.parametrize(
    ("person", "leader", "circle"),
    [(1, 3, True), (1, 1, True), (3, 1, False), (4, 3, False), (1, None, False)],
)
def test_circles_are_found(person: int, leader: int | None, circle: bool) -> None:
    assert leads_back(person, leader, {1: None, 2: 1, 3: 2, 4: None}) is circle


@given(st.lists(st.integers(0, 12) | st.none(), max_size=12))
def test_any_lines_are_laid_out_without_two_in_one_place(leaders: list[int | None]) -> None:
    people = [Person(at, leader) for at, leader in enumerate(leaders)]
    laid = lay_out(people)
    assert [spot.id for spot in laid.spots] == [person.id for person in people]
    assert len({(spot.column, spot.level) for spot in laid.spots}) == len(people)
    level = {spot.id: spot.level for spot in laid.spots}
    assert all(level[led] == level[leader] + 1 for leader, led in laid.lines)


@pytest.mark.parametrize(
    ("today", "days", "spans"),
    [
        (date(2026, 11, 26), 14, [(1126, 1210)]),
        (date(2026, 12, 25), 14, [(1225, 1231), (101, 108)]),
        (date(2027, 2, 20), 8, [(220, 229)]),
        (date(2028, 2, 20), 8, [(220, 228)]),
    ],
)
def test_spans_of_coming_birthdays(today: date, days: int, spans: list[tuple[int, int]]) -> None:
    assert coming(today, days) == spans


@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        (date(1980, 11, 26), date(2026, 11, 26), date(2026, 11, 26)),
        (date(1980, 11, 25), date(2026, 11, 26), date(2027, 11, 25)),
        (date(1980, 2, 29), date(2027, 1, 1), date(2027, 2, 28)),
        (date(1980, 2, 29), date(2027, 12, 1), date(2028, 2, 29)),
    ],
)
def test_the_next_birthday(born: date, today: date, expected: date) -> None:
    assert next_birthday(born, today) == expected


@given(st.dates(date(1930, 1, 1), date(2010, 12, 31)), st.dates(date(2026, 1, 1), date(2040, 1, 1)))
def test_a_birthday_within_days_lies_in_the_spans(born: date, today: date) -> None:
    """Both ways of looking at a birthday agree, leap days too."""
    days = 30
    is_near = (next_birthday(born, today) - today).days <= days
    found = any(first <= day_of_year(born) <= last for first, last in coming(today, days))
    assert found == is_near


@pytest.mark.parametrize(
    ("draft", "faults"),
    [
        (CompetitorLineDraft("other", "专线", ends_on=date(2027, 1, 1), source="visit"), []),
        (CompetitorLineDraft("", ""), [("operator", "field_missing"), ("product", "field_missing")]),
        (CompetitorLineDraft("nobody", "专线"), [("operator", "entry_unknown")]),
        (CompetitorLineDraft("other", "专线", confidence="?"), [("confidence", "entry_unknown")]),
        (
            CompetitorLineDraft("other", "专线", bandwidth_mbps=0, count=0, monthly_fee_fen=-1),
            [
                ("bandwidth_mbps", "number_too_small"),
                ("count", "number_too_small"),
                ("monthly_fee_fen", "number_too_small"),
            ],
        ),
        (EquipmentDraft("router", "长" * 61), [("model", "text_too_long")]),
        (
            EquipmentDraft("router", "AR", since=date(2026, 2, 1), warranty_until=date(2026, 1, 1)),
            [("warranty_until", "end_before_start")],
        ),
        (
            AgreementDraft("A1", "宽带", date(2026, 2, 1), date(2026, 1, 31)),
            [("ends_on", "end_before_start")],
        ),
    ],
)
def test_all_faults_of_a_small_record_are_found_at_once(draft: Any, faults: list[tuple[str, str]]) -> None:
    _tidied, found = tidy_holding(draft, _KNOWN)
    assert [(fault.field, fault.code.removeprefix("customers.")) for fault in found] == faults


def test_a_small_record_is_kept_in_one_spelling() -> None:
    tidied, faults = tidy_holding(EquipmentDraft("router", " AR   1 ", serial="ＡＢ１"), _KNOWN)
    assert (tidied.model, tidied.serial, faults) == ("AR 1", "AB1", [])
