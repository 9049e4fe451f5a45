"""Calls to other networks and from them, as tables."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
from dakehu.numbering.domain.services import Restriction, Services
from dakehu.numbering.domain.trunks import Gateway, Rewriting, Serves, TrunkGroup
from dakehu.switch.callcontrol import (
    REFUSALS,
    Call,
    CallState,
    Connect,
    Deny,
    Failure,
    Leg,
    Media,
    OffNet,
    Reason,
    TimerName,
    decide,
    decide_incoming,
    engaged,
    explain,
    explain_incoming,
    new_call,
    outsider,
    step,
)
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_vpn import VPN, joined
from dakehu.switch.directory import LineEntry, MemoryView

B, C = Leg(1), Leg(2)
OFFER, ANSWER = Media(b"v=0 offer", "application/sdp"), Media(b"v=0 answer", "application/sdp")
ONE, TWO = Gateway("192.0.2.1"), Gateway("192.0.2.2")
CITY = TrunkGroup("CITY", "TY01", "0351", (ONE, TWO), reserved=2, calling=Rewriting(1, "+86"))
ABROAD = TrunkGroup("ABROAD", "TY01", "0351", (TWO,), ("+",), called=Rewriting(1, "00"))
DATONG = TrunkGroup("DATONG", "DT01", "0352", (TWO,), serves=Serves.EXCHANGE)


def town(*lines: LineEntry) -> MemoryView:
    """The town with its trunks, these lines as they are given."""
    known = {line.public_number: line for line in (*office.LINES, *lines)}
    return MemoryView(known.values(), (office.OFFICE, office.WORKS), (VPN,), (CITY, ABROAD, DATONG))


@pytest.mark.parametrize(
    ("caller", "dialled", "call_class", "group", "called", "calling"),
    [
        (office.ANNA, "913800000000", CallClass.LOCAL, "CITY", "13800000000", "+863512348001"),
        (office.ANNA, "9013800000000", CallClass.NATIONAL, "CITY", "13800000000", "+863512348001"),
        (office.HOME, "2349999", CallClass.LOCAL, "CITY", "03512349999", "+863515551234"),
        (office.ANNA, "9114", CallClass.SPECIAL, "CITY", "114", "+863512348001"),
        (office.ANNA, "900442071234567", CallClass.INTERNATIONAL, "ABROAD", "00442071234567", "03512348001"),
        (office.REMOTE, "13800000000", CallClass.LOCAL, "DATONG", "13800000000", "03522221234"),
        (office.ANNA, "110", CallClass.EMERGENCY, "CITY", "110", "+863512348001"),
        (office.ARREARS, "110", CallClass.EMERGENCY, "CITY", "110", "+863512348006"),
        (office.INSIDE_ONLY, "9119", CallClass.EMERGENCY, "CITY", "119", "+863512348005"),
        (
            joined(office.ANNA, "61001", closed_group=1),
            "110",
            CallClass.EMERGENCY,
            "CITY",
            "110",
            "+863512348001",
        ),
    ],
)
def test_a_call_that_leaves(
    caller: LineEntry, dialled: str, call_class: CallClass, group: str, called: str, calling: str
) -> None:
    decision = decide(town(caller), caller, dialled, office.signed_in)
    assert isinstance(decision, Connect), decision
    assert isinstance(decision.called, OffNet)
    way = decision.called.ways[0]
    assert (decision.call_class, way.group, way.called, way.calling) == (call_class, group, called, calling)
    assert decision.trace[-1] == f"trunk {group}"
    told = explain(town(caller), caller, dialled)
    assert (told.rings, told.ways[0]) == (True, f"{group} {way.gateway}")


def test_a_group_of_its_own_says_who_calls_by_its_number() -> None:
    decision = decide(town(), office.WORKER, "013800000000", office.signed_in)
    assert isinstance(decision, Connect)
    assert (decision.shown_number, decision.trace) == ("03517778001", ("CTX-04", "CTX-16", "trunk CITY"))


@pytest.mark.parametrize(
    ("caller", "dialled", "live", "reason"),
    [
        (office.LOCAL_ONLY, "9013800000000", office.signed_in, Reason.RIGHTS),
        (office.INSIDE_ONLY, "913800000000", office.signed_in, Reason.IN_GROUP_ONLY),
        (office.ARREARS, "913800000000", office.signed_in, Reason.SUSPENDED_ARREARS),
        (joined(office.ANNA, "61001", closed_group=1), "913800000000", office.signed_in, Reason.CLOSED_GROUP),
        (joined(office.ANNA, "61001", vpn_barred=(CallClass.LOCAL,)), "913800000000", office.signed_in,
         Reason.VPN_BARRED),
        (office.ANNA, "8099", office.signed_in, Reason.UNKNOWN_NUMBER),
        (office.ANNA, "913800000000", office.Switch(on_trunks={"CITY": 28}), Reason.CONGESTION),
        (changed(office.HOME, exchange="JZ01", area_code="0354"), "13800000000", office.signed_in,
         Reason.NO_GATEWAY),
    ],
)  # fmt: skip
def test_a_call_that_does_not_leave(
    caller: LineEntry, dialled: str, live: office.Switch, reason: Reason
) -> None:
    decision = decide(town(caller), caller, dialled, live)
    assert isinstance(decision, Deny), decision
    assert decision.reason is reason


def test_no_channel_is_congestion() -> None:
    refusal = REFUSALS[Reason.CONGESTION]
    assert (refusal.status, refusal.q850) == (503, 34)


def test_an_emergency_goes_beyond_the_limit() -> None:
    full = office.Switch(on_trunks={"CITY": 30}, down=frozenset({ONE}))
    decision = decide(town(), office.ANNA, "120", full)
    assert isinstance(decision, Connect)
    assert isinstance(decision.called, OffNet)
    assert [way.gateway for way in decision.called.ways] == [TWO, ONE]


@pytest.mark.req("VPN-05")
def test_a_line_forwards_to_a_mobile_and_pays_the_way_to_it() -> None:
    bo = changed(office.BO, services=Services(forward_always="913800000000"))
    decision = decide(town(bo), office.ANNA, "8002", office.signed_in)
    assert isinstance(decision, Connect)
    assert isinstance(decision.called, OffNet)
    assert decision.diversion is not None
    assert (decision.diversion.call_class, decision.shown_number) == (
        CallClass.LOCAL,
        office.ANNA.public_number,
    )
    restricted = changed(bo, services=Services(forward_always="913800000000", restriction=Restriction.ALL))
    refused = decide(town(restricted), office.ANNA, "8002", office.signed_in)
    assert isinstance(refused, Deny)
    assert refused.reason is Reason.RESTRICTED


# --- from other networks


@pytest.mark.parametrize(
    ("calling", "dialled", "shown", "called"),
    [
        ("13800000000", "03512348001", "13800000000", office.ANNA),
        ("+8613800000000", "+863515551234", "13800000000", office.HOME),
        ("03522229999", "5551234", "03522229999", office.HOME),
        ("", "03515551234", "", office.HOME),
        ("who-knows", "03515551234", "who-knows", office.HOME),
    ],
)
def test_a_call_from_another_network_rings_a_line(
    calling: str, dialled: str, shown: str, called: LineEntry
) -> None:
    told = decide_incoming(town(), CITY, outsider(CITY, calling), dialled, office.signed_in)
    assert isinstance(told, Connect), told
    assert (told.called, told.shown_number, told.call_class) == (called, shown, None)
    explained = explain_incoming(town(), CITY, calling, dialled)
    assert (explained.trace, explained.called_number) == (("trunk CITY",), called.public_number)


@pytest.mark.parametrize(
    ("dialled", "reason", "lines"),
    [
        # no transit: what is no line of ours does not leave again
        ("03512349999", Reason.UNKNOWN_NUMBER, ()),
        ("13800000000", Reason.UNKNOWN_NUMBER, ()),
        ("110", Reason.UNKNOWN_NUMBER, ()),
        ("8001", Reason.INCOMPLETE_NUMBER, ()),
        ("80010000000", Reason.INVALID_NUMBER, ()),
        ("03512348007", Reason.CALLED_SUSPENDED, ()),
        ("03512348009", Reason.NOT_REGISTERED, ()),
        ("03512348001", Reason.CLOSED_GROUP, (joined(office.ANNA, "61001", closed_group=1),)),
        (
            "03512348001",
            Reason.DO_NOT_DISTURB,
            (changed(office.ANNA, services=Services(do_not_disturb=True)),),
        ),
    ],
)
def test_a_call_from_another_network_that_is_refused(
    dialled: str, reason: Reason, lines: tuple[LineEntry, ...]
) -> None:
    decision = decide_incoming(town(*lines), CITY, outsider(CITY, "13800000000"), dialled, office.signed_in)
    assert isinstance(decision, Deny), decision
    assert (decision.reason, decision.call_class) == (reason, None)


@pytest.mark.req("VPN-06", "IN-04")
@pytest.mark.parametrize(
    "changes",
    [
        {"services": Services(forward_always="913900000000")},
        {"services": Services(forward_busy="913900000000", forward_no_answer="913900000000")},
        {"one_number": OneNumber(Follow.TOGETHER, (Bound("913900000000"),))},
    ],
)
@pytest.mark.parametrize("diverted", ["03512348002", "+863512348002"])
def test_a_call_that_comes_back_is_not_sent_out_again(changes: dict[str, object], diverted: str) -> None:
    """A mobile that forwards to the line which forwards to it."""
    view, caller = town(changed(office.BO, **changes)), outsider(CITY, "13800000000")
    first = decide_incoming(view, CITY, caller, "03512348002", office.signed_in)
    assert isinstance(first, Connect)
    rung = [*first.targets, *(later.first for later in first.otherwise.values())]
    assert any(isinstance(target.called, OffNet) for target in rung)
    back = decide_incoming(view, CITY, caller, "03512348002", office.signed_in, [diverted])
    assert isinstance(back, Connect)
    assert (back.called.public_number, back.also, dict(back.otherwise)) == ("03512348002", (), {})


def test_nobody_here_pays_but_who_forwards() -> None:
    bo = changed(office.BO, services=Services(forward_busy="913900000000"))
    caller = outsider(CITY, "13800000000")
    decision = decide_incoming(town(bo), CITY, caller, "03512348002", office.signed_in)
    assert isinstance(decision, Connect)
    call = new_call(record_id="r", call_id="c", caller=caller, dialled="03512348002", now_ms=1)
    call, _ = step(call, on.InviteArrived(decision, OFFER), 1)
    call, _ = step(call, on.Refused(B, 486), 2)
    call, _ = step(call, on.Answered(C, ANSWER), 3)
    mine, theirs = call.records
    assert (mine.calling_number, mine.calling_customer_id, mine.call_class) == ("13800000000", 0, None)
    assert (theirs.calling_customer_id, theirs.called_number, theirs.call_class) == (
        70,
        "13900000000",
        CallClass.LOCAL,
    )


# --- how it goes on


def start(caller: LineEntry, dialled: str, *lines: LineEntry) -> Call:
    decision = decide(town(*lines), caller, dialled, office.signed_in)
    assert isinstance(decision, Connect)
    call = new_call(record_id="r", call_id="c", caller=caller, dialled=dialled, now_ms=1)
    return step(call, on.InviteArrived(decision, OFFER), 1)[0]


@pytest.mark.parametrize(
    ("status", "told"),
    [(503, 503), (500, 503), (408, 503), (404, 404), (484, 404), (486, 486), (480, 480), (603, 603)],
)
def test_what_the_last_gateway_says_and_the_caller_hears(status: int, told: int) -> None:
    call, todo = step(start(office.ANNA, "913800000000"), on.Refused(B, status), 2)
    assert next(action for action in todo if isinstance(action, do.Refuse)).status == told
    assert call.state is CallState.OVER


def test_another_networks_number_is_no_line_that_could_be_busy() -> None:
    assert engaged(start(office.ANNA, "913800000000")) == (office.ANNA.public_number,)


@pytest.mark.req("IN-02")
def test_a_mobile_that_takes_its_time_is_not_taken_for_unplugged() -> None:
    bo = changed(office.BO, one_number=OneNumber(Follow.TOGETHER, (Bound("913800000000"),)))
    call = start(office.ANNA, "8002", bo)
    call, _ = step(call, on.Ringing(B, 180, None), 2)
    same, todo = step(call, on.TimerFired(TimerName.SILENT), 5)
    assert (same, todo) == (call, ())
    call, _ = step(call, on.Answered(C, ANSWER), 6)
    assert call.forwarded is not None
    assert call.forwarded.called_number == "13800000000"
    assert Failure.BUSY not in (call.connect.otherwise if call.connect is not None else {})
