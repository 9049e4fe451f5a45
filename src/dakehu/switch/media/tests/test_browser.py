"""A real browser in a room with a telephone: each hears the other's tone, and keys arrive."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from dakehu.switch.media import Endpoint, MediaDesk
from dakehu.switch.media.tests.desks import a_desk, on_the_loop
from dakehu.switch.media.tests.peer import Peer, offer_of, power, sine, until
from dakehu.switch.sip.sdp import Direction, Sdp

FLAGS = [
    "--no-sandbox",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]
OFFER = """async () => {
    const context = window.context = new AudioContext();
    const tone = new OscillatorNode(context, {frequency: 700});
    const out = context.createMediaStreamDestination();
    tone.connect(out); tone.start();
    const call = window.call = new RTCPeerConnection();
    window.sender = call.addTrack(out.stream.getAudioTracks()[0], out.stream);
    call.ontrack = event => {
        const player = window.player = new Audio();
        player.srcObject = event.streams[0] ?? new MediaStream([event.track]);
        player.muted = true; player.play();
        window.ear = new AnalyserNode(context, {fftSize: 8192});
        context.createMediaStreamSource(player.srcObject).connect(window.ear);
    };
    await call.setLocalDescription(await call.createOffer());
    return call.localDescription.sdp;
}"""
HEARS = """() => {
    if (!window.ear) return 0;
    const levels = new Float32Array(window.ear.frequencyBinCount);
    window.ear.getFloatFrequencyData(levels);
    const loudest = levels.indexOf(Math.max(...levels));
    return levels[loudest] > -60 ? loudest * window.context.sampleRate / window.ear.fftSize : 0;
}"""


async def listens(page: Page, hertz: float) -> None:
    async with asyncio.timeout(10):
        while abs(await page.evaluate(HEARS) - hertz) > 15:  # noqa: ASYNC110 - it can only be asked
            await asyncio.sleep(0.05)


ANSWER = """async sdp => {
    await call.setRemoteDescription({type: 'offer', sdp});
    await call.setLocalDescription(await call.createAnswer());
    return call.localDescription.sdp;
}"""


async def again(desk: MediaDesk, endpoint: Endpoint, page: Page, direction: Direction) -> None:
    offer = desk.reoffer(endpoint, direction=direction)
    answer = Sdp.parse((await page.evaluate(ANSWER, offer.encode().decode())).encode())
    desk.answered(endpoint, answer)
    assert endpoint.agreement is not None
    assert endpoint.agreement.direction is direction


@on_the_loop
async def test_a_browser_and_a_telephone_hear_each_other(tmp_path: Path) -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed")
    digits: list[str] = []
    async with a_desk(tmp_path) as desk, async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=FLAGS)
        page = await browser.new_page()
        offered = Sdp.parse((await page.evaluate(OFFER)).encode())
        endpoint = desk.endpoint(offered, on_digit=digits.append)
        answer = endpoint.local.encode().decode()
        await page.evaluate("sdp => call.setRemoteDescription({type: 'answer', sdp})", answer)
        with Peer() as peer:
            telephone = desk.endpoint(offer_of(peer.port))
            peer.calls(telephone.local)
            room = desk.room()
            desk.enter(room, endpoint)
            desk.enter(room, telephone)
            talking = asyncio.create_task(peer.say(sine(500, 40)))
            await listens(page, 500)
            await until(lambda: power(peer.sound()[-8000:], 700) > 0.9, 10)
            desk.relay(endpoint, telephone)
            peer.packets.clear()
            await until(lambda: power(peer.sound()[-4000:], 700) > 0.9 and len(peer.packets) > 50, 10)
            await listens(page, 500)
            await page.evaluate("() => sender.dtmf.insertDTMF('5#', 100, 70)")
            await until(lambda: digits == ["5", "#"], 10)
            await until(
                lambda: len({packet.timestamp for packet in peer.packets if packet.payload_type == 101}) == 2
            )
            desk.leave(endpoint)
            desk.enter(room, endpoint)
            desk.enter(room, telephone)
            # held by us and retrieved, with an offer of ours
            await again(desk, endpoint, page, Direction.INACTIVE)
            await listens(page, 0)
            await again(desk, endpoint, page, Direction.SENDRECV)
            await listens(page, 500)
            talking.cancel()
        await browser.close()
