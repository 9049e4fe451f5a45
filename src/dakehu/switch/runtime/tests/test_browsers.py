"""Browsers (real Chromium, with a microphone) in calls: what each side says the other hears, as sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import uvloop

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media.tests.peer import Peer, offer_of, power, sine, until
from dakehu.switch.records import EndCause
from dakehu.switch.runtime import Doors, VoiceServer
from dakehu.switch.runtime.tests.handset import handset
from dakehu.switch.runtime.tests.harness import ANSWER, OFFER, Phone, phone, records_in, running
from dakehu.switch.runtime.tests.test_announcements import media
from dakehu.switch.runtime.tests.webphone import WebPhone, webphone
from dakehu.switch.sip import Dialog, Transport
from dakehu.switch.sip.sdp import Sdp

pytestmark = pytest.mark.sip
WEB_HZ, PHONE_HZ = 700, 500
NAMES = """() => [call.localDescription, call.remoteDescription].map(
    each => /ice-ufrag:(.+)/.exec(each.sdp)[1].trim())"""


@asynccontextmanager
async def exchange(home: Path) -> AsyncIterator[VoiceServer]:
    """A server that browsers reach; no port is in use when it ends."""
    async with running(home, media=media(home), doors=Doors(ws=0)) as server:
        yield server
        await until(lambda: server.media_ports_in_use == 0)


@asynccontextmanager
async def two_ends(home: Path) -> AsyncIterator[tuple[VoiceServer, Phone, WebPhone]]:
    """Bo at a telephone, Anna at a browser."""
    async with (
        exchange(home) as server,
        phone(office.BO, server) as bo,
        webphone(office.ANNA, server, home, WEB_HZ) as anna,
    ):
        yield server, bo, anna


async def called(bo: Phone, anna: WebPhone, peer: Peer) -> tuple[Dialog, Dialog]:
    """Bo calls Anna, who answers: his dialog and hers. The peer is his ear and voice."""
    calling = asyncio.create_task(bo.invite("8001", offer_of(peer.port).encode()))
    hers = await anna.pick_up(await anna.receive("INVITE"))
    answer = await calling
    assert answer.status == 200
    peer.calls(Sdp.parse(answer.body))
    return bo.established(answer), hers


@contextmanager
def talking(peer: Peer) -> Iterator[None]:
    """The telephone says its tone meanwhile."""
    task = asyncio.ensure_future(peer.say(sine(PHONE_HZ, 60)))
    try:
        yield
    finally:
        task.cancel()


async def hears(peer: Peer, hertz: float = WEB_HZ) -> None:
    """From now on the telephone hears that tone."""
    peer.packets.clear()
    await until(lambda: len(peer.packets) > 50 and power(peer.sound()[-4000:], hertz) > 0.9, 10)


def test_a_browser_calls_a_telephone(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two_ends(tmp_path) as (server, bo, anna):
            with Peer() as peer:
                await anna.lift()
                calling = asyncio.create_task(anna.invite("8002", await anna.offer()))
                invite = await bo.receive("INVITE")
                offered = Sdp.parse(invite.body)
                assert not offered.is_hold
                assert b"RTP/AVP 8 0 101" in invite.body
                bo.answer(invite, 180)
                assert (await calling).status == 180
                dialog = bo.accept(invite, offer_of(peer.port).encode())
                answer = await anna.receive(200)
                await anna.answered(answer)
                anna.established(answer)
                await bo.receive("ACK")
                peer.calls(offered)
                with talking(peer):
                    await anna.listens(PHONE_HZ)
                    await hears(peer)
                    assert server.media_ports_in_use == 2
                bo.transmit(dialog.request("BYE"))
                anna.answer(await anna.receive("BYE"), 200)
                await bo.receive(200)
        (record,) = records_in(tmp_path)
        assert record.cause is EndCause.COMPLETED

    uvloop.run(scene())


def test_a_telephone_calls_a_browser(tmp_path: Path) -> None:
    async def scene() -> None:
        async with two_ends(tmp_path) as (_server, bo, anna):
            with Peer() as peer:
                _, dialog = await called(bo, anna, peer)
                with talking(peer):
                    await anna.listens(PHONE_HZ)
                    await hears(peer)
                anna.transmit(dialog.request("BYE"))
                bo.answer(await bo.receive("BYE"), 200)
                await anna.receive(200)

    uvloop.run(scene())


def test_hold_and_retrieve_by_either_side(tmp_path: Path) -> None:
    """By the browser with an offer, by the telephone with one, and by one that it was asked for."""

    async def scene() -> None:
        async with two_ends(tmp_path) as (_server, bo, anna):
            with Peer() as peer:
                theirs, dialog = await called(bo, anna, peer)
                with talking(peer):
                    await anna.listens(PHONE_HZ)
                    for direction, back in (("sendonly", "recvonly"), ("sendrecv", "sendrecv")):
                        await anna.reoffers(dialog, direction)
                        request = await bo.receive("INVITE")
                        assert f"a={direction}".encode() in request.body
                        mine = offer_of(peer.port, "8 0 101", f"a={back}")
                        bo.answer(request, 200, body=mine.encode())
                        await anna.settles(dialog)
                        await bo.receive("ACK")
                    await anna.listens(PHONE_HZ)
                    for direction in ("inactive", "sendrecv"):
                        mine = offer_of(peer.port, "8 0 101", f"a={direction}")
                        again = theirs.request("INVITE", body=mine.encode(), content_type="application/sdp")
                        bo.transmit(again)
                        request = await anna.receive("INVITE")
                        anna.answer(request, 200, body=await anna.answer_to(request))
                        await anna.receive("ACK")
                        told = await bo.receive(200)
                        assert f"a={direction}".encode() in told.body
                        bo.transmit(theirs.ack())
                        await anna.listens(PHONE_HZ if direction == "sendrecv" else 0)
                    await hears(peer)
                    bo.transmit(theirs.request("INVITE"))
                    request = await anna.receive("INVITE")
                    assert not request.body
                    anna.answer(request, 200, body=await anna.offer())
                    told = await bo.receive(200)
                    assert b"RTP/AVP 8 0 101" in told.body
                    last = offer_of(peer.port).encode()
                    bo.transmit(theirs.ack(body=last, content_type="application/sdp"))
                    await anna.answered(await anna.receive("ACK"))
                    await hears(peer)
                    await anna.listens(PHONE_HZ)
                bo.transmit(theirs.request("BYE"))
                anna.answer(await anna.receive("BYE"), 200)
                await bo.receive(200)

    uvloop.run(scene())


def test_a_browser_moves_to_another_network(tmp_path: Path) -> None:
    """It begins ICE anew (RFC 8839 section 4.4): an offer with new names, which get new ones of ours."""

    async def scene() -> None:
        async with two_ends(tmp_path) as (_server, bo, anna):
            with Peer() as peer:
                _, dialog = await called(bo, anna, peer)
                with talking(peer):
                    await anna.listens(PHONE_HZ)
                    first = await anna.page.evaluate(NAMES)
                    await anna.page.evaluate("() => call.restartIce()")
                    await anna.reoffers(dialog, "sendrecv")
                    request = await bo.receive("INVITE")
                    bo.answer(request, 200, body=offer_of(peer.port).encode())
                    await anna.settles(dialog)
                    await bo.receive("ACK")
                    again = await anna.page.evaluate(NAMES)
                    assert not set(first) & set(again)
                    await anna.page.wait_for_timeout(500)
                    await anna.listens(PHONE_HZ)
                    await hears(peer)
                anna.transmit(dialog.request("BYE"))
                bo.answer(await bo.receive("BYE"), 200)
                await anna.receive(200)

    uvloop.run(scene())


def test_a_browser_hears_why_its_call_does_not_go_through(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            exchange(tmp_path) as server,
            webphone(office.ANNA, server, tmp_path, WEB_HZ) as anna,
        ):
            await anna.lift()
            early = await anna.invite("8099", await anna.offer())
            assert early.status == 183
            await anna.answered(early)
            await anna.listens(450)
            last = await anna.receive(404)
            anna.acknowledge_failure(anna.sent, last)

    uvloop.run(scene())


def test_two_browsers_hear_each_other(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            exchange(tmp_path) as server,
            webphone(office.BO, server, tmp_path, 900) as bo,
            webphone(office.ANNA, server, tmp_path, WEB_HZ) as anna,
        ):
            await anna.lift()
            calling = asyncio.create_task(anna.invite("8002", await anna.offer()))
            invite = await bo.receive("INVITE")
            assert b"UDP/TLS/RTP/SAVPF" in invite.body
            await bo.lift()
            dialog = bo.accept(invite, await bo.answer_to(invite))
            answer = await calling
            await anna.answered(answer)
            anna.established(answer)
            await bo.receive("ACK")
            await anna.listens(900)
            await bo.listens(WEB_HZ)
            assert server.media_ports_in_use == 4
            bo.transmit(dialog.request("BYE"))
            anna.answer(await anna.receive("BYE"), 200)
            await bo.receive(200)

    uvloop.run(scene())


def test_a_browser_that_does_not_answer_leaves_no_port(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            exchange(tmp_path) as server,
            phone(office.BO, server) as bo,
            phone(office.ANNA, server, Transport.WS) as anna,
        ):
            calling = asyncio.create_task(bo.invite("8001", offer_of(9).encode()))
            invite = await anna.receive("INVITE")
            assert server.media_ports_in_use == 2
            anna.answer(invite, 486)
            await anna.receive("ACK")
            refused = await calling
            while refused.status < 200:  # its tone first
                refused = await bo.receive(183, 486)
            bo.acknowledge_failure(bo.sent, refused)

    uvloop.run(scene())


def test_a_call_between_telephones_is_passed_on_to_the_octet(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            exchange(tmp_path) as server,
            phone(office.BO, server) as bo,
            phone(office.ANNA, server) as anna,
        ):
            calling = asyncio.create_task(anna.invite("8002", OFFER))
            invite = await bo.receive("INVITE")
            assert invite.body == OFFER
            dialog = bo.accept(invite)
            answer = await calling
            assert answer.body == ANSWER
            anna.established(answer)
            await bo.receive("ACK")
            assert server.media_ports_in_use == 0
            bo.transmit(dialog.request("BYE"))
            anna.answer(await anna.receive("BYE"), 200)
            await bo.receive(200)

    uvloop.run(scene())


def test_a_browser_is_parked_taken_and_broken_into(tmp_path: Path) -> None:
    """Music from a port, another telephone in the first one's place, a room of three, and two again."""

    async def scene() -> None:
        async with (
            exchange(tmp_path) as server,
            handset(office.DESK, server) as desk,
            handset(office.BO, server) as bo,
            webphone(office.ANNA, server, tmp_path, WEB_HZ) as anna,
        ):
            calling = asyncio.create_task(desk.dial("8001"))
            invite = await anna.receive("INVITE")
            anna.answer(invite, 180)
            await calling
            await anna.pick_up(invite)
            theirs = await desk.talks()
            await desk.heard_tone(WEB_HZ)
            desk.refer(theirs, "<sip:*13%23@127.0.0.1>")
            await anna.moved()
            await anna.hears_something()
            await until(lambda: desk.hung_up == [theirs.id])
            await bo.dial("*14*8003#")
            onward = await bo.talks()
            await anna.moved()
            await asyncio.gather(bo.says(1300, 3), anna.listens(1300), bo.heard_tone(WEB_HZ))
            await desk.dial("*15*8002#")
            mine = await desk.talks()
            await anna.moved()
            await asyncio.gather(desk.says(PHONE_HZ, 3), anna.listens(PHONE_HZ), bo.heard_tone(WEB_HZ))
            await desk.heard_tone(WEB_HZ)
            desk.hang_up(mine)
            await anna.moved()
            await asyncio.gather(bo.says(1300, 3), anna.listens(1300), bo.heard_tone(WEB_HZ))
            bo.hang_up(onward)
            anna.answer(await anna.receive("BYE"), 200)

    uvloop.run(scene())
