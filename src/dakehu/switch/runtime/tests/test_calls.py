"""Calls between telephones through a running server, message by message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dakehu.kernel.numbers import CallClass
from dakehu.switch.callcontrol import CallTimings
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry
from dakehu.switch.records import CallRecord, EndCause, Party
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.runtime.tests.harness import (
    ANSWER,
    HOLD,
    OFFER,
    Phone,
    phone,
    records_in,
    running,
)
from dakehu.switch.sip import Dialog, Request, Transport

UDP, TCP = Transport.UDP, Transport.TCP


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


@asynccontextmanager
async def two(
    home: Path,
    caller: LineEntry = office.ANNA,
    called: LineEntry = office.BO,
    transports: tuple[Transport, Transport] = (UDP, UDP),
    **changes: Any,
) -> AsyncIterator[tuple[VoiceServer, Phone, Phone]]:
    async with (
        running(home, **changes) as server,
        phone(caller, server, transports[0]) as a,
        phone(called, server, transports[1]) as b,
    ):
        yield server, a, b


async def talk(a: Phone, b: Phone, number: str) -> tuple[Dialog, Dialog]:
    """A calls B, B answers."""
    ringing = asyncio.create_task(a.invite(number))
    invite = await b.receive("INVITE")
    b.answer(invite, 180)
    assert (await ringing).status == 180
    theirs = b.accept(invite)
    answer = await a.receive(200)
    assert answer.body == ANSWER
    ours = a.established(answer)
    await b.receive("ACK")
    return ours, theirs


async def hang_up(first: Phone, dialog: Dialog, second: Phone) -> None:
    first.transmit(dialog.request("BYE"))
    await first.receive(200)
    second.answer(await second.receive("BYE"), 200)


def only(home: Path) -> CallRecord:
    (record,) = records_in(home)
    return record


@pytest.mark.req("CTX-01", "CTX-03", "CTX-16")
@pytest.mark.parametrize("transports", [(UDP, UDP), (TCP, TCP), (UDP, TCP), (TCP, UDP)])
def test_a_call_by_short_number(tmp_path: Path, transports: tuple[Transport, Transport]) -> None:
    async def scene() -> None:
        async with two(tmp_path, transports=transports) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002"))
            invite: Request = await b.receive("INVITE")
            assert invite.from_.uri.username == "8001"
            assert invite.text("p-asserted-identity") == "<sip:8001@127.0.0.1>"
            assert invite.body == OFFER
            assert invite.max_forwards == 69
            assert invite.call_id != a.sent.call_id
            b.answer(invite, 180)
            assert (await asking).status == 180
            b.accept(invite)
            dialog = a.established(await a.receive(200))
            await b.receive("ACK")
            await hang_up(a, dialog, b)

    run(scene())
    record = only(tmp_path)
    assert (record.calling_number, record.called_number) == ("03512348001", "03512348002")
    assert (record.dialled, record.shown_number, record.call_class) == ("8002", "8001", CallClass.IN_GROUP)
    assert (record.cause, record.ended_by, record.status) == (EndCause.COMPLETED, Party.CALLER, 200)
    assert record.trace == ("CTX-03", "CTX-16")
    assert record.begin_ms <= record.answer_ms <= record.end_ms


@pytest.mark.req("CTX-04", "CTX-16")
def test_a_call_by_exit_prefix_shows_the_public_number(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path, called=office.WORKER) as (_, a, b):
            asking = asyncio.create_task(a.invite("97778001"))
            invite = await b.receive("INVITE")
            assert invite.from_.uri.username == "03512348001"
            assert "<sip:03512348001@" in invite.text("p-asserted-identity")
            b.accept(invite)
            dialog = a.established(await asking)
            await b.receive("ACK")
            await hang_up(a, dialog, b)

    run(scene())
    record = only(tmp_path)
    assert (record.call_class, record.called_group_id, record.called_customer_id) == (CallClass.LOCAL, 8, 80)


def test_the_called_side_hangs_up(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            _, theirs = await talk(a, b, "8002")
            await hang_up(b, theirs, a)

    run(scene())
    assert only(tmp_path).ended_by is Party.CALLED


@pytest.mark.parametrize(
    ("status", "told", "cause"),
    [(486, 486, EndCause.BUSY), (603, 603, EndCause.REFUSED), (500, 480, EndCause.REFUSED)],
)
def test_the_called_telephone_refuses(tmp_path: Path, status: int, told: int, cause: EndCause) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002"))
            b.answer(await b.receive("INVITE"), status)
            response = await asking
            assert response.status == told
            assert (response.text("reason") or "").startswith("Q.850;cause=")
            a.acknowledge_failure(a.sent, response)
            await b.receive("ACK")

    run(scene())
    assert only(tmp_path).cause is cause


def test_nobody_answers(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path, calls=CallTimings(no_answer_s=0.2)) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002"))
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            assert (await asking).status == 180
            response = await a.receive(480)
            assert "cause=19" in response.text("reason")
            a.acknowledge_failure(a.sent, response)
            b.answer(await b.receive("CANCEL"), 200)
            b.answer(invite, 487)
            await b.receive("ACK")

    run(scene())
    assert only(tmp_path).cause is EndCause.NO_ANSWER


def test_the_caller_gives_up(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002"))
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            assert (await asking).status == 180
            a.cancel()
            await a.receive(200)
            a.acknowledge_failure(a.sent, await a.receive(487))
            b.answer(await b.receive("CANCEL"), 200)
            b.answer(invite, 487)
            await b.receive("ACK")

    run(scene())
    record = only(tmp_path)
    assert (record.cause, record.status, record.ended_by) == (EndCause.CANCELLED, 487, Party.CALLER)


def test_the_answer_crosses_the_cancel(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002"))
            invite = await b.receive("INVITE")
            b.answer(invite, 180)
            assert (await asking).status == 180
            a.cancel()
            await a.receive(200)
            a.acknowledge_failure(a.sent, await a.receive(487))
            cancel = await b.receive("CANCEL")
            b.accept(invite)
            b.answer(cancel, 200)
            await b.receive("ACK")
            b.answer(await b.receive("BYE"), 200)

    run(scene())
    assert only(tmp_path).cause is EndCause.CANCELLED


def test_hold_and_resume(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            ours, theirs = await talk(a, b, "8002")
            for sdp, back in ((HOLD, ANSWER + b"a=recvonly\r\n"), (OFFER, ANSWER)):
                a.transmit(ours.request("INVITE", body=sdp, content_type="application/sdp"))
                again = await b.receive("INVITE")
                assert again.body == sdp
                assert theirs.matches(again)
                b.answer(again, 200, body=back)
                await b.receive("ACK")
                response = await a.receive(200)
                assert response.body == back
                a.transmit(ours.ack())
            await hang_up(a, ours, b)

    run(scene())
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_the_called_side_holds_and_a_second_reinvite_waits(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            ours, theirs = await talk(a, b, "8002")
            b.transmit(theirs.request("INVITE", body=HOLD, content_type="application/sdp"))
            again = await a.receive("INVITE")
            assert ours.matches(again)
            a.transmit(ours.request("INVITE", body=OFFER, content_type="application/sdp"))
            assert (await a.receive(491)).cseq.method == "INVITE"
            a.answer(again, 488)
            await a.receive("ACK")
            await b.receive(488)
            await hang_up(b, theirs, a)

    run(scene())


def test_an_offer_in_the_answer(tmp_path: Path) -> None:
    """A's INVITE brings no session; B's 200 offers, and its ACK carries A's answer."""

    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            asking = asyncio.create_task(a.invite("8002", body=b""))
            invite = await b.receive("INVITE")
            assert invite.body == b""
            b.accept(invite, OFFER)
            answer = await asking
            assert answer.body == OFFER
            dialog = a.established(answer, ANSWER)
            assert (await b.receive("ACK")).body == ANSWER
            await hang_up(a, dialog, b)

    run(scene())


def test_both_hang_up_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (_, a, b):
            ours, theirs = await talk(a, b, "8002")
            a.transmit(ours.request("BYE"))
            b.transmit(theirs.request("BYE"))
            await a.receive(200)
            got = {type(await b.receive("BYE", 200)).__name__ for _ in range(2)}
            assert got == {"Request", "Response"}

    run(scene())
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_a_bye_nobody_answers_ends_the_call_all_the_same(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (server, a, b):
            ours, _ = await talk(a, b, "8002")
            a.transmit(ours.request("BYE"))
            await a.receive(200)
            await b.receive("BYE")
            await b.receive("BYE")  # again, for it was not answered
            assert len(records_in(tmp_path)) == 1
            a.transmit(ours.request("BYE"))
            await a.receive(481, 200)
            del server

    run(scene())


@pytest.mark.parametrize(
    ("caller", "number", "status", "reason"),
    [
        (office.ANNA, "8099", 404, "number not in service"),
        (office.ANNA, "80", 484, "number incomplete"),
        (office.ANNA, "8009", 480, "no telephone is signed in"),
        (office.ANNA, "8001", 486, "a line can't call itself"),
        (office.ANNA, "9110", 404, "no gateway to this kind of number"),
        pytest.param(
            office.ARREARS, "8002", 403, "line suspended for arrears", marks=pytest.mark.req("LIN-06")
        ),
        pytest.param(
            office.VIOLATION, "95551234", 403, "line suspended for a violation",
            marks=pytest.mark.req("LIN-06"),
        ),
        pytest.param(
            office.LOCAL_ONLY, "903522221234", 403, "not covered by the line's call rights",
            marks=pytest.mark.req("CTX-06"),
        ),
        pytest.param(
            office.INSIDE_ONLY, "95551234", 403, "in-group calls only", marks=pytest.mark.req("CTX-14")
        ),
    ],
)  # fmt: skip
def test_a_call_that_rules_refuse(
    tmp_path: Path, caller: LineEntry, number: str, status: int, reason: str
) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(caller, server) as a:
            response = await a.invite(number)
            assert response.status == status
            assert f'text="{reason}"' in (response.text("reason") or "")
            a.acknowledge_failure(a.sent, response)

    run(scene())
    record = only(tmp_path)
    assert (record.status, record.answer_ms, record.dialled) == (status, 0, number)
    assert record.calling_number == caller.public_number


def test_a_telephone_that_vanished_is_found_out(tmp_path: Path) -> None:
    async def scene() -> None:
        timings = CallTimings(probe_s=0.2)
        async with two(tmp_path, calls=timings) as (_, a, b):
            await talk(a, b, "8002")
            b.answer(await b.receive("OPTIONS"), 481)
            a.answer(await a.receive("OPTIONS"), 200)
            a.answer(await a.receive("BYE"), 200)
            b.answer(await b.receive("BYE"), 481)

    run(scene())
    record = only(tmp_path)
    assert (record.cause, record.ended_by) == (EndCause.LOST, Party.NETWORK)


def test_stopping_ends_calls_and_keeps_their_records(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (server, a, b):
            await talk(a, b, "8002")
            stopping = asyncio.create_task(server.stop())
            a.answer(await a.receive("BYE"), 200)
            b.answer(await b.receive("BYE"), 200)
            await stopping

    run(scene())
    assert only(tmp_path).cause is EndCause.INTERRUPTED


def test_a_long_call_leaves_nothing_behind_of_its_refreshes(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two(tmp_path) as (server, a, b):
            ours, _ = await talk(a, b, "8002")
            (session,) = server._calls.calls_of(office.ANNA.public_number)
            for status in (200, 488, 200, 200):
                refresh = ours.request("INVITE", body=OFFER, content_type="application/sdp")
                a.transmit(refresh)
                b.answer(await b.receive("INVITE"), status, body=ANSWER if status == 200 else b"")
                await b.receive("ACK")
                answer = await a.receive(status)
                if status == 200:
                    a.transmit(ours.ack())
                else:
                    a.acknowledge_failure(refresh, answer)
                await asyncio.sleep(0.05)
            assert len(session.servers) == 1
            await hang_up(a, ours, b)

    run(scene())
