"""Sharing the calls to a VPN's attendants."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.enterprise_vpn.domain.attendance import (
    AttendantCall,
    Share,
    SharingInvalid,
    check_shares,
    share_row,
    shares_from,
    turn,
)
from dakehu.kernel.periods import Callers, Period

A, B, C = "03512348000", "03522348000", "03532348000"
MORNING = Period(time(8), time(12), frozenset({1, 2, 3, 4, 5}))
TAIYUAN = Callers(prefixes=("0351",))
CALL = AttendantCall("03512340001", "6000", datetime(2026, 11, 25, 9, 30))  # noqa: DTZ001 - local by meaning


def first(shares: list[Share], call: AttendantCall = CALL, **taken: int) -> str:
    counts = {A: taken.get("a", 0), B: taken.get("b", 0), C: taken.get("c", 0)}
    return turn([A, B, C], shares, call, counts.__getitem__)[0]


@pytest.mark.req("VPN-11")
def test_without_rules_they_take_turns() -> None:
    assert first([]) == A
    assert first([], a=1) == B
    assert first([], a=1, b=1) == C


@pytest.mark.req("VPN-11")
def test_percentages_hold_over_a_day() -> None:
    shares = [Share(A, 50), Share(B, 30), Share(C, 20)]
    taken: Counter[str] = Counter()
    for number in range(1, 201):
        taken[turn([A, B, C], shares, CALL, taken.__getitem__)[0]] += 1
        for attendant, percent in ((A, 50), (B, 30), (C, 20)):
            assert abs(taken[attendant] - number * percent / 100) < 1.5, "nobody gets a burst"
    assert taken == {A: 100, B: 60, C: 40}


@pytest.mark.req("VPN-11")
@pytest.mark.parametrize(
    ("share", "caller", "hour", "taking_part"),
    [
        (Share(A, periods=(MORNING,)), CALL.caller, 9, True),
        (Share(A, periods=(MORNING,)), CALL.caller, 13, False),
        (Share(A, callers=TAIYUAN), "03512340001", 9, True),
        (Share(A, callers=TAIYUAN), "03522340001", 9, False),
        (Share(A, callers=TAIYUAN), "", 9, False),
        (Share(A, called=Callers(frozenset({"6000"}))), "03522340001", 9, True),
        (Share(A, called=Callers(frozenset({"6001"}))), "03522340001", 9, False),
    ],
)
def test_times_and_numbers(share: Share, caller: str, hour: int, *, taking_part: bool) -> None:
    call = AttendantCall(caller, "6000", CALL.at.replace(hour=hour))
    assert (A in turn([A, B], [share], call, lambda _number: 0)) == taking_part


def test_a_gap_in_the_rules_loses_no_caller() -> None:
    evening = AttendantCall(CALL.caller, "6000", CALL.at.replace(hour=23))
    shares = [Share(each, periods=(MORNING,)) for each in (A, B, C)]
    assert turn([A, B, C], shares, evening, lambda _number: 0) == (A, B, C)
    assert turn([], shares, evening, lambda _number: 0) == ()


def test_rules_of_those_who_are_not_logged_in_count_for_nothing() -> None:
    assert turn([B], [Share(A, 90)], CALL, lambda _number: 0) == (B,)


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_share_is_between_1_and_100(percent: int) -> None:
    assert [fault.data["why"] for fault in check_shares([Share(A, percent)])] == ["percent"]


def test_too_many_rules() -> None:
    assert check_shares([Share(A)] * 65)
    assert not check_shares([Share(A)] * 64)


@given(
    st.lists(
        st.builds(
            Share,
            st.sampled_from([A, B, C]),
            st.integers(1, 100),
            st.lists(st.just(MORNING), max_size=2).map(tuple),
            st.sampled_from([None, TAIYUAN]),
            st.sampled_from([None, Callers(frozenset({"6000"}))]),
        ),
        max_size=5,
    )
)
def test_rules_come_back_from_json(shares: list[Share]) -> None:
    assert shares_from([share_row(share) for share in shares]) == tuple(shares)


@pytest.mark.parametrize(
    "row", [{}, {"attendant": A, "percent": "x"}, {"attendant": A, "periods": [{"begins": "9"}]}]
)
def test_what_cannot_be_read_is_told(row: dict[str, object]) -> None:
    with pytest.raises(SharingInvalid):
        shares_from([row])
