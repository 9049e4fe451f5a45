"""PRACK and UPDATE through a running server, message by message."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.records import EndCause
from dakehu.switch.runtime.tests.harness import ANSWER, HOLD, OFFER, Phone, phone, records_in, running
from dakehu.switch.runtime.tests.test_calls import hang_up, only, run, talk, two
from dakehu.switch.sip import Dialog, Request, Response, Timings

SDP = "application/sdp"
OTHER = ANSWER.replace(b"5000", b"5002")
CAN = {"Allow": "INVITE, ACK, BYE, CANCEL, PRACK, UPDATE, INFO", "Supported": "100rel"}
RELIABLY = {"Require": "100rel"}


def calling(a: Phone, *, body: bytes = OFFER, **more: str) -> asyncio.Task[Response]:
    """A calls 8002 with these headers beside what it can."""
    request = a.build("INVITE", "8002", body=body, more={**CAN, **more})
    a.sent = request
    return asyncio.create_task(a.ask(request))


def ring(b: Phone, invite: Request, status: int, rseq: int, body: bytes = b"") -> Dialog:
    """B rings for certain; its early dialog."""
    response = b.answer(invite, status, body=body, more={**CAN, **RELIABLY, "RSeq": str(rseq)})
    return Dialog.from_request(invite, response, contact=b.contact)


def early(a: Phone, response: Response) -> Dialog:
    return Dialog.from_response(a.sent, response, contact=a.contact)


def prack(a: Phone, dialog: Dialog, response: Response, body: bytes = b"") -> None:
    """A acknowledges what it heard."""
    rack = f"{response.text('rseq')} {response.cseq}"
    a.transmit(dialog.request("PRACK", [("RAck", rack)], body=body, content_type=SDP if body else None))


async def rung(a: Phone, b: Phone, body: bytes = ANSWER) -> tuple[Request, Dialog, Dialog]:
    """A calls, B rings with a session description, both for certain: INVITE of B, both early dialogs."""
    asking = calling(a)
    invite = await b.receive("INVITE")
    theirs = ring(b, invite, 183, 1, body)
    b.answer(await b.receive("PRACK"), 200)
    heard = await asking
    assert heard.status == 183
    ours = early(a, heard)
    prack(a, ours, heard)
    await a.receive(200)
    return invite, ours, theirs


# --- the called side


def test_a_telephone_that_rings_for_certain_is_told_that_it_was_heard(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002"))
            invite = await b.receive("INVITE")
            assert "100rel" in invite.tokens("supported")
            ring(b, invite, 180, 7)
            ring(b, invite, 180, 7)  # repeated: acknowledged once
            ring(b, invite, 183, 9)  # another is missing: not acknowledged
            first = await b.receive("PRACK")
            assert first.text("rack") == f"7 {invite.cseq.number} INVITE"
            assert first.cseq.number == invite.cseq.number + 1
            b.answer(first, 200)
            ring(b, invite, 183, 8, ANSWER)
            second = await b.receive("PRACK")
            assert second.text("rack") == f"8 {invite.cseq.number} INVITE"
            b.answer(second, 200)
            heard = await asking
            assert (heard.status, heard.text("require")) == (180, None)  # the caller did not ask for it
            assert (await a.receive(183)).body == ANSWER
            theirs = b.accept(invite, body=b"")  # the answer was given already
            answer = await a.receive(200)
            assert answer.body == ANSWER
            a.established(answer)
            ack = await b.receive("ACK")
            assert ack.cseq.number == invite.cseq.number
            await hang_up(b, theirs, a)

    run(scene())
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_what_was_answered_for_certain_is_the_answer(tmp_path: Path) -> None:
    """A 200 that says something else changes nothing (RFC 3261 section 13.2.1)."""

    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002"))
            invite = await b.receive("INVITE")
            ring(b, invite, 183, 1, ANSWER)
            b.answer(await b.receive("PRACK"), 200)
            assert (await asking).body == ANSWER
            b.accept(invite, body=OTHER)
            answer = await a.receive(200)
            assert answer.body == ANSWER
            dialog = a.established(answer)
            await b.receive("ACK")
            await hang_up(a, dialog, b)

    run(scene())


def test_without_an_offer_of_ours_nobody_is_asked_to_ring_for_certain(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002", body=b""))
            invite = await b.receive("INVITE")
            assert "100rel" not in invite.tokens("supported")
            b.accept(invite, body=OFFER)
            dialog = a.established(await asking, ack_body=ANSWER)
            assert (await b.receive("ACK")).body == ANSWER
            await hang_up(a, dialog, b)

    run(scene())


def test_a_refusal_after_ringing_for_certain(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            await_ = calling(a)
            invite = await b.receive("INVITE")
            ring(b, invite, 180, 1)
            b.answer(await b.receive("PRACK"), 200)
            heard = await await_
            prack(a, early(a, heard), heard)
            await a.receive(200)
            b.answer(invite, 486)
            await b.receive("ACK")
            a.acknowledge_failure(a.sent, await a.receive(486))

    run(scene())
    assert only(tmp_path).cause is EndCause.BUSY


# --- the calling side


@pytest.mark.parametrize("how", ["Supported", "Require"])
def test_a_caller_hears_for_certain(tmp_path: Path, how: str) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = calling(a, Require="100rel") if how == "Require" else calling(a)
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            heard = await asking
            assert (heard.status, heard.text("require")) == (180, "100rel")
            dialog = early(a, heard)
            prack(a, dialog, heard)
            assert (await a.receive(200)).cseq.method == "PRACK"
            b.answer(invite, 183, body=ANSWER)
            again = await a.receive(183)
            assert int(again.text("rseq")) == int(heard.text("rseq") or 0) + 1
            prack(a, dialog, again)
            await a.receive(200)
            b.accept(invite)
            answer = await a.receive(200)
            assert (answer.cseq.method, answer.body) == ("INVITE", ANSWER)
            assert answer.to.tag == heard.to.tag
            dialog.receive_response(answer)
            a.transmit(dialog.ack())
            await b.receive("ACK")
            await hang_up(a, dialog, b)

    run(scene())
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_what_comes_meanwhile_waits_for_the_prack(tmp_path: Path) -> None:
    """180, 183 and 200 of B at once: each reaches A after the PRACK of the one before."""

    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = calling(a)
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            b.answer(invite, 183, body=ANSWER)
            b.accept(invite)
            heard = await asking
            await b.receive("ACK")
            dialog = early(a, heard)
            await asyncio.sleep(0.1)
            assert a.inbox.empty()
            prack(a, dialog, heard)
            assert (await a.receive(200)).cseq.method == "PRACK"
            second = await a.receive(183)
            await asyncio.sleep(0.1)
            assert a.inbox.empty()
            prack(a, dialog, second)
            assert (await a.receive(200)).cseq.method == "PRACK"
            answer = await a.receive(200)
            assert answer.cseq.method == "INVITE"
            dialog.receive_response(answer)
            a.transmit(dialog.ack())
            await hang_up(a, dialog, b)

    run(scene())


@pytest.mark.parametrize("answers", [False, True])
def test_no_prack_ever(tmp_path: Path, answers: bool) -> None:
    """The caller is gone; or, where B has answered, it gets its last chance by the 200."""

    async def scene() -> None:
        async with two(tmp_path, sip=Timings(t1=0.02)) as (server, a, b):
            asking = calling(a)
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            heard = await asking
            if answers:
                b.accept(invite)
                await b.receive("ACK")
                await passing_over(a, 180, 200)
                await b.receive("BYE")
            else:
                await b.receive("CANCEL")
                await passing_over(a, 180, 487)
            assert heard.text("rseq")
            assert server.counters["own_faults"] == 0

    run(scene())


async def passing_over(a: Phone, repeated: int, wanted: int) -> Response:
    while True:
        found: Response = await a.receive(repeated, wanted)
        if found.status == wanted:
            return found


def test_the_called_side_hangs_up_before_the_caller_heard_of_the_answer(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = calling(a)
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            await asking
            theirs = b.accept(invite)
            await b.receive("ACK")
            b.transmit(theirs.request("BYE"))
            await b.receive(200)
            a.acknowledge_failure(a.sent, await passing_over(a, 180, 480))

    run(scene())
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_a_caller_that_insists_without_an_offer_hears_the_answer_alone(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = calling(a, body=b"", Require="100rel")
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            b.accept(invite, body=OFFER)
            answer = await asking
            assert (answer.status, answer.body) == (200, OFFER)
            dialog = a.established(answer, ack_body=ANSWER)
            await b.receive("ACK")
            await hang_up(a, dialog, b)

    run(scene())


def test_another_answer_comes_in_another_dialog(tmp_path: Path) -> None:
    """B's early media was heard for certain, then its 200 says otherwise: as if the call had forked."""

    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = calling(a)
            invite = await b.receive("INVITE")
            b.answer(invite, 183, body=ANSWER)
            heard = await asking
            prack(a, early(a, heard), heard)
            await a.receive(200)
            b.accept(invite, body=OTHER)
            answer = await a.receive(200)
            assert answer.body == OTHER
            assert answer.to.tag != heard.to.tag
            dialog = a.established(answer)
            await b.receive("ACK")
            await hang_up(a, dialog, b)

    run(scene())


def test_bye_and_cancel_of_a_caller_that_heard_for_certain(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            for ends in ("BYE", "CANCEL"):
                asking = calling(a)
                invite = await b.receive("INVITE")
                b.answer(invite, 180)
                heard = await asking
                dialog = early(a, heard)
                prack(a, dialog, heard)
                await a.receive(200)
                if ends == "BYE":
                    a.transmit(dialog.request("BYE"))
                else:
                    a.cancel()
                await a.receive(200)
                a.acknowledge_failure(a.sent, await a.receive(487))
                b.answer(await b.receive("CANCEL"), 200)
                b.answer(invite, 487)
                await b.receive("ACK")

    run(scene())
    assert [record.cause for record in records_in(tmp_path)] == [EndCause.CANCELLED] * 2


def test_require_of_something_unknown_is_refused(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server) as a:
            answer = await a.ask(a.build("INVITE", "8002", body=OFFER, Require="100rel, precondition"))
            assert (answer.status, answer.text("unsupported")) == (420, "precondition")

    run(scene())


# --- UPDATE before the answer


def test_update_before_the_answer_goes_through_either_way(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (server, a, b):
            invite, ours, theirs = await rung(a, b)
            a.transmit(ours.request("UPDATE", body=HOLD, content_type=SDP))
            update = await b.receive("UPDATE")
            assert update.body == HOLD
            assert update.to.tag == theirs.id.local_tag
            b.answer(update, 200, body=OTHER)
            assert (await a.receive(200)).body == OTHER
            theirs.receive(update)
            b.transmit(theirs.request("UPDATE", body=OFFER, content_type=SDP))
            back = await a.receive("UPDATE")
            assert back.body == OFFER
            a.answer(back, 200, body=ANSWER)
            assert (await b.receive(200)).body == ANSWER
            b.accept(invite, body=b"")
            answer = await a.receive(200)
            assert answer.body == b""  # what it would say is out of date
            ours.receive_response(answer)
            a.transmit(ours.ack())
            await b.receive("ACK")
            await hang_up(a, ours, b)
            assert server.counters["own_faults"] == 0

    run(scene())
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_an_offer_in_a_prack(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = calling(a)
            invite = await b.receive("INVITE")
            ring(b, invite, 183, 1, ANSWER)
            b.answer(await b.receive("PRACK"), 200)
            heard = await asking
            ours = early(a, heard)
            prack(a, ours, heard, body=HOLD)
            b.answer(await b.receive("UPDATE"), 200, body=OTHER)
            answered = await a.receive(200)
            assert (answered.cseq.method, answered.body) == ("PRACK", OTHER)

    run(scene())


@pytest.mark.parametrize("rings", ["for certain, without an answer", "plainly"])
def test_an_update_that_is_too_early(tmp_path: Path, rings: str) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = calling(a) if "certain" in rings else calling(a, Supported="x")
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            heard = await asking
            ours = early(a, heard)
            if "certain" in rings:
                prack(a, ours, heard)
                await a.receive(200)
            a.transmit(ours.request("UPDATE", body=HOLD, content_type=SDP))
            assert "retry-after" in await a.receive(500)
            a.transmit(ours.request("UPDATE"))  # it asks for nothing
            assert (await a.receive(200)).contact is not None

    run(scene())


def test_a_telephone_that_knows_no_update_is_not_asked_before_it_answers(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = calling(a)
            invite = await b.receive("INVITE")
            b.answer(invite, 183, body=ANSWER)
            heard = await asking
            ours = early(a, heard)
            prack(a, ours, heard)
            await a.receive(200)
            a.transmit(ours.request("UPDATE", body=HOLD, content_type=SDP))
            await a.receive(488)

    run(scene())


def test_an_update_that_nobody_answers_when_the_call_ends(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (server, a, b):
            invite, ours, _ = await rung(a, b)
            a.transmit(ours.request("UPDATE", body=HOLD, content_type=SDP))
            await b.receive("UPDATE")
            b.answer(invite, 486)
            await b.receive("ACK")
            a.acknowledge_failure(a.sent, await a.receive(486))
            await a.receive(481)
            assert server.counters["own_faults"] == 0

    run(scene())


# --- UPDATE and INFO during the call


async def talking(a: Phone, b: Phone, allow: str) -> tuple[Dialog, Dialog]:
    """Both dialogs of a call to a telephone that allows these methods."""
    asking = calling(a, Supported="x")
    invite = await b.receive("INVITE")
    response = b.answer(invite, 200, body=ANSWER, Allow=allow)
    dialog = a.established(await asking)
    await b.receive("ACK")
    return dialog, Dialog.from_request(invite, response, contact=b.contact)


@pytest.mark.parametrize(("allow", "method"), [("INVITE, UPDATE", "UPDATE"), ("INVITE, ACK, BYE", "INVITE")])
def test_an_offer_by_update_goes_on_as_the_other_side_understands(
    tmp_path: Path, allow: str, method: str
) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            ours, _ = await talking(a, b, allow)
            a.transmit(ours.request("UPDATE", body=HOLD, content_type=SDP))
            offered = await b.receive(method)
            assert offered.body == HOLD
            b.answer(offered, 200, body=OTHER)
            if method == "INVITE":
                await b.receive("ACK")
            answer = await a.receive(200)
            assert (answer.cseq.method, answer.body) == ("UPDATE", OTHER)
            a.transmit(ours.request("INVITE", body=OFFER, content_type=SDP))  # an INVITE stays one
            b.answer(await b.receive("INVITE"), 200, body=ANSWER)
            await a.receive(200)
            a.transmit(ours.ack())
            await b.receive("ACK")
            await hang_up(a, ours, b)

    run(scene())


def test_a_reinvite_that_only_rings_ends_with_the_call(tmp_path: Path) -> None:
    """B answers it 180 and never more; nothing of it may stay in the stack."""

    async def scene() -> None:
        async with two(tmp_path, sip=Timings(t1=0.01)) as (server, a, b):
            ours, _ = await talking(a, b, "INVITE, ACK, BYE")
            a.transmit(ours.request("INVITE", body=HOLD, content_type=SDP))
            b.answer(await b.receive("INVITE"), 180)
            await asyncio.sleep(0.05)
            a.transmit(ours.request("BYE"))
            assert (await a.receive(200, 487)).status in {200, 487}
            b.answer(await b.receive("BYE"), 200)
            assert (await b.receive("CANCEL")).cseq.method == "CANCEL"
            stack = server._dispatcher._tools.stack
            for _ in range(300):
                if not stack.load:
                    break
                await asyncio.sleep(0.02)
            assert stack.load == 0

    run(scene())


def test_two_offers_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            ours, theirs = await talking(a, b, "INVITE, UPDATE")
            a.transmit(ours.request("UPDATE", body=HOLD, content_type=SDP))
            update = await b.receive("UPDATE")
            b.transmit(theirs.request("UPDATE", body=HOLD, content_type=SDP))
            await b.receive(491)
            a.transmit(ours.request("UPDATE", body=OFFER, content_type=SDP))
            await a.receive(500)
            b.answer(update, 200, body=ANSWER)
            await a.receive(200)
            await hang_up(a, ours, b)

    run(scene())


def test_an_update_without_an_offer_is_answered_here(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            ours, _ = await talk(a, b, "8002")
            a.transmit(ours.request("UPDATE"))
            answer = await a.receive(200)
            assert answer.contact is not None
            assert b.inbox.empty()
            await hang_up(a, ours, b)

    run(scene())


@pytest.mark.parametrize(
    ("content_type", "body", "status", "passed"),
    [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n", 200, b"Signal=5\r\nDuration=160\r\n"),
        ("application/dtmf", b"#", 200, b"Signal=#\r\nDuration=100\r\n"),
        ("application/hook-flash", b"signal=hf", 200, None),
        ("text/html", b"x", 415, None),
    ],
)
def test_info(tmp_path: Path, content_type: str, body: bytes, status: int, passed: bytes | None) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            ours, _ = await talking(a, b, "INVITE, INFO")
            a.transmit(ours.request("INFO", body=body, content_type=content_type))
            await a.receive(status)
            if passed is not None:
                told = await b.receive("INFO")
                assert told.body == passed
                b.answer(told, 200)
            await hang_up(a, ours, b)

    run(scene())


def test_a_key_is_not_passed_on_to_who_does_not_know_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            ours, _ = await talking(a, b, "INVITE, BYE")
            a.transmit(ours.request("INFO", body=b"5", content_type="application/dtmf"))
            await a.receive(200)
            await hang_up(a, ours, b)

    run(scene())
