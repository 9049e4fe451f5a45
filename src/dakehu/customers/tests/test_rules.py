"""Grades, standing, duplicates, drafts: rules without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dakehu.customers.domain.creditcodes import CreditCodeCheckDigit
from dakehu.customers.domain.drafts import CustomerDraft, Known, tidy
from dakehu.customers.domain.duplicates import Answer, Duplicate, Kinship, Likeness, faults_of_duplicates
from dakehu.customers.domain.errors import AlikeNames, SameCreditCode
from dakehu.customers.domain.grades import DEFAULT_THRESHOLDS, Grade, GradeThreshold, grade_by_revenue
from dakehu.customers.domain.states import CUSTOMER_STATES
from dakehu.infra.testing.states import assert_state_product


@pytest.mark.req("KAM-03")
@pytest.mark.parametrize(
    ("yuan", "grade"),
    [
        (0, Grade.SMALL),
        (2_999.99, Grade.SMALL),
        (3_000, Grade.THIRD),
        (9_999.99, Grade.THIRD),
        (10_000, Grade.SECOND),
        (30_000, Grade.FIRST),
        (99_999.99, Grade.FIRST),
        (100_000, Grade.SPECIAL),
    ],
)
def test_the_grade_follows_the_thresholds(yuan: float, grade: Grade) -> None:
    assert grade_by_revenue(round(yuan * 100), DEFAULT_THRESHOLDS) is grade


def test_of_several_thresholds_the_highest_grade_wins() -> None:
    odd = [GradeThreshold(Grade.THIRD, 100), GradeThreshold(Grade.SPECIAL, 50)]
    assert grade_by_revenue(200, odd) is Grade.SPECIAL


def test_every_move_of_an_account() -> None:
    assert_state_product(CUSTOMER_STATES)


SAME = Duplicate(Likeness.SAME_CODE, 7, "K1", "晋阳")
ALIKE = Duplicate(Likeness.ALIKE_NAME, 8, "K2", "晋阳")


@pytest.mark.req("KAM-03")
@pytest.mark.parametrize(
    ("found", "answer", "parent", "fault"),
    [
        ([], Answer(), None, None),
        ([SAME], Answer(), None, SameCreditCode),
        ([SAME], Answer(), 7, SameCreditCode),
        ([SAME], Answer(names_differ=True), None, SameCreditCode),
        ([SAME], Answer(Kinship.BRANCH), None, SameCreditCode),
        ([SAME], Answer(Kinship.BRANCH), 9, SameCreditCode),
        ([SAME], Answer(Kinship.BRANCH), 7, None),
        ([SAME, ALIKE], Answer(Kinship.BRANCH), 7, None),
        ([SAME], Answer(Kinship.PARENT), None, None),
        ([ALIKE], Answer(), None, AlikeNames),
        ([ALIKE], Answer(names_differ=True), None, None),
    ],
)
def test_how_duplicates_are_answered(
    found: list[Duplicate], answer: Answer, parent: int | None, fault: type[Exception] | None
) -> None:
    faults = faults_of_duplicates(found, answer, parent)
    assert [type(f) for f in faults] == ([fault] if fault else [])


KNOWN = Known(sections={"I", "J"}, trades={"banking"})
DRAFT = CustomerDraft(name="晋阳云图科技有限公司", org_unit_id=1)


def test_a_plain_draft_has_no_fault() -> None:
    assert tidy(DRAFT, KNOWN) == (DRAFT, [])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", " ，", "customers.name_missing"),
        ("name", "长" * 121, "customers.text_too_long"),
        ("address", "长" * 201, "customers.text_too_long"),
        ("section", "Z", "customers.entry_unknown"),
        ("trade", "piracy", "customers.entry_unknown"),
        ("monthly_revenue_fen", -1, "customers.revenue_negative"),
        ("phone", "call me", "customers.phone_malformed"),
        ("phone", "12", "customers.phone_malformed"),
        ("website", "not a site", "customers.website_malformed"),
        ("website", "javascript:alert(1)", "customers.website_malformed"),
        ("credit_code", "91110000600037341A", "customers.credit_code_check_digit"),
    ],
)
def test_a_fault_is_beside_its_field(field: str, value: object, code: str) -> None:
    changed: dict[str, Any] = {field: value}
    _tidied, faults = tidy(replace(DRAFT, **changed), KNOWN)
    assert [(fault.field, fault.code) for fault in faults] == [(field, code)]


@pytest.mark.parametrize(
    "phone", ["0351-8208000", "13800000000", "+86 351 8208000", "(0351)8208000转8001", "10086"]
)
def test_telephones_as_people_write_them(phone: str) -> None:
    assert tidy(replace(DRAFT, phone=phone), KNOWN)[1] == []


def test_all_faults_come_at_once() -> None:
    bad = replace(DRAFT, name="", credit_code="91110000600037341A", trade="piracy")
    faults = tidy(bad, KNOWN)[1]
    assert {fault.field for fault in faults} == {"name", "credit_code", "trade"}
    assert any(isinstance(fault, CreditCodeCheckDigit) for fault in faults)
