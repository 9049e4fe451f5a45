"""Reliable provisional answers (RFC 3262) between two stacks, and what a PRACK may say."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from dakehu.switch.sip import (
    Dialog,
    Heard,
    Malformed,
    Output,
    PrackArrived,
    ProvisionalUnacknowledged,
    RAck,
    Request,
    RequestArrived,
    Response,
    ResponseArrived,
    SendBytes,
    TransactionFailed,
    Transport,
    rack_of,
    reliable_number,
    reply,
)
from dakehu.switch.sip.tests.wire import ALICE, BOB, Phone, every, make_stack, moments, only, run_timers, sent

METHODS = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "PRACK"})


def phone(host: str, transport: Transport = Transport.UDP) -> Phone:
    made = Phone(host, transport)
    made.stack = make_stack(host, methods=METHODS, extensions=frozenset({"100rel"}))
    return made


@dataclass
class Ringing:
    """An INVITE from `alice` answered by a reliable 180 of `bob`, which `alice` has heard."""

    alice: Phone
    bob: Phone
    arrived: RequestArrived
    rung: list[Output]
    dialog: Dialog
    response: Response

    def prack(self, **changes: str) -> Request:
        rseq = reliable_number(self.response)
        assert rseq is not None
        headers = dict([rack_of(self.response, rseq)]) | {k: v for k, v in changes.items() if v}
        return self.dialog.request("PRACK", [pair for pair in headers.items() if pair[1] != "none"])

    def ask(self, request: Request, now: float) -> list[Output]:
        """Alice sends it; what Bob's stack makes of it."""
        _, outputs = self.alice.stack.request(request, now)
        return self.bob.hear(outputs, self.alice, now)


def ring_reliably(bob: Phone, arrived: RequestArrived, status: int, now: float) -> list[Output]:
    answer = reply(arrived.request, status, tag="b", headers=[("Contact", f"<{bob.contact}>")])
    return bob.stack.respond_reliably(arrived.server, answer, now)


def ringing(transport: Transport = Transport.UDP) -> Ringing:
    alice, bob = phone(ALICE, transport), phone(BOB, transport)
    invite = alice.new_request("INVITE", bob, Supported="100rel")
    _, outputs = alice.stack.request(invite, 0.0)
    arrived = only(bob.hear(outputs, alice, 0.0), RequestArrived)
    rung = ring_reliably(bob, arrived, 180, 0.0)
    response = only(alice.hear(rung, bob, 0.0), ResponseArrived).response
    dialog = Dialog.from_response(invite, response, contact=alice.contact)
    return Ringing(alice, bob, arrived, rung, dialog, response)


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.TCP])
def test_repeated_until_the_prack(transport: Transport) -> None:
    """T1 and its doublings, also over TCP: what lies behind the next hop may be unreliable."""
    scene = ringing(transport)
    assert scene.response.text("require") == "100rel"
    happened = run_timers(scene.bob.stack, 3.6)
    assert moments(happened, SendBytes) == [0.5, 1.5, 3.5]
    arrived = only(scene.ask(scene.prack(), 3.6), PrackArrived)
    assert arrived.invite == scene.arrived.server
    assert arrived.prack.method == "PRACK"
    assert not scene.bob.stack.is_provisional_waiting(scene.arrived.server)
    answered = scene.bob.stack.respond(arrived.server, reply(arrived.prack, 200), 3.6)
    assert only(scene.alice.hear(answered, scene.bob, 3.6), ResponseArrived).response.status == 200
    assert not moments(run_timers(scene.bob.stack, 100.0), SendBytes)


def test_given_up_when_no_prack_comes() -> None:
    scene = ringing()
    happened = run_timers(scene.bob.stack, 1000.0)
    assert moments(happened, SendBytes) == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert moments(happened, ProvisionalUnacknowledged) == [32.0]
    refused = scene.bob.answer(scene.arrived, 504, 32.0)
    assert sent(refused) == ["504"]


def test_numbers_go_up_by_one_and_begin_anywhere() -> None:
    firsts = set()
    for _ in range(5):
        scene = ringing()
        first = reliable_number(scene.response)
        only(scene.ask(scene.prack(), 0.1), PrackArrived)
        again = ring_reliably(scene.bob, scene.arrived, 183, 0.2)
        second = only(scene.alice.hear(again, scene.bob, 0.2), ResponseArrived).response
        assert first is not None
        assert 1 <= first < 2**31
        assert reliable_number(second) == first + 1
        firsts.add(first)
        scene.response = second
        assert only(scene.ask(scene.prack(), 0.3), PrackArrived).invite == scene.arrived.server


def test_a_prack_comes_once() -> None:
    scene = ringing()
    prack = scene.prack()
    only(scene.ask(prack, 0.1), PrackArrived)
    other = scene.prack()
    outputs = scene.ask(other, 0.2)
    assert sent(outputs) == ["481"]
    assert not every(outputs, PrackArrived)


@pytest.mark.parametrize(
    ("rack", "status"),
    [
        ("1 1 INVITE", "481"),
        ("{rseq} 99 INVITE", "481"),
        ("{rseq} {cseq} UPDATE", "481"),
        ("none", "400"),
        ("x", "400"),
        ("{rseq} {cseq}", "400"),
        ("{rseq} {cseq} INVITE x", "400"),
        ("-1 {cseq} INVITE", "400"),
        ("99999999999999999999 {cseq} INVITE", "400"),
    ],
)
def test_a_prack_for_nothing(rack: str, status: str) -> None:
    scene = ringing()
    rseq, cseq = reliable_number(scene.response), scene.response.cseq.number
    outputs = scene.ask(scene.prack(RAck=rack.format(rseq=rseq, cseq=cseq)), 0.1)
    assert sent(outputs) == [status]
    assert scene.bob.stack.is_provisional_waiting(scene.arrived.server)


@pytest.mark.parametrize("status", [200, 486])
def test_a_final_answer_ends_the_repetition(status: int) -> None:
    """A PRACK that crossed it is still understood."""
    scene = ringing()
    scene.bob.answer(scene.arrived, status, 0.1)
    happened = run_timers(scene.bob.stack, 0.6)
    assert b"180" not in b"".join(o.data[:12] for _, o in happened if isinstance(o, SendBytes))
    only(scene.ask(scene.prack(), 0.7), PrackArrived)


def test_nothing_stays_behind() -> None:
    scene = ringing()
    scene.bob.answer(scene.arrived, 486, 0.1)
    run_timers(scene.bob.stack, 1000.0)
    assert scene.bob.stack.load == 0
    scene = ringing()
    arrived = only(scene.ask(scene.prack(), 0.1), PrackArrived)
    scene.bob.stack.respond(arrived.server, reply(arrived.prack, 200), 0.1)
    scene.bob.answer(scene.arrived, 200, 0.2)
    run_timers(scene.bob.stack, 1000.0)
    assert scene.bob.stack.load == 0


def test_not_after_the_last_word() -> None:
    scene = ringing()
    scene.bob.answer(scene.arrived, 486, 0.1)
    assert sent(ring_reliably(scene.bob, scene.arrived, 180, 0.2)) == []


def test_a_lost_prack_is_repeated_and_then_failed() -> None:
    scene = ringing()
    scene.alice.stack.request(scene.prack(), 0.0)
    happened = run_timers(scene.alice.stack, 1000.0)
    assert len(moments(happened, SendBytes)) > 5
    assert [o.status for _, o in happened if isinstance(o, TransactionFailed)].count(408) >= 1


# --- the calling side


@pytest.mark.parametrize(
    ("rseqs", "news"),
    [
        ([7], [True]),
        ([7, 7, 8, 8], [True, False, True, False]),
        ([7, 9, 8, 9], [True, False, True, True]),
        ([7, 6], [True, False]),
    ],
)
def test_what_is_news(rseqs: list[int], news: list[bool]) -> None:
    heard = Heard()
    assert [heard.is_next(rseq) for rseq in rseqs] == news


@pytest.mark.parametrize(
    ("status", "headers", "number"),
    [
        (180, {"Require": "100rel", "RSeq": "7"}, 7),
        (183, {"Require": "foo, 100REL", "RSeq": "4294967295"}, 2**32 - 1),
        (180, {"Supported": "100rel", "RSeq": "7"}, None),
        (180, {}, None),
        (100, {"Require": "100rel", "RSeq": "7"}, None),
        (200, {"Require": "100rel", "RSeq": "7"}, None),
    ],
)
def test_which_answers_want_a_prack(status: int, headers: dict[str, str], number: int | None) -> None:
    assert reliable_number(Response.build(status, headers.items())) == number


@pytest.mark.parametrize("rseq", [None, "", "x", "-1", "4294967296", "9" * 5000])
def test_a_broken_number(rseq: str | None) -> None:
    headers = [("Require", "100rel")] + ([("RSeq", rseq)] if rseq is not None else [])
    with pytest.raises(Malformed):
        reliable_number(Response.build(180, headers))


def test_rack_round_trip() -> None:
    for rseq, cseq in itertools.product((0, 1, 2**32 - 1), (0, 2**31 - 1)):
        assert RAck.parse(str(RAck(rseq, cseq, "INVITE"))) == (rseq, cseq, "INVITE")
    assert RAck.parse("776656 \t 1  INVITE") == (776656, 1, "INVITE")
