"""Input made to hurt: every message of the greatest size is dealt with in a time that its size explains."""

from __future__ import annotations

import time

import pytest

from dakehu.switch.sip import (
    Dropped,
    Endpoint,
    Malformed,
    RegistrarPolicy,
    Request,
    ResponseArrived,
    SendBytes,
    Stack,
    Transport,
    Uri,
    parse_message,
    register,
    reply,
)
from dakehu.switch.sip.parser import MAX_HEAD
from dakehu.switch.sip.tests.wire import BOB, Phone, answered_call, every, make_stack, only, sent

SOURCE = Endpoint(Transport.UDP, "192.0.2.66", 5060)
ROOM = MAX_HEAD - 1000
GOOD = (
    b"INVITE sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bKx\r\n"
    b"From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n"
)


def _filled(start: bytes, piece: bytes, end: bytes = b"") -> bytes:
    return GOOD + start + piece * (ROOM // len(piece)) + end + b"\r\n\r\n"


BOMBS = {
    "contacts": _filled(b"Contact: <sip:a>", b",<sip:a>"),
    "bare contacts": _filled(b"Contact: a:a", b",a:a"),
    "vias": _filled(b"Via: SIP/2.0/UDP a", b",SIP/2.0/UDP a"),
    "routes": _filled(b"Record-Route: <sip:a>", b",<sip:a>"),
    "parameters": _filled(b"Contact: <sip:a>", b";a"),
    "different parameters": _filled(b"Contact: <sip:a>" + b"".join(b";a%d" % n for n in range(9000)), b"x"),
    "uri parameters": _filled(b"Contact: <sip:a", b";a=b", b">"),
    "long uri": _filled(b"Contact: <sip:", b"a", b">"),
    "long user": _filled(b"Contact: <sip:a", b":a", b">"),
    "spaces in a fold": _filled(b"Contact: ", b" ", b"\r\n x"),
    "folds": _filled(b"Contact: <sip:a>", b"\r\n "),
    "quotes": _filled(b"Contact: ", b'"'),
    "backslashes": _filled(b'Contact: "', b"\\\\"),
    "escaped quotes": _filled(b'Contact: "', b'\\"'),
    "brackets": _filled(b"Contact: ", b"<"),
    "commas": _filled(b"Contact: ", b","),
    "semicolons": _filled(b"Contact: ", b";"),
    "percents": _filled(b"Contact: <sip:", b"%", b">"),
    "headers": _filled(b"X: y", b"\r\nX: y"),
    "one-letter headers": _filled(b"s:", b"\r\ns:"),
    "long name": _filled(b"X", b"x", b": y"),
    "long number": _filled(b"Max-Forwards: ", b"9"),
    "zeros": _filled(b"Max-Forwards: ", b"0"),
    "require": _filled(b"Require: a", b",a"),
    "accept": _filled(b"Accept: a", b",a/b"),
    "no end": GOOD + b"a" * 2 * ROOM,
    "line ends": b"\r\n" * (ROOM // 2),
    "nothing": b"\0" * ROOM,
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_cost_of_a_bomb(name: str) -> None:
    stack = make_stack(BOB)
    start = time.process_time()
    for _ in range(3):
        stack.receive(BOMBS[name], SOURCE, 0.0)
    # A tenth of a second each: twenty times what they take, a hundredth of what quadratic work would.
    assert time.process_time() - start < 0.3


@pytest.mark.parametrize(
    "text",
    [
        "sip:" + "a" * 2000,
        "sip:" + "a:" * 1000,
        "sip:a@" + "b;c=d" * 400,
        "sip:a" + ";" * 2000,
        "sip:" + ";a" * 900,
    ],
)
def test_cost_of_a_uri(text: str) -> None:
    start = time.process_time()
    for _ in range(20):
        try:
            Uri.parse(text)
        except Malformed:
            continue
    assert time.process_time() - start < 0.1


def _numbered(number: int) -> bytes:
    return GOOD.replace(b"z9hG4bKx", b"z9hG4bK%d" % number).replace(b": c\r", b": c%d\r" % number)


def test_flood_of_requests_is_bounded_but_calls_can_end() -> None:
    stack = make_stack(BOB, max_server_transactions=10)
    answers = []
    for number in range(40):
        answers += sent(stack.receive(_numbered(number) + b"\r\n", SOURCE, 0.0))
    assert (answers.count("100"), answers.count("503"), stack.load) == (10, 30, 10)
    bye = GOOD.replace(b"INVITE", b"BYE").replace(b"<sip:b@x>", b"<sip:b@x>;tag=t")
    assert every(stack.receive(bye + b"\r\n", SOURCE, 0.0), SendBytes) == []
    assert stack.load == 11


def test_refused_floods_leave_nothing() -> None:
    stack = make_stack(BOB)
    for number in range(100):
        assert sent(stack.receive(_numbered(number) + b"CSeq: 1 INVITE\r\n\r\n", SOURCE, 0.0)) == ["400"]
    assert stack.load == 0
    assert stack.next_deadline() is None


def test_forks_without_end() -> None:
    call = answered_call()
    news = 0
    for number in range(100):
        fork = reply(call.arrived.request, 200, tag=f"fork{number}")
        news += len(every(call.alice.stack.receive(fork.encode(), call.bob.endpoint, 0.1), ResponseArrived))
    assert news == 15


def test_register_with_a_hundred_contacts() -> None:
    contacts = ", ".join(f"<sip:a{number}@x>" for number in range(100))
    request = Request.build(
        "REGISTER",
        "sip:x",
        [("To", "<sip:a@x>"), ("Call-ID", "c"), ("CSeq", "1 REGISTER"), ("Contact", contacts)],
    )
    outcome = register(request, [], 0.0, policy=RegistrarPolicy())
    assert outcome.refusal is not None
    assert outcome.refusal.status == 403


def test_answers_do_not_go_to_third_parties() -> None:
    """Neither Via's host, nor maddr, nor received aims our answers at somebody else."""
    for via in (b"203.0.113.9:5060", b"192.0.2.66;maddr=203.0.113.9", b"192.0.2.66;received=203.0.113.9"):
        outputs = make_stack(BOB).receive(GOOD.replace(b"192.0.2.66", via, 1) + b"\r\n", SOURCE, 0.0)
        assert {output.to.host for output in every(outputs, SendBytes)} == {"192.0.2.66"}


def test_foreign_branch_does_not_hijack() -> None:
    """The same branch from another sent-by is another transaction (17.2.3)."""
    stack: Stack = make_stack(BOB)
    stack.receive(GOOD + b"\r\n", SOURCE, 0.0)
    other = GOOD.replace(b"192.0.2.66", b"192.0.2.67", 1).replace(b"Call-ID: c", b"Call-ID: d") + b"\r\n"
    stack.receive(other, SOURCE, 0.0)
    assert stack.load == 2


@pytest.mark.parametrize("name", ["vias", "contacts", "routes", "headers", "quotes"])
@pytest.mark.parametrize("start", [b"SIP/2.0 999 OK", b"SIP/2.0 200 OK"])
def test_hostile_responses_are_dropped(name: str, start: bytes) -> None:
    phone = Phone("192.0.2.1")
    _, outputs = phone.stack.request(phone.new_request("INVITE", Phone(BOB)), 0.0)
    branch = parse_message(only(outputs, SendBytes).data).via.branch.encode()
    data = BOMBS[name].replace(b"INVITE sip:b@192.0.2.2 SIP/2.0", start, 1).replace(b"z9hG4bKx", branch)
    begun = time.process_time()
    assert [type(output) for output in phone.stack.receive(data, SOURCE, 0.0)] == [Dropped]
    assert time.process_time() - begun < 0.1
