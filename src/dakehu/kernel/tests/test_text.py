"""Text as typed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.kernel.text import clean_code, clean_line, clean_name, fold_width, number_from


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("（太原）", "(太原)"),
        ("甲　乙", "甲 乙"),
        ("，：！", ",:!"),
        ("、。", "、。"),
    ],
)
def test_full_width_becomes_half_width(typed: str, folded: str) -> None:
    assert fold_width(typed) == folded


def test_lines_names_and_codes() -> None:
    assert clean_line(" 太原\u200b  第一\t公司\n") == "太原 第一 公司"
    assert clean_name("，太原第一公司。 ") == "太原第一公司"
    assert clean_name("晋（集团）") == "晋（集团）"
    assert clean_code(" ９１１４ ００００\ufeff") == "91140000"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for clean in (fold_width, clean_line, clean_name, clean_code):
        assert clean(clean(text)) == clean(text)


def test_signs_that_turn_the_line_or_hide_are_dropped() -> None:
    assert clean_line("发票\u202egnp.exe\u2066\u0000\ud800") == "发票gnp.exe"
    assert clean_code("A\u202eB\u061c\U000e0041") == "AB"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        (" １，２３４．５ ", "1234.5"),
        ("1 234", "1234"),
        ("-3", "-3"),
        ("−0.5", "-0.5"),
        ("+7", "7"),
        ("(1,234.50)", "-1234.50"),
        ("1.5万", "15000"),
        ("2亿", "200000000"),
        ("3千", "3000"),
        ("1e-05", "0.00001"),
        ("9.11E+17", "911000000000000000"),
        ("000", "0"),
    ],
)
def test_numbers_as_people_and_spreadsheets_write_them(text: str, number: str) -> None:
    assert number_from(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", "x", "1,5", "1,23", "1.", ".5", "--1", "(-1)", "(1", "1)", "٣", "nan", "1e99",
     "9" * 40, "1e999999999",
     "￥5", "5元", "5%", "1万万", "1.2.3"],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    assert number_from(text) is None


def test_money_and_shares_are_numbers_where_they_belong() -> None:
    assert number_from("￥1.2万元", money=True) == 12_000
    assert number_from("-￥5", money=True) == number_from("￥-5", money=True) == -5
    assert number_from("12.5％", percent=True) == Decimal("0.125")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_every_number_comes_back(number: Decimal) -> None:
    assert number_from(f"{number:f}") == number
    assert number_from(f"{number:,f}") == number
