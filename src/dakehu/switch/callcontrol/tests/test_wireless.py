"""A wireless line is a line: what a fixed one may, it may; what that costs, it costs (LIN-02 to LIN-05)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.featurecodes import CODES, Feature, Subscriber, parse, serve
from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.services import Services
from dakehu.numbering.domain.trunks import Gateway, TrunkGroup
from dakehu.switch.callcontrol import CALLER, Connect, Leg, Media, OffNet, decide, new_call, outsider, step
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.incoming import decide_incoming
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_vpn import VPN, joined
from dakehu.switch.directory import LineEntry, MemoryView

OFFER, ANSWER = Media(b"v=0 offer", "application/sdp"), Media(b"v=0 answer", "application/sdp")
CITY = TrunkGroup("CITY", "TY01", "0351", (Gateway("192.0.2.1"),))
ARGUMENTS = {
    Feature.HOTLINE: "*114",
    Feature.ABBREVIATED: "*12*114",
    Feature.RESTRICTION: "*1234*1",
    Feature.RESTRICTION_PASSWORD: "*0*1234*1234",
    Feature.CALL_PASSWORD: "*0*1234*1234",
    Feature.FORWARD_ALWAYS: "*8002",
    Feature.FORWARD_BUSY: "*8002",
    Feature.FORWARD_NO_ANSWER: "*8002",
}


def wireless(line: LineEntry) -> LineEntry:
    return changed(line, kind=LineKind.WIRELESS)


def town(*lines: LineEntry) -> MemoryView:
    known = {line.public_number: line for line in (*office.LINES, *lines)}
    return MemoryView(known.values(), (office.OFFICE, office.WORKS), (VPN,), (CITY,))


@pytest.mark.req("LIN-03")
@pytest.mark.parametrize("digits", sorted(set(CODES) - {"42"}))
def test_every_service_is_switched_on_as_at_a_fixed_line(digits: str) -> None:
    command = parse(f"*{digits}{ARGUMENTS.get(CODES[digits], '')}#")
    assert command is not None
    fixed, own = (
        serve(Services(), command, Subscriber("03512348001", kind, in_vpn=True))
        for kind in (LineKind.FIXED, LineKind.WIRELESS)
    )
    assert fixed == own


@pytest.mark.parametrize(
    ("dialled", "call_class"),
    [
        ("200", CallClass.SPECIAL),
        ("201", CallClass.SPECIAL),
        ("300", CallClass.SPECIAL),
        ("8001234567", CallClass.LOCAL),
        ("17909", CallClass.SPECIAL),
        ("1790903522221234", CallClass.NATIONAL),
        ("1790900442071234567", CallClass.INTERNATIONAL),
    ],
)
@pytest.mark.req("LIN-04")
def test_cards_800_and_ip_prefixes_are_dialled_as_from_a_fixed_line(
    dialled: str, call_class: CallClass
) -> None:
    line = changed(office.HOME, rights_level=office.ANNA.rights_level)
    fixed, own = (decide(town(), each, dialled, office.signed_in) for each in (line, wireless(line)))
    assert fixed == own
    assert isinstance(own, Connect)
    assert isinstance(own.called, OffNet)
    assert (own.called.ways[0].called, own.call_class) == (dialled, call_class)


@pytest.mark.req("VPN-18")
@pytest.mark.parametrize("kind", [LineKind.FIXED, LineKind.WIRELESS])
@pytest.mark.parametrize("card", ["200", "201", "300"])
def test_members_of_a_vpn_reach_their_cards(kind: LineKind, card: str) -> None:
    """In a group or alone, as public numbers are dialled there."""
    for member in (joined(office.ANNA, "61001"), joined(office.HOME, "61009")):
        found = decide(town(), changed(member, kind=kind), f"9{card}", office.signed_in)
        assert isinstance(found, Connect)
        assert isinstance(found.called, OffNet)
        assert (found.called.public_number, found.call_class) == (card, CallClass.SPECIAL)


@pytest.mark.req("LIN-05")
@pytest.mark.parametrize("dialled", ["8002", "95551234", "903522221234", "913800000000", "9114"])
def test_a_wireless_caller_pays_as_a_fixed_one_and_the_called_line_never(dialled: str) -> None:
    """One record, the caller's, of the same class, whichever of the two is wireless."""
    records = set()
    for caller, called in ((LineKind.FIXED, LineKind.FIXED), (LineKind.WIRELESS, LineKind.WIRELESS)):
        lines = [changed(line, kind=called) for line in (office.BO, office.HOME, office.REMOTE)]
        anna = changed(office.ANNA, kind=caller)
        decision = decide(town(*lines), anna, dialled, office.signed_in)
        assert isinstance(decision, Connect)
        call = new_call(record_id="r", call_id="c", caller=anna, dialled=dialled, now_ms=1000)
        for event in (on.InviteArrived(decision, OFFER), on.Answered(Leg(1), ANSWER), on.HungUp(CALLER)):
            call, todo = step(call, event, 2000)
        (record,) = [action.record for action in todo if isinstance(action, do.WriteRecord)]
        assert record.calling_customer_id == anna.customer_id
        records.add((record.calling_number, record.called_number, record.call_class, record.trace))
    assert len(records) == 1


@pytest.mark.req("LIN-05")
def test_a_wireless_line_that_is_called_from_another_network_pays_nothing() -> None:
    home = wireless(office.HOME)
    caller = outsider(CITY, "13800000000")
    decision = decide_incoming(town(home), CITY, caller, home.public_number, office.signed_in)
    assert isinstance(decision, Connect)
    assert (decision.called, decision.call_class, decision.diversion) == (home, None, None)


@pytest.mark.req("LIN-02")
@pytest.mark.parametrize("dialled", ["8002", "95551234", "913800000000"])
def test_caller_id_of_a_wireless_line_is_a_fixed_ones(dialled: str) -> None:
    fixed, own = (
        decide(town(), each, dialled, office.signed_in) for each in (office.ANNA, wireless(office.ANNA))
    )
    assert isinstance(own, Connect)
    assert own == fixed
    assert own.shown_number == ("8001" if dialled == "8002" else office.ANNA.public_number)
