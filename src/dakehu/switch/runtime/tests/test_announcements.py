"""What a caller hears, on a real port: why the call does not go through, and that a service is set."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dakehu.numbering.domain.trunks import Gateway, TrunkGroup
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.media.tests.peer import Peer, offer_of, power
from dakehu.switch.records import EndCause
from dakehu.switch.runtime.tests.harness import Phone, phone, publish, records_in, running
from dakehu.switch.sip.sdp import Sdp


def media(home: Path) -> MediaConfig:
    """Without prompts: what is heard is the tone in the place of each."""
    return MediaConfig(home, first_port=26_000, last_port=26_999, builds_prompts=False)


async def set_service(telephone: Phone, code: str) -> None:
    """Dial a feature code, hear the confirmation, be hung up."""
    with Peer() as ear:
        answer = await telephone.invite(code, offer_of(ear.port).encode())
        assert answer.status == 200
        telephone.established(answer)
        ear.calls(Sdp.parse(answer.body))
        bye = await telephone.receive("BYE")
        telephone.answer(bye, 200)
        assert len(ear.packets) > 10


@pytest.mark.req("CTX-13", "CTX-03")
def test_a_caller_of_an_unknown_number_hears_it_and_is_then_refused(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, media=media(tmp_path)) as server, phone(office.ANNA, server) as anna:
            with Peer() as ear:
                early = await anna.invite("8099", offer_of(ear.port).encode())
                assert early.status == 183
                ear.calls(Sdp.parse(early.body))
                last = await anna.receive(404)
                anna.acknowledge_failure(anna.sent, last)
                assert len(ear.packets) > 20
                assert power(ear.sound(), 450) > 0.4  # the tone of a number that can't be had, half silence
        (record,) = records_in(tmp_path)
        assert (record.cause, record.status) == (EndCause.UNKNOWN_NUMBER, 404)

    asyncio.run(scene())


def test_a_caller_hears_that_no_channel_is_free(tmp_path: Path) -> None:
    group = TrunkGroup("CITY", "TY01", "0351", (Gateway("192.0.2.1"),), channels=0)
    publish(tmp_path, others=[group])

    async def scene() -> None:
        async with running(tmp_path, media=media(tmp_path)) as server, phone(office.ANNA, server) as anna:
            with Peer() as ear:
                early = await anna.invite("913800000000", offer_of(ear.port).encode())
                assert early.status == 183
                ear.calls(Sdp.parse(early.body))
                last = await anna.receive(503)
                assert "cause=34" in last.text("reason")
                anna.acknowledge_failure(anna.sent, last)
                assert len(ear.packets) > 20

    asyncio.run(scene())


def test_a_caller_who_hangs_up_meanwhile_frees_the_port(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, media=media(tmp_path)) as server, phone(office.ANNA, server) as anna:
            with Peer() as ear:
                assert (await anna.invite("8099", offer_of(ear.port).encode())).status == 183
                anna.cancel()
                await anna.receive(200)
                anna.acknowledge_failure(anna.sent, await anna.receive(487))
                heard = len(ear.packets)
                await asyncio.sleep(0.2)
                assert len(ear.packets) - heard <= 2

    asyncio.run(scene())


def test_without_a_common_codec_the_refusal_comes_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, media=media(tmp_path)) as server, phone(office.ANNA, server) as anna:
            answer = await anna.invite("8099", offer_of(9, "18").encode())
            assert answer.status == 404
            anna.acknowledge_failure(anna.sent, answer)

    asyncio.run(scene())


@pytest.mark.req("CTX-07", "VPN-05", "LIN-03")
def test_forwarding_set_by_code_counts_at_once_and_outlives_the_process(tmp_path: Path) -> None:
    async def forwarded(anna: Phone, desk: Phone) -> None:
        ringing = asyncio.create_task(anna.invite("8002"))
        invite = await desk.receive("INVITE")
        assert invite.from_.uri.username == "8001"
        assert "reason=unconditional" in (invite.text("diversion") or "")
        desk.answer(invite, 486)
        answer = await ringing
        anna.acknowledge_failure(anna.sent, answer)

    async def scene() -> None:
        changes = {"media": media(tmp_path)}
        async with (
            running(tmp_path, **changes) as server,
            phone(office.BO, server) as bo,
        ):
            await set_service(bo, "*57*8003%23")
        async with (
            running(tmp_path) as server,
            phone(office.ANNA, server) as anna,
            phone(office.DESK, server) as desk,
        ):
            await forwarded(anna, desk)
        served, called, onward = records_in(tmp_path)
        assert served.trace == ("CTX-07", "forward_always", "activated")
        assert (called.called_number, called.cause) == (office.BO.public_number, EndCause.BUSY)
        assert onward.calling_number == office.BO.public_number

    asyncio.run(scene())
