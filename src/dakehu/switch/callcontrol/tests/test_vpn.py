"""Calls within an enterprise VPN and out of it, as a table."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.centrex.domain.group import RightsLevel
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol import Connect, Deny, Reason, decide
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry, MemoryView, VpnEntry

IN, ON_NET, LOCAL, NATIONAL = CallClass.IN_GROUP, CallClass.IN_VPN, CallClass.LOCAL, CallClass.NATIONAL
FAR = RightsLevel.NATIONAL
VPN = VpnEntry(
    5, 70, "全省专网", 5, exit_prefix="9", attendant="60000", attendants=("03512348000", "03512348003")
)
SHOWN = changed(VPN, main_number="03512340001", shows_main_number=True)


def joined(line: LineEntry, short: str, **changes: object) -> LineEntry:
    return changed(line, vpn_id=5, vpn_short_number=short, **changes)


ANNA = joined(office.ANNA, "61001")
BO = joined(office.BO, "61002")
DESK = joined(office.DESK, "61003")
BOSS = joined(office.BOSS, "61000")
DATONG = joined(office.REMOTE, "62001", kind=LineKind.WIRELESS)
CLOSED_A = joined(office.member("8011"), "61011", closed_group=3)
CLOSED_B = joined(
    LineEntry("03522221299", "0352", "DT01", 70, sip_username="closed"), "62011", closed_group=3
)
BARRED = joined(
    LineEntry("03522221300", "0352", "DT01", 70, sip_username="barred", rights_level=FAR),
    "62012",
    vpn_barred=(NATIONAL,),
)
MEMBERS = (ANNA, BO, DESK, BOSS, DATONG, CLOSED_A, CLOSED_B, BARRED)


def town(vpn: VpnEntry = VPN, *lines: LineEntry) -> MemoryView:
    known = {line.public_number: line for line in (*office.LINES, *MEMBERS, *lines)}
    return MemoryView(known.values(), (office.OFFICE, office.WORKS), (vpn,))


@pytest.mark.parametrize(
    ("caller", "dialled", "called", "call_class", "shown", "trace"),
    [
        # by the VPN's short number, whatever exchange or technology serves the other
        pytest.param(ANNA, "62001", DATONG, ON_NET, "61001", ("VPN-02", "VPN-09"),
                     marks=pytest.mark.req("VPN-01", "VPN-02", "VPN-09")),
        pytest.param(DATONG, "61001", ANNA, ON_NET, "62001", ("VPN-02", "VPN-09"),
                     marks=pytest.mark.req("VPN-02", "LIN-02")),
        # the group's own numbers stay
        (ANNA, "8002", BO, IN, "8001", ("CTX-03", "CTX-16")),
        # a fellow member by public number is on-net all the same
        pytest.param(ANNA, "903522221234", DATONG, ON_NET, "61001", ("VPN-04", "VPN-09"),
                     marks=pytest.mark.req("VPN-04")),
        # out of it
        pytest.param(DATONG, "903515551234", office.HOME, NATIONAL, "03522221234", ("VPN-04", "VPN-09"),
                     marks=pytest.mark.req("VPN-04", "VPN-09")),
        # attendants
        pytest.param(DATONG, "60000", DESK, ON_NET, "62001", ("VPN-10", "VPN-09"),
                     marks=pytest.mark.req("VPN-10")),
        # a closed group inside
        pytest.param(CLOSED_A, "62011", CLOSED_B, ON_NET, "61011", ("VPN-02", "VPN-09"),
                     marks=pytest.mark.req("VPN-15")),
        (BARRED, "61001", ANNA, ON_NET, "62012", ("VPN-02", "VPN-09")),
    ],
)  # fmt: skip
def test_a_call_that_rings(
    caller: LineEntry,
    dialled: str,
    called: LineEntry,
    call_class: CallClass,
    shown: str,
    trace: tuple[str, ...],
) -> None:
    decision = decide(town(), caller, dialled, office.signed_in)
    assert decision == Connect(called, call_class, shown, trace)


@pytest.mark.parametrize(
    ("caller", "dialled", "reason", "trace"),
    [
        pytest.param(BARRED, "903515551234", Reason.VPN_BARRED, ("VPN-04", "VPN-08"),
                     marks=pytest.mark.req("VPN-08")),
        *(
            pytest.param(caller, dialled, Reason.CLOSED_GROUP, (rule, "VPN-15"),
                         marks=pytest.mark.req("VPN-15"))
            for caller, dialled, rule in (
                (CLOSED_A, "61001", "VPN-02"),
                (CLOSED_A, "8002", "CTX-03"),
                (CLOSED_A, "95551234", "CTX-04"),
                (ANNA, "62011", "VPN-02"),
                (office.REMOTE, "2221299", "plan"),
            )
        ),
        (DATONG, "620", Reason.INCOMPLETE_NUMBER, ("VPN-02", "incomplete_number")),
        (DATONG, "6200123", Reason.INVALID_NUMBER, ("VPN-02", "invalid_number")),
        (DATONG, "69999", Reason.UNKNOWN_NUMBER, ("VPN-02", "unknown_number")),
        (ANNA, "69999", Reason.UNKNOWN_NUMBER, ("VPN-02", "unknown_number")),
        (CLOSED_A, "110", Reason.NO_GATEWAY, ("CTX-04", "no_gateway")),
        (BARRED, "9110", Reason.NO_GATEWAY, ("VPN-04", "no_gateway")),
    ],
)  # fmt: skip
def test_a_call_that_is_refused(
    caller: LineEntry, dialled: str, reason: Reason, trace: tuple[str, ...]
) -> None:
    decision = decide(town(), caller, dialled, office.Switch(absent=frozenset()))
    assert isinstance(decision, Deny)
    assert (decision.reason, decision.trace) == (reason, trace)


@pytest.mark.req("VPN-09")
def test_the_outside_sees_the_main_number_where_the_vpn_is_set_so() -> None:
    outside = decide(town(SHOWN), DATONG, "903515551234", office.signed_in)
    inside = decide(town(SHOWN), DATONG, "61001", office.signed_in)
    assert isinstance(outside, Connect)
    assert isinstance(inside, Connect)
    assert (outside.shown_number, inside.shown_number) == ("03512340001", "62001")


@pytest.mark.req("VPN-05", "VPN-06")
def test_forwarding_within_the_vpn_shows_the_original_callers_short_number() -> None:
    away = changed(DATONG, services=Services(forward_always="61002"))
    decision = decide(town(VPN, away), ANNA, "62001", office.signed_in)
    assert isinstance(decision, Connect)
    assert (decision.called, decision.shown_number) == (BO, "61001")
    assert decision.diversion is not None
    assert decision.diversion.call_class is ON_NET


def test_a_single_line_of_a_vpn_without_an_exit_prefix_dials_the_public_as_it_is() -> None:
    open_plan = changed(VPN, exit_prefix="")
    decision = decide(town(open_plan), DATONG, "03515551234", office.signed_in)
    assert isinstance(decision, Connect)
    assert (decision.called, decision.call_class) == (office.HOME, NATIONAL)
