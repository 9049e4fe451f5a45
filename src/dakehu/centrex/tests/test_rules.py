"""What a group and a member may be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.centrex.domain import errors
from dakehu.centrex.domain.group import Group, LineFacts, Member, NumberFacts
from dakehu.centrex.domain.rules import (
    check_capacity_change,
    check_change,
    check_group,
    check_in_group_only,
    check_member,
    check_services,
    check_short_number,
    choose_group,
    count_short_numbers,
    default_short_number,
    propose_short_number,
)
from dakehu.kernel.errors import DomainError, NotFound

GROUP = Group(
    exchange="TY01",
    area_code="0351",
    exit_prefix="0",
    attendant_prefix="9",
    short_length=4,
    capacity=3,
    gcn="03518880000",
    group_id=7,
    customer_id=70,
    name="晋源机械",
)
GCN = NumberFacts("03518880000", "TY01", is_unused=True)
MEMBER = Member("03518888001", "8001")
LINE = LineFacts("03518888001", "TY01", customer_id=70)


def codes(faults: list[DomainError]) -> list[str]:
    return [fault.code for fault in faults]


def test_a_good_group_and_a_good_member_have_no_fault() -> None:
    assert check_group(GROUP, GCN) == []
    assert check_member(GROUP, MEMBER, LINE, ()) == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        pytest.param({"exit_prefix": ""}, "centrex.exit_prefix_invalid", "exit_prefix", id="no exit prefix"),
        pytest.param({"exit_prefix": "00"}, "centrex.exit_prefix_invalid", "exit_prefix", id="two digits"),
        pytest.param({"exit_prefix": "*"}, "centrex.exit_prefix_invalid", "exit_prefix", id="no digit"),
        pytest.param(
            {"attendant_prefix": "91"}, "centrex.attendant_prefix_invalid", "attendant_prefix", id="91"
        ),
        pytest.param({"attendant_prefix": "0"}, "centrex.prefixes_equal", "attendant_prefix", id="equal"),
        pytest.param({"short_length": 1}, "centrex.short_length_invalid", "short_length", id="too short"),
        pytest.param({"short_length": 8}, "centrex.short_length_invalid", "short_length", id="too long"),
        pytest.param({"short_length": 7}, "centrex.whole_number_length", "short_length", id="CTX-19"),
        pytest.param({"capacity": 0}, "centrex.capacity_invalid", "capacity", id="no capacity"),
        pytest.param({"capacity": 10_001}, "centrex.capacity_invalid", "capacity", id="above the limit"),
        pytest.param(
            {"capacity": 81, "short_length": 2},
            "centrex.capacity_beyond_numbers",
            "capacity",
            id="few numbers",
        ),
        pytest.param({"exchange": "DT01"}, "centrex.gcn_not_at_exchange", "gcn", id="GCN elsewhere"),
    ],
)
@pytest.mark.req("CTX-12")
def test_faults_of_a_group(change: dict[str, object], code: str, field: str) -> None:
    faults = check_group(replace(GROUP, **change), GCN)  # type: ignore[arg-type] # one field each
    assert [(fault.code, fault.field) for fault in faults] == [(code, field)]


def test_a_group_without_console_has_more_short_numbers() -> None:
    bare = replace(GROUP, attendant_prefix="", short_length=2, capacity=90)
    assert check_group(bare, GCN) == []
    assert count_short_numbers(bare) == 90


@pytest.mark.req("CTX-11")
def test_the_exchange_type_limits_the_capacity_and_nothing_changes_it() -> None:
    assert codes(check_group(replace(GROUP, capacity=2001), GCN, largest=2000)) == [
        "centrex.capacity_invalid"
    ]
    assert check_capacity_change(GROUP, 3) == []
    assert codes(check_capacity_change(GROUP, 4)) == ["centrex.capacity_fixed"]


@pytest.mark.req("CTX-10")
@pytest.mark.parametrize(
    ("gcn", "code"),
    [
        (None, "centrex.gcn_not_at_exchange"),
        (NumberFacts("03518880000", "TY02", is_unused=True), "centrex.gcn_not_at_exchange"),
        (NumberFacts("03518880000", "TY01", is_unused=False), "centrex.gcn_in_use"),
    ],
)
def test_the_search_number_is_an_unused_one_of_the_exchange(gcn: NumberFacts | None, code: str) -> None:
    assert codes(check_group(GROUP, gcn)) == [code]


@pytest.mark.req("CTX-10")
def test_the_search_number_serves_no_member() -> None:
    line = LineFacts(GROUP.gcn, "TY01", customer_id=70)
    assert "centrex.gcn_as_member" in codes(
        check_member(GROUP, replace(MEMBER, public_number=GROUP.gcn), line, ())
    )


@pytest.mark.req("CTX-01")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (replace(LINE, customer_id=71), "centrex.other_customer"),
        (replace(LINE, exchange="TY02"), "centrex.other_exchange"),
        (replace(LINE, group_id=8), "centrex.line_in_group"),
        (None, "domain.not_found"),
    ],
)
def test_members_are_the_customers_own_lines_at_the_exchange(line: LineFacts | None, code: str) -> None:
    assert codes(check_member(GROUP, MEMBER, line, ())) == [code]


@pytest.mark.req("CTX-02", "CTX-11")
def test_members_are_added_up_to_the_capacity() -> None:
    assert check_member(GROUP, MEMBER, LINE, {"8002", "8003"}) == []
    assert codes(check_member(GROUP, MEMBER, LINE, {"8002", "8003", "8004"})) == ["centrex.group_full"]


@pytest.mark.req("CTX-13", "CTX-19")
@pytest.mark.parametrize(
    ("short_number", "expected"),
    [
        ("8001", []),
        ("", ["centrex.short_number_not_digits"]),
        ("80a1", ["centrex.short_number_not_digits"]),
        ("８００１", ["centrex.short_number_not_digits"]),
        ("801", ["centrex.short_number_length"]),
        ("80001", ["centrex.short_number_length"]),
        ("0801", ["centrex.short_number_exit_prefix"]),
        ("9801", ["centrex.short_number_attendant_prefix"]),
        ("8888", ["centrex.short_number_taken"]),
        ("098", ["centrex.short_number_length", "centrex.short_number_exit_prefix"]),
        ("8888001", ["centrex.short_number_whole_number"]),
    ],
)
def test_faults_of_a_short_number(short_number: str, expected: list[str]) -> None:
    faults = check_short_number(GROUP, short_number, {"8888"})
    assert codes(faults) == expected
    assert {fault.field for fault in faults} <= {"short_number"}


def test_a_short_number_hides_no_emergency() -> None:
    assert codes(check_short_number(replace(GROUP, short_length=3), "110", ())) == [
        "centrex.short_number_emergency"
    ]


@pytest.mark.req("CTX-14", "CTX-15")
def test_in_group_only_and_outgoing_restriction() -> None:
    both = replace(MEMBER, in_group_only=True, outgoing_restriction=True)
    assert codes(check_services(both)) == ["centrex.exclusive_services"]
    assert codes(check_change(GROUP, both, ())) == ["centrex.exclusive_services"]
    assert check_services(replace(both, outgoing_restriction=False)) == []
    assert codes(check_in_group_only(LINE)) == ["centrex.only_for_members"]
    assert check_in_group_only(replace(LINE, group_id=7)) == []


def test_every_fault_is_shown_at_once() -> None:
    member = Member("03518888001", "01", in_group_only=True, outgoing_restriction=True)
    line = replace(LINE, customer_id=1, exchange="X")
    assert codes(check_member(GROUP, member, line, {"1", "2", "3"})) == [
        "centrex.group_full",
        "centrex.other_customer",
        "centrex.other_exchange",
        "centrex.short_number_length",
        "centrex.short_number_exit_prefix",
        "centrex.exclusive_services",
    ]


@pytest.mark.req("CTX-05")
def test_the_last_four_digits_are_proposed() -> None:
    assert default_short_number("03518888001", 4) == "8001"
    assert propose_short_number(GROUP, "03518888001", ()) == "8001"
    assert check_member(GROUP, replace(MEMBER, short_number="8123"), LINE, ()) == []  # it may differ


@pytest.mark.req("CTX-05")
@pytest.mark.parametrize(
    ("number", "taken", "proposal"),
    [
        ("03518888001", {"8001", "8002"}, "8003"),
        ("03518889999", (), "1000"),
        ("03518880500", (), "1000"),
        ("03518888999", {"8999"}, "1000"),
    ],
)
def test_the_next_lawful_one_is_proposed_on_a_clash(number: str, taken: set[str], proposal: str) -> None:
    assert propose_short_number(GROUP, number, taken) == proposal


def test_nothing_is_proposed_when_all_are_taken() -> None:
    small = replace(GROUP, short_length=2)
    assert propose_short_number(small, "03518888001", {f"{n:02d}" for n in range(100)}) is None


@given(st.integers(0, 9), st.integers(0, 9), st.integers(2, 4), st.integers(2_000_000, 8_999_999), st.data())
def test_a_proposal_is_always_lawful(
    exit_: int, attendant: int, length: int, local: int, data: st.DataObject
) -> None:
    group = replace(GROUP, exit_prefix=str(exit_), attendant_prefix=str(attendant), short_length=length)
    taken = data.draw(st.sets(st.integers(0, 10**length - 1).map(lambda n: f"{n:0{length}d}"), max_size=20))
    proposal = propose_short_number(group, f"0351{local}", taken)
    assert proposal is not None
    assert check_short_number(group, proposal, taken) == []


@pytest.mark.req("CTX-17")
@pytest.mark.parametrize("given", ["晋源机械", "", "7a", "-7"])
def test_a_group_is_never_typed(given: str) -> None:
    with pytest.raises(errors.GroupNotChosen):
        choose_group(given, {7: GROUP})


@pytest.mark.req("CTX-17")
def test_a_group_is_chosen_by_its_id() -> None:
    assert choose_group("7", {7: GROUP}) is GROUP
    assert choose_group(7, {7: GROUP}) is GROUP
    with pytest.raises(NotFound):
        choose_group(8, {7: GROUP})
