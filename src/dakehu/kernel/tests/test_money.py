"""Amounts as typed, as shown, and rounding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.kernel.errors import DomainError
from dakehu.kernel.money import (
    AmountInvalid,
    AmountTooFine,
    Fen,
    Hao,
    charge,
    divide_half_up,
    fen_from_hao,
    parse_yuan,
    wan_yuan,
    yi_yuan,
    yuan,
)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("1,234.50", 123450),
        ("1234.5", 123450),
        ("１，２３４．５０", 123450),
        (" ¥ 12 ", 1200),
        ("￥12.5元", 1250),
        ("-3", -300),
        ("−0.01", -1),
        ("1.5万", 1_500_000),
        ("1.5万元", 1_500_000),
        ("0.000001万元", 1),
        ("2亿元", 20_000_000_000),
        ("12.500", 1250),
    ],
)
def test_amounts_as_people_type_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", AmountInvalid),
        ("abc", AmountInvalid),
        ("1,23.00", AmountInvalid),
        ("1,2345", AmountInvalid),
        ("--3", AmountInvalid),
        ("1.", AmountInvalid),
        ("٣", AmountInvalid),
        ("1.005", AmountTooFine),
        ("0.0000001万元", AmountTooFine),
    ],
)
def test_what_is_no_amount(text: str, error: type[DomainError]) -> None:
    with pytest.raises(error) as caught:
        parse_yuan(text, field="price")
    assert caught.value.field == "price"
    assert caught.value.data == {"text": text}


@given(st.integers(-(10**14), 10**14))
def test_what_is_shown_reads_back(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan(yuan(fen, thousands=False)) == fen


@pytest.mark.parametrize(
    ("dividend", "quotient"), [(0, 0), (49, 0), (50, 1), (149, 1), (150, 2), (-49, 0), (-50, -1), (-150, -2)]
)
def test_a_half_is_rounded_away_from_zero(dividend: int, quotient: int) -> None:
    assert divide_half_up(dividend, 100) == quotient
    assert fen_from_hao(dividend) == quotient


def test_a_charge_is_rounded_once() -> None:
    assert charge(Hao(350), 1) == 4
    assert charge(Hao(350), 10) == 35


def test_statistics_show_ten_thousands_and_hundred_millions() -> None:
    assert wan_yuan(Fen(123_456_789)) == "123.46"
    assert wan_yuan(Fen(-500_000), 0) == "-1"
    assert wan_yuan(Fen(12_345_678_900)) == "12,345.68"
    assert yi_yuan(Fen(1_234_567_890_123), 3) == "123.457"
