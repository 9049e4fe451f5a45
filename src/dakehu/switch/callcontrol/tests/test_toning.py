"""Which ring-back tone a call decides on, for each way to a line, and how it follows a forwarding."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.kernel.periods import Callers
from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
from dakehu.numbering.domain.services import Services
from dakehu.numbering.domain.trunks import Gateway, TrunkGroup
from dakehu.ringback.domain.choice import ToneRule, ToneSettings
from dakehu.switch.callcontrol import Connect, actions, decide, events, new_call, step
from dakehu.switch.callcontrol.call import CallTimings
from dakehu.switch.callcontrol.incoming import decide_incoming, outsider
from dakehu.switch.callcontrol.reasons import Failure
from dakehu.switch.callcontrol.sounds import Hearing, RingBackTone
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry, MemoryView, VpnEntry

VPN, GROUP, OWN, OTHER, RULED = (letter * 64 for letter in "abcde")
PLAN = VpnEntry(5, 70, "全省专网", 5, tones=ToneSettings(VPN))
OFFICE = changed(office.OFFICE, tones=ToneSettings(GROUP))
OFFER = events.Media(b"v=0", "application/sdp")
B, C = events.Leg(1), events.Leg(2)


def toned(line: LineEntry, digest: str = OWN, **changes: object) -> LineEntry:
    return changed(line, tones=ToneSettings(digest), **changes)


def decided(
    dialled: str, *lines: LineEntry, caller: LineEntry = office.HOME, vpn: VpnEntry = PLAN,
    live: office.Switch = office.signed_in,
) -> Connect:  # fmt: skip
    known = {line.public_number: line for line in (*office.LINES, *lines)}
    decision = decide(MemoryView(known.values(), (OFFICE, office.WORKS), (vpn,)), caller, dialled, live)
    assert isinstance(decision, Connect)
    return decision


def in_vpn(line: LineEntry, short: str) -> LineEntry:
    return changed(line, vpn_id=5, vpn_short_number=short)


@pytest.mark.req("VPN-16", "IN-07")
@pytest.mark.parametrize(
    ("called", "vpn", "digest", "rule"),
    [
        pytest.param(in_vpn(toned(office.BO), "61002"), PLAN, VPN, "VPN-16", id="vpn"),
        pytest.param(
            in_vpn(toned(office.BO), "61002"),
            changed(PLAN, tones=ToneSettings(VPN, personal_wins=True)),
            OWN, "personal_tone", id="personal-wins",
        ),
        pytest.param(in_vpn(office.BO, "61002"), changed(PLAN, tones=None), GROUP, "IN-07", id="vpn-none"),
        pytest.param(toned(office.BO), PLAN, GROUP, "IN-07", id="group"),
        pytest.param(toned(office.WORKER), PLAN, OWN, "personal_tone", id="line"),
        pytest.param(office.WORKER, PLAN, "", "plan", id="none"),
    ],
)  # fmt: skip
def test_whose_tone(called: LineEntry, vpn: VpnEntry, digest: str, rule: str) -> None:
    connect = decided(called.public_number[4:], called, vpn=vpn)
    assert (connect.ringback, connect.trace[-1]) == (digest, rule)


@pytest.mark.req("VPN-16")
def test_inside_a_group_it_rings_as_ever_and_inside_the_vpn_the_tone_sounds() -> None:
    bo, remote = in_vpn(toned(office.BO), "61002"), in_vpn(office.REMOTE, "62001")
    assert decided("8002", bo, caller=in_vpn(office.ANNA, "61001")).ringback == ""
    assert decided("61002", bo, remote, caller=remote).ringback == VPN


@pytest.mark.req("IN-07")
def test_by_time_and_caller() -> None:
    rule = ToneRule(RULED, callers=Callers(frozenset({office.HOME.public_number})))
    worker = changed(office.WORKER, tones=ToneSettings(OWN, (rule,)))
    assert decided("7778001", worker).ringback == RULED
    assert decided("03517778001", worker, caller=office.REMOTE).ringback == OWN


@pytest.mark.req("VPN-16")
def test_a_call_from_another_network_hears_the_tone() -> None:
    trunk = TrunkGroup("CITY", "TY01", "0351", (Gateway("192.0.2.1"),))
    view = MemoryView([in_vpn(office.BO, "61002")], (OFFICE,), (PLAN,), (trunk,))
    decision = decide_incoming(view, trunk, outsider(trunk, "13800000000"), "2348002", office.signed_in)
    assert isinstance(decision, Connect)
    assert (decision.ringback, decision.trace) == (VPN, ("trunk CITY", "VPN-16"))


def test_a_forwarding_leads_to_the_targets_own_tone_and_a_main_number_keeps_its() -> None:
    services = Services(forward_no_answer="5551234")
    worker = toned(office.WORKER, OWN, services=services)
    connect = decided("03517778001", worker, toned(office.HOME, OTHER), caller=office.REMOTE)
    onward = connect.otherwise[Failure.NO_ANSWER]
    assert (connect.ringback, onward.ringback) == (OWN, OTHER)
    assert onward.trace[-1] == "personal_tone"
    for follow in Follow:
        service = OneNumber(follow, (Bound("5551234"),), rings_self=False)
        main = toned(office.WORKER, OWN, one_number=service)
        rung = decided("03517778001", main, toned(office.HOME, OTHER), caller=office.REMOTE)
        assert (rung.called.public_number, rung.ringback) == (office.HOME.public_number, OWN)


def heard(first: str, second: str) -> list[object]:
    """What the caller hears while the first target rings, then the second."""
    onward = Connect(office.HOME, None, "1", (), ringback=second)
    connect = Connect(office.BO, None, "1", (), ringback=first, otherwise={Failure.NO_ANSWER: onward})
    call = new_call(record_id="r", call_id="c", caller=office.ANNA, dialled="8002", now_ms=1,
                    timings=CallTimings(announces=True))  # fmt: skip
    done: list[object] = []
    for event in (
        events.InviteArrived(connect, OFFER),
        events.Ringing(B, 180, None),
        events.Ringing(B, 180, None),
        events.TimerFired(events.TimerName.NO_ANSWER),
        events.Ringing(C, 180, None),
        events.Ringing(C, 180, None),
    ):
        call, todo = step(call, event, 2)
        done += [action.sound for action in todo if isinstance(action, actions.PlayEarly)]
    return done


def test_what_the_caller_hears_follows_the_call() -> None:
    assert heard(OWN, OTHER) == [RingBackTone(OWN), RingBackTone(OTHER)]
    assert heard(OWN, OWN) == [RingBackTone(OWN)]
    assert heard(OWN, "") == [RingBackTone(OWN), Hearing.RING_BACK]
    assert heard("", OWN) == [RingBackTone(OWN)]
    assert heard("", "") == []
