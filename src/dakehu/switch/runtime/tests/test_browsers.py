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
from dakehu.switch.runtime.tests.harness import phone, records_in, running
from dakehu.switch.runtime.tests.test_announcements import media
from dakehu.switch.runtime.tests.webphone import webphone
from dakehu.switch.sip.sdp import Sdp

pytestmark = pytest.mark.sip
WEB_HZ, PHONE_HZ = 700, 500


@asynccontextmanager
async def exchange(home: Path) -> AsyncIterator[VoiceServer]:
    """A server that browsers reach; no port is in use when it ends."""
    async with running(home, media=media(home), doors=Doors(ws=0)) as server:
        yield server
        await until(lambda: server.media_ports_in_use == 0)


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
        async with (
            exchange(tmp_path) as server,
            phone(office.BO, server) as bo,
            webphone(office.ANNA, server, tmp_path, WEB_HZ) as anna,
        ):
            with Peer() as peer:
                await anna.lift()
                calling = asyncio.create_task(anna.invite("8002", await anna.offer()))
                invite = await bo.receive("INVITE")
                offered = Sdp.parse(invite.body)
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
        async with (
            exchange(tmp_path) as server,
            phone(office.BO, server) as bo,
            webphone(office.ANNA, server, tmp_path, WEB_HZ) as anna,
        ):
            with Peer() as peer:
                calling = asyncio.create_task(bo.invite("8001", offer_of(peer.port).encode()))
                dialog = await anna.pick_up(await anna.receive("INVITE"))
                answer = await calling
                assert answer.status == 200
                bo.established(answer)
                peer.calls(Sdp.parse(answer.body))
                with talking(peer):
                    await anna.listens(PHONE_HZ)
                    await hears(peer)
                anna.transmit(dialog.request("BYE"))
                bo.answer(await bo.receive("BYE"), 200)
                await anna.receive(200)

    uvloop.run(scene())
