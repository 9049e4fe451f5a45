"""KAM-03: the credit code's check digit (GB 32100-2015), each fault told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.customers.domain.creditcodes import (
    LETTERS,
    CreditCodeCharacter,
    CreditCodeCheckDigit,
    CreditCodeLength,
    check_digit,
    read_credit_code,
)

pytestmark = pytest.mark.req("KAM-03")
bodies = st.tuples(
    st.text(LETTERS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(LETTERS, min_size=9, max_size=9),
).map("".join)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91110000600037341L", "91110000600037341L"),
        ("９１１１００００６０００３７３４１ｌ", "91110000600037341L"),
        (" 9111 0000 6000 3734 1l ", "91110000600037341L"),
        ("91-110000-600037341-L", "91110000600037341L"),
        ("", ""),
        ("　", ""),
    ],
)
def test_a_code_is_read_however_it_is_typed(text: str, code: str) -> None:
    assert read_credit_code(text) == code


@given(bodies)
def test_every_body_has_one_check_digit(body: str) -> None:
    digit = check_digit(body)
    assert read_credit_code(body + digit) == body + digit
    for other in LETTERS:
        if other != digit:
            with pytest.raises(CreditCodeCheckDigit) as raised:
                read_credit_code(body + other)
            assert raised.value.data["expected"] == digit


@given(bodies, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_character_never_passes(body: str, place: int, sign: str) -> None:
    code = body + check_digit(body)
    if code[place] == sign:
        return
    with pytest.raises(CreditCodeCheckDigit):
        read_credit_code(code[:place] + sign + code[place + 1 :])


@given(bodies, st.integers(0, 15))
def test_two_neighbours_swapped_never_pass(body: str, place: int) -> None:
    code = body + check_digit(body)
    first, second = code[place], code[place + 1]
    if first == second:
        return
    with pytest.raises((CreditCodeCheckDigit, CreditCodeCharacter)):
        read_credit_code(code[:place] + second + first + code[place + 2 :])


@pytest.mark.parametrize("sign", "IOSVZ中*")
def test_a_letter_the_standard_leaves_out_is_named(sign: str) -> None:
    with pytest.raises(CreditCodeCharacter) as raised:
        read_credit_code("9111000060003734" + sign + "L")
    assert raised.value.data["characters"] == [sign]


def test_a_letter_in_the_region_is_named() -> None:
    with pytest.raises(CreditCodeCharacter):
        read_credit_code("91A10000600037341L")


@pytest.mark.parametrize("text", ["9", "91110000600037341", "91110000600037341LL"])
def test_another_length_is_said(text: str) -> None:
    with pytest.raises(CreditCodeLength) as raised:
        read_credit_code(text)
    assert raised.value.data["length"] == len(text)
    assert raised.value.field == "credit_code"
