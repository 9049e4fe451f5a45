"""Lawful VPNs and members, as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.enterprise_vpn.domain import errors
from dakehu.enterprise_vpn.domain.dialling import OnNet, analyse
from dakehu.enterprise_vpn.domain.rules import (
    LineFacts,
    check_change,
    check_member,
    check_plan_change,
    check_short_number,
    check_vpn,
    hides,
    proposals,
)
from dakehu.enterprise_vpn.domain.vpn import Vpn, VpnMember
from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.lines import LineKind

VPN = Vpn(5, exit_prefix="9", attendant="60000", customer_id=7, vpn_id=3)
BARE = replace(VPN, exit_prefix="", attendant="")
LINE = LineFacts("03518880001", LineKind.FIXED, (7, 0))


def codes(faults: list[DomainError]) -> set[str]:
    return {fault.code.removeprefix("vpn.") for fault in faults}


def test_a_good_plan_has_no_fault() -> None:
    assert not check_vpn(VPN)
    assert not check_vpn(replace(BARE, short_length=4))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        pytest.param(
            {"short_length": 2, "attendant": ""}, "short_length_invalid", marks=pytest.mark.req("VPN-01")
        ),
        ({"short_length": 7, "attendant": "6000000"}, "short_length_invalid"),
        pytest.param({"exit_prefix": "99"}, "exit_prefix_invalid", marks=pytest.mark.req("VPN-04")),
        ({"exit_prefix": "*"}, "exit_prefix_invalid"),
        pytest.param({"attendant": "600"}, "attendant_invalid", marks=pytest.mark.req("VPN-10")),
        ({"attendant": "91234"}, "short_number_hides"),
        pytest.param({"shows_main_number": True}, "main_number_missing", marks=pytest.mark.req("VPN-09")),
    ],
)
def test_a_faulty_plan(changes: dict[str, object], fault: str) -> None:
    assert codes(check_vpn(replace(VPN, **changes))) == {fault}  # type: ignore[arg-type] # a test's own values


@pytest.mark.req("VPN-02", "VPN-04")
@pytest.mark.parametrize(
    ("vpn", "short", "fault"),
    [
        (VPN, "6100", "short_number_invalid"),
        (VPN, "6100a", "short_number_invalid"),
        (VPN, "91000", "short_number_hides"),
        (VPN, "60000", "short_number_taken"),
        (VPN, "61001", "short_number_taken"),
        (VPN, "12345", ""),
        (BARE, "12345", "short_number_hides"),
        (Vpn(3, exit_prefix="9"), "110", "short_number_hides"),
        (BARE, "95588", "short_number_hides"),
        (BARE, "01234", "short_number_hides"),
        (BARE, "61002", ""),
    ],
)
def test_a_members_short_number(vpn: Vpn, short: str, fault: str) -> None:
    assert codes(check_short_number(vpn, short, {"61001"})) == ({fault} if fault else set())


@pytest.mark.req("VPN-01")
@pytest.mark.parametrize(
    ("line", "group_id", "faults"),
    [
        (LINE, 0, set()),
        (replace(LINE, kind=LineKind.WIRELESS), 0, set()),
        (replace(LINE, kind=LineKind.DID), 0, {"line_is_did"}),
        (replace(LINE, customer_ids=(8, 7)), 0, set()),
        (replace(LINE, customer_ids=(8, 0)), 0, {"line_foreign"}),
        (replace(LINE, vpn_id=4), 0, {"line_in_vpn"}),
        (replace(LINE, group_id=2, group_short="8001"), 0, {"line_of_group"}),
        (replace(LINE, group_id=2, group_short="8001"), 2, set()),
        (LINE, 2, {"line_of_group"}),
        (replace(LINE, group_id=2, group_short="81002"), 2, {"group_numbers_differ"}),
        (replace(LINE, group_id=2, group_short="61002"), 2, set()),
        (replace(LINE, kind=LineKind.DID, vpn_id=4), 0, {"line_is_did", "line_in_vpn"}),
    ],
)
def test_which_lines_may_join(line: LineFacts, group_id: int, faults: set[str]) -> None:
    member = VpnMember(line.public_number, "61002")
    assert codes(check_member(VPN, member, line, set(), group_id=group_id)) == faults


@pytest.mark.req("VPN-08")
def test_only_off_net_classes_are_barred() -> None:
    barred = frozenset({CallClass.NATIONAL, CallClass.IN_VPN})
    (fault,) = check_change(VPN, VpnMember("03518880001", "61002", barred), LINE, set())
    assert isinstance(fault, errors.ClassNotBarred)
    assert not check_change(VPN, VpnMember("1", "61002", frozenset({CallClass.LOCAL})), LINE, set())


@pytest.mark.req("VPN-02")
def test_a_plan_that_members_do_not_fit_is_refused() -> None:
    (fault,) = check_plan_change(replace(VPN, exit_prefix="6"), {"61001", "71001"})
    assert fault.data["numbers"] == ["61001"]
    assert not check_plan_change(VPN, {"61001", "71001"})
    assert check_plan_change(replace(VPN, attendant="71001"), {"71001"})


@given(st.integers(0, 9999999), st.integers(3, 6), st.sampled_from(["", "6", "61"]))
def test_what_is_proposed_is_lawful_and_can_be_dialled(local: int, length: int, lead: str) -> None:
    vpn = Vpn(length, exit_prefix="9", attendant="6" * length)
    short = proposals(vpn, f"0351{local:07d}", {f"61{0:0{length - 2}d}"}, lead)
    assert short is not None
    assert short.startswith(lead)
    assert not hides(vpn, short)
    assert analyse(vpn, short, "0351") == OnNet(short)


def test_nothing_is_proposed_when_nothing_is_left() -> None:
    assert proposals(replace(VPN, short_length=3), "03518880001", {f"61{n}" for n in range(10)}, "61") is None
    assert proposals(VPN, "03518880001", set(), "61000") is None
