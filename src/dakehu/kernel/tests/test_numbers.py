"""Numbers as written and as dialled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import (
    SHANXI_AREA_CODES,
    AreaCodeInvalid,
    CallClass,
    Destination,
    NumberInvalid,
    NumberKind,
    Unreachable,
    area_code_of,
    classify,
    from_e164,
    parse_area_code,
    parse_public,
    split_national,
    to_e164,
)

LOCAL, NATIONAL, ABROAD = CallClass.LOCAL, CallClass.NATIONAL, CallClass.INTERNATIONAL
SPECIAL, EMERGENCY = CallClass.SPECIAL, CallClass.EMERGENCY


@pytest.mark.parametrize(
    ("dialled", "number", "kind", "call_class"),
    [
        ("2345678", "03512345678", NumberKind.FIXED, LOCAL),
        ("03512345678", "03512345678", NumberKind.FIXED, LOCAL),
        ("03522345678", "03522345678", NumberKind.FIXED, NATIONAL),
        ("01062345678", "01062345678", NumberKind.FIXED, NATIONAL),
        ("02587654321", "02587654321", NumberKind.FIXED, NATIONAL),
        ("037165432100", "037165432100", NumberKind.FIXED, NATIONAL),
        ("13800000000", "13800000000", NumberKind.MOBILE, LOCAL),
        ("013800000000", "13800000000", NumberKind.MOBILE, NATIONAL),
        ("+8613800000000", "13800000000", NumberKind.MOBILE, NATIONAL),
        ("008613800000000", "13800000000", NumberKind.MOBILE, NATIONAL),
        ("+863512345678", "03512345678", NumberKind.FIXED, LOCAL),
        ("+863522345678", "03522345678", NumberKind.FIXED, NATIONAL),
        ("00442071234567", "+442071234567", NumberKind.ABROAD, ABROAD),
        ("0085223456789", "+85223456789", NumberKind.ABROAD, ABROAD),
        ("110", "110", NumberKind.EMERGENCY, EMERGENCY),
        ("119", "119", NumberKind.EMERGENCY, EMERGENCY),
        ("120", "120", NumberKind.EMERGENCY, EMERGENCY),
        ("122", "122", NumberKind.EMERGENCY, EMERGENCY),
        ("114", "114", NumberKind.SERVICE, SPECIAL),
        ("0352114", "0352114", NumberKind.SERVICE, SPECIAL),
        ("10086", "10086", NumberKind.SERVICE, SPECIAL),
        ("12315", "12315", NumberKind.SERVICE, SPECIAL),
        ("116123", "116123", NumberKind.SERVICE, SPECIAL),
        ("95588", "95588", NumberKind.SERVICE, SPECIAL),
        ("96196", "96196", NumberKind.SERVICE, SPECIAL),
        ("17909", "17909", NumberKind.SERVICE, SPECIAL),
        ("1790903522221234", "1790903522221234", NumberKind.SERVICE, NATIONAL),
        ("179092345678", "179092345678", NumberKind.SERVICE, LOCAL),
        ("1790900442071234567", "1790900442071234567", NumberKind.SERVICE, CallClass.INTERNATIONAL),
        ("201", "201", NumberKind.SERVICE, SPECIAL),
        ("4006001234", "4006001234", NumberKind.SHARED, LOCAL),
        ("8008101234", "8008101234", NumberKind.SHARED, LOCAL),
    ],
)
def test_what_is_dialled_from_taiyuan(
    dialled: str, number: str, kind: NumberKind, call_class: CallClass
) -> None:
    assert classify(dialled, "0351") == Destination(number, kind, call_class)


@pytest.mark.parametrize(
    "dialled",
    ["", "0", "00", "03", "0351", "03512", "0351234567", "010", "01", "013", "0138000", "1", "11", "138000",
     "234567", "9", "95", "9558", "400600", "0044", "00861", "0352", "03521", "037123"],
)  # fmt: skip
def test_more_digits_may_follow(dialled: str) -> None:
    assert classify(dialled, "0351") is Unreachable.INCOMPLETE


@pytest.mark.parametrize(
    "dialled",
    ["23456789", "035123456789", "011", "0123", "0262345678", "03510345678", "0138000000000", "000",
     "9112345", "*57*", "12a", "２３４５６７８", "٢٣٤٥٦٧٨", "00123456789012345678", "99999"],
)  # fmt: skip
def test_no_digits_will_help(dialled: str) -> None:
    assert classify(dialled, "0351") is Unreachable.INVALID


@given(st.text(alphabet="0123456789*#+abc１", max_size=20), st.sampled_from([*SHANXI_AREA_CODES, "010", ""]))
def test_a_number_found_is_found_again_by_its_national_form(dialled: str, area: str) -> None:
    found = classify(dialled, area)
    if isinstance(found, Destination):
        again = classify(found.number, area)
        assert isinstance(again, Destination)
        assert again.number == found.number
        assert again.kind is found.kind


@pytest.mark.parametrize("area", SHANXI_AREA_CODES)
def test_shanxi_has_eleven_areas_of_seven_digits(area: str) -> None:
    assert len(SHANXI_AREA_CODES) == 11
    number = f"{area}2345678"
    assert split_national(number) == (area, "2345678")
    assert classify("2345678", area) == Destination(number, NumberKind.FIXED, LOCAL)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0351-2345678", "03512345678"),
        ("(0351) 234 5678", "03512345678"),
        ("（０３５１）２３４５６７８", "03512345678"),
        ("２３４５６７８", "03512345678"),
        ("+86 351 2345678", "03512345678"),
        ("+86 0351 2345678", "03512345678"),
        ("0086-351-2345678", "03512345678"),
        ("138 0000 0000", "13800000000"),
        ("010—62345678", "01062345678"),
        ("400-600-1234", "4006001234"),
        ("+44 20 7123 4567", "+442071234567"),
    ],
)
def test_numbers_as_people_write_them(text: str, number: str) -> None:
    assert parse_public(text, area_code="0351") == number


@pytest.mark.parametrize("text", ["", "12", "234567", "abc", "0351", "1380000000"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(NumberInvalid) as caught:
        parse_public(text, area_code="0351", field="telephone")
    assert caught.value.field == "telephone"


def test_a_local_number_needs_an_area() -> None:
    with pytest.raises(NumberInvalid):
        parse_public("2345678")


@pytest.mark.parametrize(
    ("national", "e164"),
    [("03512345678", "+863512345678"), ("01062345678", "+861062345678"), ("13800000000", "+8613800000000"),
     ("+442071234567", "+442071234567")],
)  # fmt: skip
def test_e164_and_back(national: str, e164: str) -> None:
    assert to_e164(national) == e164
    assert from_e164(e164) == national


@pytest.mark.parametrize("number", ["114", "95588", "110", "2345678"])
def test_services_have_no_e164(number: str) -> None:
    with pytest.raises(NumberInvalid):
        to_e164(number)
    with pytest.raises(DomainError):
        from_e164(number)


def test_area_codes() -> None:
    assert parse_area_code("351") == "0351"
    assert parse_area_code("０３５１") == "0351"
    assert area_code_of("01062345678") == "010"
    assert area_code_of("13800000000") is None
    with pytest.raises(AreaCodeInvalid):
        parse_area_code("026")
