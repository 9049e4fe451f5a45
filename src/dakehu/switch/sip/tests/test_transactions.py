"""Transactions against a scripted clock: repetition, loss, races (RFC 3261 section 17, RFC 6026)."""

from __future__ import annotations

import pytest

from dakehu.switch.sip import (
    AckArrived,
    AnswerUnacknowledged,
    CancelArrived,
    Dropped,
    FailureCause,
    RequestArrived,
    ResponseArrived,
    SendBytes,
    TransactionFailed,
    Transport,
    parse_message,
    reply,
)
from dakehu.switch.sip.tests.wire import (
    ALICE,
    BOB,
    Phone,
    answered_call,
    every,
    moments,
    only,
    run_timers,
    sent,
)


def pair(transport: Transport = Transport.UDP) -> tuple[Phone, Phone]:
    return Phone(ALICE, transport), Phone(BOB, transport)


# --- client


def test_invite_is_repeated_doubling_until_timer_b() -> None:
    alice, bob = pair()
    client, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    assert sent(outputs) == ["INVITE"]
    happened = run_timers(alice.stack, 100)
    assert moments(happened, SendBytes) == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert happened[-1] == (32.0, TransactionFailed(client, FailureCause.TIMEOUT, 408))
    assert alice.stack.next_deadline() is None


def test_request_is_repeated_up_to_t2_until_timer_f() -> None:
    alice, bob = pair()
    client, _ = alice.stack.request(alice.new_request("OPTIONS", bob), 0.0)
    happened = run_timers(alice.stack, 100)
    assert moments(happened, SendBytes) == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert happened[-1] == (32.0, TransactionFailed(client, FailureCause.TIMEOUT, 408))


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS"])
def test_reliable_transports_repeat_nothing(method: str) -> None:
    alice, bob = pair(Transport.TCP)
    alice.stack.request(alice.new_request(method, bob), 0.0)
    happened = run_timers(alice.stack, 100)
    assert moments(happened, SendBytes) == []
    assert moments(happened, TransactionFailed) == [32.0]


def test_provisional_stops_the_repetition_of_invite() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    trying = [o for o in bob.hear(outputs, alice, 0.1) if isinstance(o, SendBytes)]
    assert sent(list(trying)) == ["100"]
    assert only(alice.hear(list(trying), bob, 0.2), ResponseArrived).response.status == 100
    assert run_timers(alice.stack, 600) == []


def test_provisional_slows_the_repetition_of_other_requests_to_t2() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("OPTIONS", bob), 0.0)
    arrived = only(bob.hear(outputs, alice, 0.1), RequestArrived)
    alice.hear(bob.answer(arrived, 100, 0.1), bob, 0.2)
    assert moments(run_timers(alice.stack, 100), SendBytes)[:3] == [0.5, 4.5, 8.5]


def test_final_response_is_delivered_once_and_absorbed_for_t4() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("OPTIONS", bob), 0.0)
    arrived = only(bob.hear(outputs, alice, 0.1), RequestArrived)
    ok = bob.answer(arrived, 200, 0.1)
    only(alice.hear(ok, bob, 0.2), ResponseArrived)
    assert alice.hear(ok, bob, 0.3) == []
    assert run_timers(alice.stack, 5.3) == []
    assert isinstance(alice.hear(ok, bob, 5.4)[0], Dropped)


def test_failure_of_invite_is_acknowledged_each_time() -> None:
    alice, bob = pair()
    invite = alice.new_request("INVITE", bob, Route=f"<sip:{BOB};lr>")
    _, outputs = alice.stack.request(invite, 0.0)
    arrived = only(bob.hear(outputs, alice, 0.0), RequestArrived)
    busy = bob.answer(arrived, 486, 0.1)
    heard = alice.hear(busy, bob, 0.2)
    assert only(heard, ResponseArrived).response.status == 486
    ack = parse_message(only(heard, SendBytes).data)
    assert str(ack.cseq) == "1 ACK"
    assert ack.via == invite.via
    assert ack.to.tag == "b"
    assert ack.texts("route") == [f"<sip:{BOB};lr>"]
    again = alice.hear(busy, bob, 0.9)
    assert [type(output) for output in again] == [SendBytes]
    assert sent(again) == ["ACK"]
    assert run_timers(alice.stack, 33) == []
    assert isinstance(alice.hear(busy, bob, 33)[0], Dropped)


def test_transport_error_is_503() -> None:
    alice, bob = pair()
    client, _ = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    failed = [TransactionFailed(client, FailureCause.TRANSPORT, 503)]
    assert alice.stack.transport_failed(client, 0.1) == failed
    assert alice.stack.transport_failed(client, 0.2) == []
    assert run_timers(alice.stack, 100) == []


def test_response_of_nobody_is_dropped() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("OPTIONS", bob), 0.0)
    arrived = only(bob.hear(outputs, alice, 0.0), RequestArrived)
    stranger = reply(arrived.request, 200).copy()
    stranger.put("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother")
    assert isinstance(alice.stack.receive(stranger.encode(), bob.endpoint, 0.1)[0], Dropped)


# --- server


def test_repeated_request_gets_the_last_answer_without_a_word_to_the_user() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("OPTIONS", bob), 0.0)
    arrived = only(bob.hear(outputs, alice, 0.0), RequestArrived)
    assert bob.hear(outputs, alice, 0.5) == []
    ok = bob.answer(arrived, 200, 0.6)
    assert bob.hear(outputs, alice, 0.7) == ok
    assert run_timers(bob.stack, 32.5) == []
    assert bob.hear(outputs, alice, 32.5) == ok
    run_timers(bob.stack, 33)
    assert len(every(bob.hear(outputs, alice, 33), RequestArrived)) == 1


def test_repeated_invite_gets_the_last_provisional() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    arrived = only(bob.hear(outputs, alice, 0.0), RequestArrived)
    assert sent(bob.hear(outputs, alice, 0.5)) == ["100"]
    bob.answer(arrived, 180, 0.6)
    assert sent(bob.hear(outputs, alice, 0.7)) == ["180"]


def test_failure_is_repeated_until_its_ack_comes() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    arrived = only(bob.hear(outputs, alice, 0.0), RequestArrived)
    busy = bob.answer(arrived, 486, 0.0)
    happened = run_timers(bob.stack, 4.0)
    assert moments(happened, SendBytes) == [0.5, 1.5, 3.5]
    ack = alice.hear(busy, bob, 4.0)
    assert bob.hear(ack, alice, 4.1) == []
    assert bob.hear(ack, alice, 4.2) == []
    assert run_timers(bob.stack, 100) == []


def test_lost_ack_of_a_failure_ends_at_timer_h() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    bob.answer(only(bob.hear(outputs, alice, 0.0), RequestArrived), 486, 0.0)
    happened = run_timers(bob.stack, 100)
    assert moments(happened, SendBytes)[-1] == 31.5
    assert bob.stack.next_deadline() is None
    assert len(every(bob.hear(outputs, alice, 100), RequestArrived)) == 1


def test_reliable_failure_is_sent_once() -> None:
    alice, bob = pair(Transport.TCP)
    _, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    bob.answer(only(bob.hear(outputs, alice, 0.0), RequestArrived), 486, 0.0)
    assert run_timers(bob.stack, 100) == []


def test_late_answers_are_dropped() -> None:
    alice, bob = pair()
    _, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    arrived = only(bob.hear(outputs, alice, 0.0), RequestArrived)
    bob.answer(arrived, 200, 0.1)
    assert bob.answer(arrived, 487, 0.2) == [Dropped("answer without transaction")]
    run_timers(bob.stack, 40)
    assert bob.answer(arrived, 200, 40) == [Dropped("answer without transaction")]


# --- 2xx and its ACK


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.TCP])
def test_success_is_repeated_until_acknowledged_on_any_transport(transport: Transport) -> None:
    call = answered_call(transport)
    happened = run_timers(call.bob.stack, 8)
    assert moments(happened, SendBytes) == [0.5, 1.5, 3.5, 7.5]
    near, _ = call.dialogs()
    ack = call.alice.stack.acknowledge(call.answered.client, near.ack(), 8.0)
    assert only(call.bob.hear(ack, call.alice, 8.1), AckArrived).server == call.server
    assert isinstance(call.bob.hear(ack, call.alice, 8.2)[0], Dropped)
    assert run_timers(call.bob.stack, 100) == []


def test_success_without_ack_is_reported() -> None:
    call = answered_call()
    happened = run_timers(call.bob.stack, 100)
    assert moments(happened, SendBytes) == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert [(32.0, AnswerUnacknowledged(call.server))] == happened[-1:]


def test_repeated_success_is_acknowledged_again_without_a_word_to_the_user() -> None:
    call = answered_call()
    assert call.alice.hear(call.ok, call.bob, 0.5) == []
    near, _ = call.dialogs()
    ack = call.alice.stack.acknowledge(call.answered.client, near.ack(), 0.6)
    assert call.alice.hear(call.ok, call.bob, 0.7) == ack
    assert call.alice.hear(call.ok, call.bob, 31.0) == ack


def test_success_of_another_fork_is_news() -> None:
    call = answered_call()
    other = reply(call.arrived.request, 200, tag="other", headers=[("Contact", "<sip:192.0.2.9>")])
    heard = call.alice.stack.receive(other.encode(), call.bob.endpoint, 0.1)
    assert only(heard, ResponseArrived).response.to.tag == "other"


def test_repeated_invite_after_success_is_absorbed() -> None:
    call = answered_call()
    data = call.invite.encode()
    assert call.bob.stack.receive(data, call.alice.endpoint, 0.5) == []


def test_ack_of_an_rfc_2543_client_has_the_branch_of_the_invite() -> None:
    call = answered_call()
    near, _ = call.dialogs()
    ack = near.ack()
    ack.prepend("Via", str(call.invite.via))
    heard = call.bob.stack.receive(ack.encode(), call.alice.endpoint, 0.1)
    assert only(heard, AckArrived).server == call.server
    assert run_timers(call.bob.stack, 100) == []


def test_requests_without_the_cookie_are_matched_as_in_rfc_2543() -> None:
    alice, bob = pair()
    invite = alice.new_request("INVITE", bob)
    invite.prepend("Via", "SIP/2.0/UDP 192.0.2.1;branch=1")
    arrived = only(bob.stack.receive(invite.encode(), alice.endpoint, 0.0), RequestArrived)
    assert sent(bob.stack.receive(invite.encode(), alice.endpoint, 0.1)) == ["100"]
    bob.answer(arrived, 486, 0.2)
    ack = invite.copy()
    ack.method = "ACK"
    ack.put("CSeq", f"{invite.cseq.number} ACK")
    ack.put("To", f"{invite.text('to')};tag=b")
    assert bob.stack.receive(ack.encode(), alice.endpoint, 0.3) == []
    assert run_timers(bob.stack, 100) == []


# --- CANCEL


def test_cancel_after_provisional() -> None:
    alice, bob = pair()
    invite = alice.new_request("INVITE", bob)
    client, outputs = alice.stack.request(invite, 0.0)
    heard = bob.hear(outputs, alice, 0.0)
    arrived = only(heard, RequestArrived)
    alice.hear(heard, bob, 0.1)
    outputs = alice.stack.cancel(client, 1.0)
    assert sent(outputs) == ["CANCEL"]
    cancel = parse_message(only(outputs, SendBytes).data)
    assert (cancel.via, str(cancel.cseq)) == (invite.via, "1 CANCEL")
    assert alice.stack.cancel(client, 1.0) == []
    heard = bob.hear(outputs, alice, 1.1)
    assert only(heard, CancelArrived).server == arrived.server
    assert sent(heard) == ["200"]
    assert alice.hear(heard, bob, 1.2) == []  # the answer to CANCEL is nobody's business
    terminated = bob.answer(arrived, 487, 1.3)
    heard = alice.hear(terminated, bob, 1.4)
    assert only(heard, ResponseArrived).response.status == 487
    assert bob.hear(heard, alice, 1.5) == []


def test_cancel_waits_for_a_provisional() -> None:
    alice, bob = pair()
    client, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    assert alice.stack.cancel(client, 0.1) == []
    assert alice.stack.cancel(client, 0.2) == []
    heard = alice.hear(bob.hear(outputs, alice, 0.3), bob, 0.4)
    assert sent(heard) == ["CANCEL"]


def test_cancel_that_waits_is_forgotten_by_a_final_response() -> None:
    alice, bob = pair()
    client, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    alice.stack.cancel(client, 0.1)
    arrived = only(bob.hear(outputs, alice, 0.2), RequestArrived)
    heard = alice.hear(bob.answer(arrived, 486, 0.3), bob, 0.4)
    assert sent(heard) == ["ACK"]


def test_cancel_crosses_success() -> None:
    alice, bob = pair()
    client, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    heard = bob.hear(outputs, alice, 0.0)
    arrived = only(heard, RequestArrived)
    alice.hear(heard, bob, 0.1)
    ok = bob.answer(arrived, 200, 1.0)
    cancel = alice.stack.cancel(client, 1.0)
    assert sent(cancel) == ["CANCEL"]
    heard = bob.hear(cancel, alice, 1.1)
    assert sent(heard) == ["200"]
    assert every(heard, CancelArrived) == []
    assert only(alice.hear(ok, bob, 1.1), ResponseArrived).response.status == 200
    assert alice.stack.cancel(client, 1.2) == []


def test_cancel_without_final_response_gives_up() -> None:
    alice, bob = pair()
    client, outputs = alice.stack.request(alice.new_request("INVITE", bob), 0.0)
    alice.hear(bob.hear(outputs, alice, 0.0), bob, 0.0)
    alice.stack.cancel(client, 1.0)
    happened = run_timers(alice.stack, 100)
    assert (33.0, TransactionFailed(client, FailureCause.TIMEOUT, 408)) in happened
    assert len(moments(happened, TransactionFailed)) == 1


def test_cancel_of_nothing_is_481() -> None:
    alice, bob = pair()
    cancel = alice.new_request("CANCEL", bob)
    cancel.prepend("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx")
    heard = bob.stack.receive(cancel.encode(), alice.endpoint, 0.0)
    assert sent(heard) == ["481"]
    assert bob.stack.receive(cancel.encode(), alice.endpoint, 0.5) == heard


def test_nothing_is_left_behind_after_a_call() -> None:
    call = answered_call()
    near, _ = call.dialogs()
    ack = call.alice.stack.acknowledge(call.answered.client, near.ack(), 0.1)
    call.bob.hear(ack, call.alice, 0.1)
    _, bye = call.alice.stack.request(near.request("BYE"), 1.0)
    gone = only(call.bob.hear(bye, call.alice, 1.0), RequestArrived)
    call.alice.hear(call.bob.answer(gone, 200, 1.0), call.bob, 1.0)
    for phone in (call.alice, call.bob):
        run_timers(phone.stack, 100)
        assert phone.stack.next_deadline() is None
        assert phone.stack.load == 0
