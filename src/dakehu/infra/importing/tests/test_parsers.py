"""Values as people and Excel write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.infra.importing.domain import parsers
from dakehu.infra.importing.domain.faults import failure_of
from dakehu.infra.importing.domain.parsers import Parser
from dakehu.kernel.errors import DomainError

JANUARY = date(2026, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05", "2026-1-5", "2026/1/5", "2026.01.05", "2026年1月5日", "2026年01月05号", "20260105",
        "46027", "46027.5", "２０２６－０１－０５", "2026-01-05 08:30:00", "2026-01-05T00:00:00",
        "2026 年 1 月 5 日", " 2026-01-05 ",
    ],
)  # fmt: skip
def test_a_day_in_any_unmistakable_writing(text: str) -> None:
    assert parsers.parse_day(text) == JANUARY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "importing.date_invalid"),
        ("1826-01-05", "importing.date_invalid"),
        ("明天", "importing.date_invalid"),
        ("2026-13-01", "importing.date_invalid"),
        ("99999", "importing.date_invalid"),
        ("00123", "importing.date_invalid"),
        ("05/01/2026", "importing.date_ambiguous"),
        ("26-1-5", "importing.date_ambiguous"),
        ("1.5.26", "importing.date_ambiguous"),
    ],
)
def test_what_is_no_day_or_several(text: str, code: str) -> None:
    with pytest.raises(DomainError) as raised:
        parsers.parse_day(text)
    assert raised.value.code == code


@given(st.dates(date(1927, 5, 18), date(2099, 12, 31)))
def test_every_writing_of_every_day_comes_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for text in (day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日", str(serial)):
        assert parsers.parse_day(text) == day


@pytest.mark.parametrize(
    ("parser", "text", "value"),
    [
        (parsers.text(5), "  两 \u200b 个 ", "两 个"),
        (parsers.name(), "，并州煤业。", "并州煤业"),
        (parsers.code(18), " ９１１４ 0100-ab\ufeff", "91140100-AB"),
        (parsers.code(18, upper=False), "ab", "ab"),
        (parsers.choice({"甲": 1, "乙": 2, "A": 1}), "ａ", 1),
        (parsers.yes_no(), "√", True),
        (parsers.yes_no(), "否", False),
        (parsers.yuan(), "¥1,234.50", 123_450),
        (parsers.yuan(), "1.5万", 1_500_000),
        (parsers.integer(), "１，２３４", 1234),
        (parsers.integer(), "12.0", 12),
        (parsers.decimal(), "12.5%", Decimal("0.125")),
        (parsers.email(), "a.b@例子.cn", "a.b@例子.cn"),
        (parsers.one_of([parsers.integer(), parsers.text()]), "x", "x"),
        (parsers.checked(parsers.code(), str.lower), "AB", "ab"),
    ],
)
def test_values(parser: Parser, text: str, value: object) -> None:
    assert parser(text) == value


@pytest.mark.parametrize(
    ("parser", "text", "code"),
    [
        (parsers.text(2), "三个字", "importing.text_too_long"),
        (parsers.code(), "9.11401051E+17", "importing.number_rounded"),
        (parsers.code(), "9e+17", "importing.number_rounded"),
        (parsers.code(form=r"\d{6}"), "12345", "importing.form_invalid"),
        (parsers.choice({"甲": 1}), "乙", "importing.choice_unknown"),
        (parsers.yes_no(), "也许", "importing.choice_unknown"),
        (parsers.integer(), "1.5", "importing.number_invalid"),
        (parsers.integer(), "nan", "importing.number_invalid"),
        (parsers.integer(), "1e999999999", "importing.number_invalid"),
        (parsers.integer(1, 9), "10", "importing.number_out_of_range"),
        (parsers.decimal(0), "-0.1", "importing.number_out_of_range"),
        (parsers.email(), "a@b", "importing.form_invalid"),
        (parsers.yuan(), "很多", "money.amount_invalid"),
    ],
)
def test_faults(parser: Parser, text: str, code: str) -> None:
    with pytest.raises(DomainError) as raised:
        parser(text)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#N/A", "importing.cell_failed"),
        ("#REF!", "importing.cell_failed"),
        ("#name?", "importing.cell_failed"),
        ("Err:502", "importing.cell_failed"),
        ("#FORMULA! =A1", "importing.result_missing"),
        ("#1 车间", ""),
        ("Error", ""),
        ("=A1", ""),
    ],
)
def test_words_of_failure_are_no_text(text: str, code: str) -> None:
    fault = failure_of(text)
    assert (fault.code if fault else "") == code


@given(st.text())
def test_no_text_makes_a_parser_fall_over(text: str) -> None:
    for parser in (
        parsers.parse_day,
        parsers.integer(0),
        parsers.decimal(),
        parsers.code(),
        parsers.yes_no(),
    ):
        try:
            parser(text)
        except DomainError:
            continue
