"""A telephone in a real browser: Chromium's WebSocket and its sound; what it says in SIP is the test's."""

from __future__ import annotations

import asyncio
import shutil
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from dakehu.switch.directory import LineEntry
from dakehu.switch.media.tests.peer import sine
from dakehu.switch.runtime.tests.harness import Phone, Reachable
from dakehu.switch.sip import Dialog, Message, Request, Transport

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # the page is made up by the test, so Chromium takes it for one from far away
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
]
PAGE = "http://localhost/telephone"
CONNECT = """async address => {
    const socket = window.socket = new WebSocket(address, "sip");
    socket.onmessage = async message => hear(await new Blob([message.data]).text());
    await new Promise((done, fail) => { socket.onopen = done; socket.onerror = fail; });
}"""
LIFT = """async () => {
    const sound = {echoCancellation: false, noiseSuppression: false, autoGainControl: false};
    const voice = await navigator.mediaDevices.getUserMedia({audio: sound});
    const context = window.context = new AudioContext();
    const call = window.call = new RTCPeerConnection();
    window.sender = call.addTrack(voice.getAudioTracks()[0], voice);
    call.ontrack = event => {
        const player = window.player = new Audio();
        player.srcObject = event.streams[0] ?? new MediaStream([event.track]);
        player.muted = true; player.play();
        window.ear = new AnalyserNode(context, {fftSize: 8192});
        context.createMediaStreamSource(player.srcObject).connect(window.ear);
    };
}"""
OFFER = """async direction => {
    call.getTransceivers()[0].direction = direction;
    await call.setLocalDescription(await call.createOffer());
    return call.localDescription.sdp;
}"""
ANSWER = """async sdp => {
    await call.setRemoteDescription({type: "offer", sdp});
    await call.setLocalDescription(await call.createAnswer());
    return call.localDescription.sdp;
}"""
ANSWERED = """sdp => call.setRemoteDescription({type: "answer", sdp})"""
HEARS = """() => {
    if (!window.ear) return 0;
    const levels = new Float32Array(window.ear.frequencyBinCount);
    window.ear.getFloatFrequencyData(levels);
    const loudest = levels.indexOf(Math.max(...levels));
    return levels[loudest] > -60 ? loudest * window.context.sampleRate / window.ear.fftSize : 0;
}"""


class WebPhone(Phone):
    """A line's telephone in a page of its own."""

    page: Page

    async def lift(self) -> None:
        """A new call's sound: the microphone is on."""
        await self.page.evaluate(LIFT)

    async def offer(self, direction: str = "sendrecv") -> bytes:
        return str(await self.page.evaluate(OFFER, direction)).encode()

    async def answered(self, response: Message) -> None:
        await self.page.evaluate(ANSWERED, response.body.decode())

    async def answer_to(self, request: Request) -> bytes:
        return str(await self.page.evaluate(ANSWER, request.body.decode())).encode()

    async def pick_up(self, invite: Request) -> Dialog:
        """Answer a call, the ACK heard."""
        await self.lift()
        dialog = self.accept(invite, await self.answer_to(invite))
        await self.receive("ACK")
        return dialog

    async def moved(self) -> None:
        """We connect it anew: it answers an offer, or makes one where it is asked for that."""
        request = await self.receive("INVITE")
        body = await (self.answer_to(request) if request.body else self.offer())
        self.answer(request, 200, body=body)
        ack = await self.receive("ACK")
        if ack.body:
            await self.answered(ack)

    async def reoffers(self, dialog: Dialog, direction: str) -> None:
        """A re-INVITE with a new offer; `settles` follows."""
        body = await self.offer(direction)
        self.transmit(dialog.request("INVITE", body=body, content_type="application/sdp"))

    async def settles(self, dialog: Dialog) -> None:
        """The answer to it is heard and acknowledged."""
        await self.answered(await self.receive(200))
        self.transmit(dialog.ack())

    async def listens(self, hertz: float) -> None:
        """Wait until that is what it hears; 0 is silence."""
        heard = -1.0
        try:
            async with asyncio.timeout(10):
                while abs(heard - hertz) > 15:
                    heard = await self.page.evaluate(HEARS)
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"{self.line.sip_username} hears {heard} instead of {hertz}") from None

    async def hears_something(self) -> None:
        """Wait until it is not silent."""
        async with asyncio.timeout(10):
            while not await self.page.evaluate(HEARS):  # noqa: ASYNC110 - it can only be asked
                await asyncio.sleep(0.05)


@asynccontextmanager
async def webphone(line: LineEntry, server: Reachable, home: Path, hertz: float) -> AsyncIterator[WebPhone]:
    """The line's registered telephone in a browser of its own, which says a tone of that frequency."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed")
    tone = home / f"{hertz}.wav"
    with wave.open(str(tone), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(sine(hertz, 10).tobytes())
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={tone}"]
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=flags)
        page = await browser.new_page()
        await page.route(PAGE, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        await page.goto(PAGE)
        made = WebPhone(line, server, Transport.WS)
        made.page = page
        await page.expose_function("hear", lambda text: made.hear(text.encode()))
        await page.evaluate(CONNECT, f"ws://127.0.0.1:{made.server[1]}/")
        sending: set[asyncio.Task[object]] = set()

        def send(data: bytes) -> None:
            task = asyncio.ensure_future(page.evaluate("text => socket.send(text)", data.decode()))
            sending.add(task)
            task.add_done_callback(sending.discard)

        made.send = send
        assert (await made.register()).status == 200
        yield made
        await browser.close()
