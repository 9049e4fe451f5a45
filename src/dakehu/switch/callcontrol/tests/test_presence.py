"""Lines that are in a call: busy, call waiting, and who is never busy; as tables."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol import (
    CALLER,
    Call,
    Connect,
    Deny,
    Event,
    Failure,
    Leg,
    Media,
    Reason,
    decide,
    engaged,
    explain,
    new_call,
    step,
)
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry, MemoryView

B = Leg(1)
OFFER, ANSWER = Media(b"v=0 offer", "application/sdp"), Media(b"v=0 answer", "application/sdp")
WAITING = Services(call_waiting=True)
BO, WIRELESS = office.BO, changed(office.BO, kind=LineKind.WIRELESS)


def town(*lines: LineEntry) -> MemoryView:
    """The town, these lines as they are given."""
    known = {line.public_number: line for line in (*office.LINES, *lines)}
    return MemoryView(known.values(), (office.OFFICE, office.WORKS))


def in_calls(count: int, line: LineEntry = BO) -> office.Switch:
    return office.Switch(in_calls={line.public_number: count})


@pytest.mark.req("CTX-07", "LIN-03")
@pytest.mark.parametrize(
    ("bo", "calls", "trace", "waits"),
    [
        (BO, 0, ("CTX-03", "CTX-16"), False),
        (BO, 1, ("CTX-03", "line_busy"), None),
        (WIRELESS, 1, ("CTX-03", "line_busy"), None),
        (changed(BO, services=WAITING), 0, ("CTX-03", "CTX-16"), False),
        (changed(BO, services=WAITING), 1, ("CTX-03", "CTX-16", "call_waiting"), True),
        (changed(WIRELESS, services=WAITING), 1, ("CTX-03", "CTX-16", "call_waiting"), True),
        (changed(BO, services=WAITING), 2, ("CTX-03", "line_busy"), None),
        # not limited: a console, several channels, a customer's own PBX
        (changed(BO, is_attendant=True), 5, ("CTX-03", "CTX-16"), False),
        (changed(BO, is_multichannel=True), 5, ("CTX-03", "CTX-16"), False),
        (changed(BO, kind=LineKind.DID), 5, ("CTX-03", "CTX-16"), False),
    ],
)
def test_a_line_in_calls(bo: LineEntry, calls: int, trace: tuple[str, ...], waits: bool | None) -> None:
    """`waits` None: it is refused as busy."""
    told = explain(town(bo), office.ANNA, "8002", in_calls(calls))
    assert (told.trace, told.rings) == (trace, waits is not None)
    if waits is None:
        assert (told.reason, told.status) == (Reason.BUSY, 486)
    else:
        assert told.waits == waits


@pytest.mark.req("VPN-05", "CTX-07")
def test_a_line_in_a_call_forwards_on_busy_at_once() -> None:
    bo = changed(BO, services=Services(forward_busy="8003"))
    found = decide(town(bo), office.ANNA, "8002", in_calls(1))
    assert isinstance(found, Connect)
    assert (found.called, found.trace[2]) == (office.DESK, "forward_busy")


@pytest.mark.req("VPN-05", "CTX-07")
def test_a_waiting_call_that_the_telephone_refuses_as_busy_is_forwarded() -> None:
    bo = changed(BO, services=Services(forward_busy="8003", call_waiting=True))
    found = decide(town(bo), office.ANNA, "8002", in_calls(1))
    assert isinstance(found, Connect)
    assert (found.waits, found.otherwise[Failure.BUSY].called) == (True, office.DESK)


@pytest.mark.parametrize("services", [Services(), WAITING])
def test_a_target_of_forwarding_is_busy_or_waits_like_any_line(services: Services) -> None:
    home = changed(office.HOME, services=services)
    bo = changed(BO, services=Services(forward_always="95551234"))
    found = decide(town(home, bo), office.ANNA, "8002", in_calls(1, home))
    if services.call_waiting:
        assert isinstance(found, Connect)
        assert (found.waits, found.trace[-1]) == (True, "call_waiting")
    else:
        assert isinstance(found, Deny)
        assert (found.reason, found.trace) == (Reason.BUSY, ("CTX-03", "VPN-05", "line_busy"))


def test_a_line_in_a_call_may_call() -> None:
    assert isinstance(decide(office.TOWN, office.ANNA, "8002", in_calls(1, office.ANNA)), Connect)


def lived(*events: Event, waits: bool = False) -> tuple[Call, list[do.Action]]:
    call = new_call(record_id="r1", call_id="c1", caller=office.ANNA, dialled="8002", now_ms=1000)
    todo: list[do.Action] = []
    bo = changed(BO, services=WAITING)
    decision = decide(town(bo), office.ANNA, "8002", in_calls(1 if waits else 0))
    assert isinstance(decision, Connect)
    for event in (on.InviteArrived(decision, OFFER), *events):
        call, actions = step(call, event, 2000)
        todo += actions
    return call, todo


@pytest.mark.req("CTX-07")
def test_both_telephones_learn_that_the_call_waits() -> None:
    _, todo = lived(on.Ringing(B, 180, None), waits=True)
    assert [action.waits for action in todo if isinstance(action, do.SendInvite)] == [True]
    assert do.SendRinging(180, None, waits=True) in todo


RUNG, UP = on.Ringing(B, 180, None), on.Answered(B, ANSWER)
BOTH = (office.ANNA.public_number, BO.public_number)


@pytest.mark.parametrize(
    ("events", "lines"),
    [
        ((), BOTH),
        ((RUNG,), BOTH),
        ((RUNG, UP), BOTH),
        ((RUNG, UP, on.HungUp(CALLER)), ()),
        ((RUNG, UP, on.HungUp(B)), ()),
        ((RUNG, on.Cancelled()), ()),
        ((on.Refused(B, 486),), ()),
    ],
)
def test_who_is_in_a_call(events: tuple[Event, ...], lines: tuple[str, ...]) -> None:
    assert engaged(lived(*events)[0]) == lines
