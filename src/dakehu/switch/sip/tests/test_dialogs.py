"""Dialogs from both sides: tags, routes, order, targets (RFC 3261 section 12)."""

from __future__ import annotations

import pytest

from dakehu.switch.sip import Dialog, DialogId, DialogState, Request, Response, parse_message, reply
from dakehu.switch.sip.tests.wire import answered_call

ALICE = "sip:alice@192.0.2.1"
BOB = "sip:bob@192.0.2.2"


def _invite(*more: tuple[str, str]) -> Request:
    return Request.build(
        "INVITE",
        "sip:bob@example.com",
        [
            ("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"),
            ("From", "<sip:alice@example.com>;tag=a"),
            ("To", "<sip:bob@example.com>"),
            ("Call-ID", "one"),
            ("CSeq", "5 INVITE"),
            ("Contact", f"<{ALICE}>"),
            *more,
        ],
    )


ROUTED = (("Record-Route", "<sip:p2;lr>, <sip:p1;lr>"),)


def _ok(invite: Request, status: int = 200, tag: str = "b", contact: str = BOB) -> Response:
    return reply(invite, status, tag=tag, headers=[("Contact", f"<{contact}>")])


def _pair(status: int = 200, *more: tuple[str, str]) -> tuple[Dialog, Dialog]:
    invite = _invite(*more)
    ok = _ok(invite, status)
    return Dialog.from_response(invite, ok, contact=ALICE), Dialog.from_request(invite, ok, contact=BOB)


def test_both_ends_agree() -> None:
    caller, called = _pair(200, *ROUTED)
    assert caller.id == DialogId("one", "a", "b")
    assert called.id == DialogId("one", "b", "a")
    assert (caller.remote_target, called.remote_target) == (BOB, ALICE)
    assert caller.route_set == ("<sip:p1;lr>", "<sip:p2;lr>")
    assert called.route_set == ("<sip:p2;lr>", "<sip:p1;lr>")
    assert caller.state is called.state is DialogState.CONFIRMED
    assert str(caller.target_uri) == BOB


def test_requests_inside() -> None:
    caller, called = _pair(200, *ROUTED)
    bye = caller.request("BYE")
    assert (bye.target, bye.cseq.number, bye.texts("route")) == (BOB, 6, ["<sip:p1;lr>", "<sip:p2;lr>"])
    assert "contact" not in bye
    assert called.matches(bye)
    assert not caller.matches(bye)
    assert called.receive(bye) is None
    assert called.state is DialogState.TERMINATED
    refusal = called.receive(caller.request("INFO"))
    assert refusal is not None
    assert refusal.status == 481


def test_called_side_counts_its_own_numbers() -> None:
    caller, called = _pair()
    reinvite = called.request("INVITE", body=b"v=0\r\n", content_type="application/sdp")
    assert (reinvite.target, reinvite.cseq.number) == (ALICE, 1)
    assert reinvite.contacts[0].target == BOB
    assert caller.receive(reinvite) is None
    assert called.ack().cseq == (1, "ACK")


def test_ack_has_the_number_of_its_invite() -> None:
    caller, called = _pair()
    caller.request("INFO")
    ack = caller.ack(body=b"v=0\r\n", content_type="application/sdp")
    assert (ack.method, ack.cseq, ack.target) == ("ACK", (5, "ACK"), BOB)
    assert called.receive(ack) is None


def test_numbers_must_rise() -> None:
    caller, called = _pair()
    first, second = caller.request("INFO"), caller.request("INFO")
    assert called.receive(second) is None
    refusal = called.receive(first)
    assert refusal is not None
    assert refusal.status == 500
    gap = caller.request("INFO")
    caller.request("INFO")
    assert called.receive(gap) is None
    assert called.receive(caller.request("INFO")) is None


def test_early_dialog_is_confirmed_and_gets_the_route_of_the_answer() -> None:
    invite = _invite()
    ringing = _ok(invite, 180, contact="sip:ringing@x")
    caller = Dialog.from_response(invite, ringing, contact=ALICE)
    assert (caller.state, caller.remote_target) == (DialogState.EARLY, "sip:ringing@x")
    ok = _ok(invite)
    ok.add("Record-Route", "<sip:p1;lr>")
    caller.receive_response(ok)
    assert (caller.state, caller.remote_target) == (DialogState.CONFIRMED, BOB)
    assert caller.route_set == ("<sip:p1;lr>",)
    called = Dialog.from_request(invite, ringing, contact=BOB)
    called.confirm()
    called.confirm()
    assert called.state is DialogState.CONFIRMED


def test_early_dialog_ends_with_a_failure() -> None:
    caller, _ = _pair(180)
    caller.receive_response(_ok(_invite(), 486))
    assert caller.state is DialogState.TERMINATED
    caller.end()
    assert caller.state is DialogState.TERMINATED


@pytest.mark.parametrize(
    ("status", "state"), [(481, "terminated"), (408, "terminated"), (491, "confirmed"), (200, "confirmed")]
)
def test_answers_inside_that_end_a_dialog(status: int, state: str) -> None:
    caller, _ = _pair()
    reinvite = caller.request("INVITE")
    caller.receive_response(_ok(reinvite, status, contact="sip:moved@x"))
    assert caller.state == state
    assert caller.remote_target == ("sip:moved@x" if status == 200 else BOB)


@pytest.mark.parametrize(
    ("method", "target"), [("INVITE", "sip:new@x"), ("UPDATE", "sip:new@x"), ("INFO", ALICE)]
)
def test_target_refresh(method: str, target: str) -> None:
    caller, called = _pair()
    request = caller.request(method)
    request.put("Contact", "<sip:new@x>")
    assert called.receive(request) is None
    assert called.remote_target == target


def test_strict_route() -> None:
    caller, _ = _pair(200, ("Record-Route", "<sip:p2;lr>, <sip:old@p1;method=INVITE?a=b>"))
    bye = caller.request("BYE")
    assert bye.target == "sip:old@p1"
    assert bye.texts("route") == ["<sip:p2;lr>", f"<{BOB}>"]


def test_peer_without_contact_is_reached_by_its_address() -> None:
    invite = _invite()
    invite.remove("contact")
    assert Dialog.from_request(invite, _ok(invite), contact=BOB).remote_target == "sip:alice@example.com"
    bare = reply(invite, 200, tag="b")
    assert Dialog.from_response(invite, bare, contact=ALICE).remote_target == "sip:bob@example.com"


def test_over_the_wire() -> None:
    call = answered_call()
    caller, called = call.dialogs()
    ack = parse_message(caller.ack().encode())
    assert isinstance(ack, Request)
    assert called.matches(ack)
    bye = parse_message(called.request("BYE").encode())
    assert isinstance(bye, Request)
    assert caller.matches(bye)
    assert caller.receive(bye) is None
