"""What a member's digits mean, who may call whom, what the called side sees."""

from __future__ import annotations

import timeit
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.centrex.domain.dialling import (
    Attendant,
    Barred,
    InGroup,
    Outside,
    analyse,
    barred,
    call_class_of,
    caller_id,
    permits,
)
from dakehu.centrex.domain.group import CallRights, Group, Member, RightsLevel
from dakehu.centrex.domain.rules import check_short_number
from dakehu.centrex.domain.workorder import FIELDS, work_order
from dakehu.kernel.numbers import CallClass, Unreachable, classify

GROUP = Group("TY01", "0351", "0", "9", 4, 100, "03518880000", group_id=7, customer_id=70, name="晋源机械")
MEMBER = Member("03518888001", "8001", CallRights(RightsLevel.NATIONAL))
C = CallClass


@pytest.mark.req("CTX-03")
def test_inside_one_dials_the_short_number_alone() -> None:
    assert analyse(GROUP, "8002") == InGroup("8002")


@pytest.mark.req("CTX-04")
@pytest.mark.parametrize(
    ("dialled", "number", "call_class"),
    [
        ("02345678", "03512345678", C.LOCAL),
        ("08888002", "03518888002", C.LOCAL),
        ("013800000000", "13800000000", C.LOCAL),
        ("0013800000000", "13800000000", C.NATIONAL),
        ("003522345678", "03522345678", C.NATIONAL),
        ("000442071234567", "+442071234567", C.INTERNATIONAL),
        ("0114", "114", C.SPECIAL),
        ("095588", "95588", C.SPECIAL),
        ("0110", "110", C.EMERGENCY),
        ("110", "110", C.EMERGENCY),
    ],
)
def test_outside_follows_the_exit_prefix(dialled: str, number: str, call_class: CallClass) -> None:
    found = analyse(GROUP, dialled)
    assert isinstance(found, Outside)
    assert found.destination.number == number
    assert call_class_of(found) is call_class


@pytest.mark.req("CTX-12")
def test_the_attendant_prefix_reaches_the_console() -> None:
    found = analyse(GROUP, "9")
    assert found == Attendant()
    assert isinstance(found, Attendant)
    assert call_class_of(found) is C.IN_GROUP
    assert analyse(GROUP, "91") is Unreachable.INVALID
    assert analyse(replace(GROUP, attendant_prefix=""), "9") is Unreachable.INCOMPLETE
    assert analyse(replace(GROUP, attendant_prefix=""), "9123") == InGroup("9123")


@pytest.mark.parametrize("dialled", ["", "8", "800", "0", "0234567", "00", "11"])
def test_more_digits_may_follow(dialled: str) -> None:
    assert analyse(GROUP, dialled) is Unreachable.INCOMPLETE


@pytest.mark.parametrize("dialled", ["80011", "2345678", "*57*1#", "8a01", "８００１", "023456789", "90"])
def test_no_digits_will_help(dialled: str) -> None:
    assert analyse(GROUP, dialled) is Unreachable.INVALID


@pytest.mark.req("CTX-03", "CTX-13")
@given(st.text(alphabet="0123456789", min_size=2, max_size=6), st.integers(2, 6), st.booleans())
def test_every_lawful_short_number_can_be_dialled_and_no_other(
    dialled: str, length: int, console: bool
) -> None:
    group = replace(GROUP, short_length=length, attendant_prefix="9" if console else "")
    lawful = not check_short_number(group, dialled, ())
    assert (analyse(group, dialled) == InGroup(dialled)) is lawful


@pytest.mark.req("CTX-04")
@given(st.text(alphabet="0123456789", min_size=1, max_size=14))
def test_behind_the_exit_prefix_all_is_as_on_a_single_line(digits: str) -> None:
    alone, behind = classify(digits, "0351"), analyse(GROUP, f"0{digits}")
    assert behind == (alone if isinstance(alone, Unreachable) else Outside(alone))


@pytest.mark.req("CTX-06")
@pytest.mark.parametrize("special", [True, False])
@pytest.mark.parametrize(
    ("level", "allowed"),
    [
        (RightsLevel.OWN_GROUP, set()),
        (RightsLevel.LOCAL, {C.LOCAL}),
        (RightsLevel.NATIONAL, {C.LOCAL, C.NATIONAL}),
        (RightsLevel.INTERNATIONAL, {C.LOCAL, C.NATIONAL, C.INTERNATIONAL}),
    ],
)
def test_rights_by_class(level: RightsLevel, allowed: set[CallClass], special: bool) -> None:
    rights = CallRights(level, special)
    expected = allowed | {C.IN_GROUP, C.IN_VPN, C.EMERGENCY} | ({C.SPECIAL} if special else set())
    assert {call_class for call_class in CallClass if permits(rights, call_class)} == expected


@pytest.mark.req("CTX-06", "CTX-14")
def test_why_a_call_is_barred() -> None:
    assert barred(MEMBER, C.NATIONAL) is None
    assert barred(MEMBER, C.INTERNATIONAL) is Barred.RIGHTS
    inside = replace(MEMBER, in_group_only=True)
    assert {c for c in CallClass if barred(inside, c) is None} == {C.IN_GROUP, C.EMERGENCY}
    assert barred(inside, C.LOCAL) is Barred.IN_GROUP_ONLY


@pytest.mark.req("CTX-16")
def test_inside_the_short_number_is_shown() -> None:
    assert caller_id(MEMBER, C.IN_GROUP) == "8001"
    for call_class in set(CallClass) - {C.IN_GROUP}:
        assert caller_id(MEMBER, call_class) == "03518888001"


@pytest.mark.req("CTX-12")
def test_the_work_order_states_what_the_exchange_must_know() -> None:
    order = work_order(GROUP, "太原晋源机械有限公司")
    assert dict(order.rows()) == {
        "exchange": "TY01",
        "area_code": "0351",
        "customer": "太原晋源机械有限公司",
        "group": "晋源机械",
        "gcn": "03518880000",
        "capacity": "100",
        "exit_prefix": "0",
        "attendant_prefix": "9",
        "short_length": "4",
    }
    printed = work_order(replace(GROUP, attendant_prefix=""), "客户").printed(
        {name: name.upper() for name in FIELDS}
    )
    assert "GCN: 03518880000\n" in printed
    assert "ATTENDANT_PREFIX: -\n" in printed
    assert printed.count("\n") == len(FIELDS)


def test_analysis_is_fast_enough_for_each_call() -> None:
    each = min(timeit.repeat(lambda: analyse(GROUP, "0013800000000"), number=1000, repeat=5)) / 1000
    assert each < 50e-6
