"""Calls from other networks to the main number of a group or VPN: its attendants, their queue, the night."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.enterprise_vpn.domain.attendance import Share
from dakehu.kernel.periods import Callers
from dakehu.numbering.domain.trunks import Gateway, TrunkGroup
from dakehu.switch.callcontrol import Connect, Deny, Queue, Reason, decide_incoming, outsider
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_vpn import VPN, joined
from dakehu.switch.directory import GroupEntry, MemoryView, VpnEntry

CITY = TrunkGroup("CITY", "TY01", "0351", (Gateway("192.0.2.1"),))
BOSS, DESK, BO = (each.public_number for each in (office.BOSS, office.DESK, office.BO))
GCN = office.OFFICE.gcn
MAIN = office.HOME.public_number
THERE = office.Switch(absent=frozenset())
AWAY = office.Switch(absent=frozenset({BOSS, DESK}))
BUSY = office.Switch(absent=frozenset(), in_calls={BOSS: 1, DESK: 1})
BY_CALLER = (
    Share(BOSS, 50, callers=Callers(prefixes=("138",))),
    Share(DESK, 50, callers=Callers(prefixes=("139",))),
)
MEMBER = joined(office.BO, "68002")
OFFICE_VPN = changed(VPN, main_number=MAIN, attendants=(BOSS, DESK), shares=BY_CALLER)


def called(
    number: str,
    switch: office.Switch,
    *,
    calling: str = "13800000000",
    group: GroupEntry = office.OFFICE,
    vpn: VpnEntry = OFFICE_VPN,
) -> object:
    main = joined(office.HOME, "61000")
    lines = {line.public_number: line for line in (*office.LINES, main, MEMBER)}
    view = MemoryView(lines.values(), (group, office.WORKS), (vpn,), (CITY,))
    return decide_incoming(view, CITY, outsider(CITY, calling), number, switch)


@pytest.mark.req("CTX-08", "CTX-10")
def test_the_search_number_of_a_group_reaches_its_attendants() -> None:
    found = called(GCN, THERE)
    assert isinstance(found, Connect)
    assert (found.called.public_number, found.call_class) == (BOSS, None)
    assert found.trace == ("trunk CITY", "main_number")
    assert {onward.called.public_number for onward in found.otherwise.values()} == {DESK}


@pytest.mark.req("CTX-08")
def test_who_calls_while_all_attendants_talk_waits_at_nobodys_cost() -> None:
    found = called(GCN, BUSY, group=changed(office.OFFICE, night=BO))
    assert isinstance(found, Queue)
    assert (found.desk, found.consoles, found.call_class) == ("group 7", (BOSS, DESK), None)
    assert found.otherwise is not None
    assert (found.otherwise.called, found.otherwise.call_class) == (MEMBER, None)


@pytest.mark.req("CTX-08")
def test_at_night_the_night_number_or_nobody() -> None:
    refused = called(GCN, AWAY)
    assert isinstance(refused, Deny)
    assert (refused.reason, refused.call_class) == (Reason.NO_ATTENDANT, None)
    found = called(GCN, AWAY, group=changed(office.OFFICE, night=BO))
    assert isinstance(found, Connect)
    assert (found.called, found.trace[-1]) == (MEMBER, "night")


@pytest.mark.req("VPN-10", "VPN-11")
@pytest.mark.parametrize(("calling", "console"), [("13800000000", BOSS), ("13900000000", DESK)])
def test_attendants_of_a_vpn_share_its_main_number_by_who_calls(calling: str, console: str) -> None:
    found = called(MAIN, THERE, calling=calling)
    assert isinstance(found, Connect)
    assert found.called.public_number == console


@pytest.mark.req("VPN-10", "VPN-12")
def test_the_main_line_rings_at_night_and_where_nobody_attends() -> None:
    for vpn in (OFFICE_VPN, changed(OFFICE_VPN, attendants=())):
        found = called(MAIN, AWAY, vpn=vpn)
        assert isinstance(found, Connect)
        assert found.called.public_number == MAIN
    night = called(MAIN, AWAY, vpn=changed(OFFICE_VPN, night=BO))
    assert isinstance(night, Connect)
    assert night.called.public_number == BO
