"""Requests without an answer, glare, loops and cut connections: each call ends clean and is recorded once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol import CallTimings
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry
from dakehu.switch.media.tests.peer import until
from dakehu.switch.records import CallRecord, EndCause
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.runtime.tests.ending import HASTY, rests
from dakehu.switch.runtime.tests.harness import (
    HOLD,
    OFFER,
    Phone,
    all_doors,
    phone,
    publish,
    records_in,
    running,
)
from dakehu.switch.runtime.tests.test_calls import hang_up, talk
from dakehu.switch.sip import Transport

SDP = "application/sdp"
QUICK = CallTimings(no_answer_s=2.0, settle_s=1.5, probe_s=0.4, silent_s=0.3)
Scene = Callable[[VoiceServer, Phone, Phone], Awaitable[None]]


def play(
    home: Path,
    scene: Scene,
    *,
    called: LineEntry = office.BO,
    transport: Transport = Transport.UDP,
    timings: CallTimings = CallTimings(settle_s=1.5),  # noqa: B008 - frozen
) -> list[CallRecord]:
    """Anna and another telephone; at the end nothing is held. The records."""

    async def whole() -> None:
        async with (
            running(home, sip=HASTY, calls=timings, doors=all_doors(home)) as server,
            phone(office.ANNA, server) as a,
            phone(called, server, transport) as b,
        ):
            await scene(server, a, b)
            await rests(server)
            assert server.counters["own_faults"] == 0

    asyncio.run(whole())
    return records_in(home)


def test_an_update_that_nobody_answers(tmp_path: Path) -> None:
    """Who asked is told, and both are hung up: a telephone that is silent in its dialog is gone (408)."""

    async def scene(server: VoiceServer, a: Phone, b: Phone) -> None:
        a.sent = a.build("INVITE", "8002", body=OFFER, more={"Allow": "INVITE, ACK, BYE, UPDATE"})
        asking = asyncio.create_task(a.ask(a.sent))
        invite = await b.receive("INVITE")
        b.answer(invite, 200, body=OFFER, more={"Allow": "INVITE, ACK, BYE, UPDATE"})
        ours = a.established(await asking)
        await b.receive("ACK")
        a.transmit(ours.request("UPDATE", body=HOLD, content_type=SDP))
        await b.receive("UPDATE")
        last = await a.receive(408, 500, 504, "BYE")
        if last.cseq.method == "UPDATE":
            last = await a.receive("BYE")
        a.answer(last, 200)
        await until(lambda: not server.census().calls, 10.0)

    (record,) = play(tmp_path, scene)
    assert record.cause is EndCause.LOST
    assert record.talk_ms < 1000


def test_glare(tmp_path: Path) -> None:
    """Both hold at once: each is told 491 by whoever had the other's request open, and the talk goes on."""

    async def scene(_server: VoiceServer, a: Phone, b: Phone) -> None:
        ours, theirs = await talk(a, b, "8002")
        a.transmit(ours.request("INVITE", body=HOLD, content_type=SDP))
        b.transmit(theirs.request("INVITE", body=HOLD, content_type=SDP))
        passed = await b.receive("INVITE", 491)
        other = await b.receive("INVITE", 491)
        invite = passed if passed.cseq.method == "INVITE" and hasattr(passed, "method") else other
        b.answer(invite, 491)
        assert (await a.receive(491)).cseq.method == "INVITE"
        await b.receive("ACK")
        await hang_up(a, ours, b)

    (record,) = play(tmp_path, scene)
    assert record.cause is EndCause.COMPLETED


@pytest.mark.req("VPN-06")
def test_lines_that_forward_to_each_other(tmp_path: Path) -> None:
    """Once and no further: the target rings; no telephone is asked twice."""
    bo = msgspec.structs.replace(office.BO, services=Services(forward_always="8003"))
    desk = msgspec.structs.replace(office.DESK, services=Services(forward_always="8002"))
    publish(tmp_path, [office.ANNA, bo, desk])

    async def scene(_server: VoiceServer, a: Phone, b: Phone) -> None:
        ours, _ = await talk(a, b, "8002")
        await hang_up(a, ours, b)
        assert b.inbox.empty()

    records = play(tmp_path, scene, called=desk)
    assert sorted(record.record_id.endswith("+f") for record in records) == [False, True]
    assert {record.cause for record in records} == {EndCause.COMPLETED}


@pytest.mark.req("VPN-06")
def test_a_line_that_forwards_back_to_its_caller(tmp_path: Path) -> None:
    bo = msgspec.structs.replace(office.BO, services=Services(forward_always="8001"))
    publish(tmp_path, [office.ANNA, bo])

    async def scene(_server: VoiceServer, a: Phone, b: Phone) -> None:
        refused = await a.invite("8002")
        assert refused.status == 486
        a.acknowledge_failure(a.sent, refused)
        assert a.inbox.empty()
        assert b.inbox.empty()

    (record,) = play(tmp_path, scene)
    assert (record.cause, record.talk_ms) == (EndCause.BUSY, 0)


@pytest.mark.parametrize("transport", [Transport.TCP, Transport.TLS, Transport.WS, Transport.WSS])
@pytest.mark.parametrize("is_up", [True, False], ids=["in talk", "ringing"])
def test_a_connection_that_is_cut(tmp_path: Path, transport: Transport, is_up: bool) -> None:
    """In a talk it is found out by the next question; while it rings nobody answers any more."""

    async def scene(server: VoiceServer, a: Phone, b: Phone) -> None:
        if is_up:
            await talk(a, b, "8002")
            b.close()
            a.answer(await a.receive("OPTIONS"), 200)
            while (request := await a.receive("OPTIONS", "BYE")).method != "BYE":
                a.answer(request, 200)
            a.answer(request, 200)
        else:
            asking = asyncio.create_task(a.invite("8002"))
            b.answer(await b.receive("INVITE"), 180)
            assert (await asking).status == 180
            b.close()
            refused = await a.receive(480, 408, 503)
            a.acknowledge_failure(a.sent, refused)
        await until(lambda: not server.census().calls, 10.0)

    (record,) = play(tmp_path, scene, transport=transport, timings=QUICK)
    assert record.cause in ({EndCause.LOST} if is_up else {EndCause.NO_ANSWER, EndCause.UNREACHABLE})
    assert record.talk_ms < 1500
