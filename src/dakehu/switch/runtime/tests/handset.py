"""A telephone that behaves: it answers, follows every re-INVITE, and can be listened to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dakehu.switch.directory import LineEntry
from dakehu.switch.media.dtmf import KEYS
from dakehu.switch.media.prompts.music import melody as music
from dakehu.switch.media.tests.peer import Peer, offer_of, power, sine, until
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.runtime.tests.harness import Phone, phone
from dakehu.switch.sip import Dialog, DialogId, Message, Request, Response
from dakehu.switch.sip.sdp import Sdp


class Handset:
    """One telephone of a line with one ear. Its calls by their dialogs; `heard` are the messages it got."""

    def __init__(self, telephone: Phone, ear: Peer) -> None:
        self.phone = telephone
        self.ear = ear
        self.sdp = offer_of(ear.port).encode()
        self.dialogs: dict[DialogId, Dialog] = {}
        self.rings: asyncio.Queue[Request] = asyncio.Queue()
        self.last_words: asyncio.Queue[Response] = asyncio.Queue()
        self.notified: list[int] = []
        self.hung_up: list[DialogId] = []
        self.provisional: list[int] = []
        self._task = asyncio.create_task(self._live())

    # --- what a person does

    async def dial(self, number: str, **headers: str) -> Request:
        """Call; the INVITE that counted."""
        await self._pause()
        answer = await self.phone.invite(number, self.sdp, **headers)
        sent = self.phone.sent
        self._resume()
        self._heard(answer)
        return sent

    async def pick_up(self) -> Dialog:
        """Answer the call that rings."""
        invite = await asyncio.wait_for(self.rings.get(), 10)
        dialog = self.phone.accept(invite, self.sdp)
        self._follow(invite)
        self.dialogs[dialog.id] = dialog
        return dialog

    async def refuse(self, status: int = 486) -> None:
        self.phone.answer(await asyncio.wait_for(self.rings.get(), 10), status)

    async def talks(self) -> Dialog:
        """The last call, once it is answered."""
        while True:
            answer = await asyncio.wait_for(self.last_words.get(), 20)
            if answer.status >= 200:
                break
        assert answer.status == 200, answer
        (dialog,) = [each for key, each in self.dialogs.items() if key.call_id == answer.call_id]
        return dialog

    def hang_up(self, dialog: Dialog) -> None:
        self.phone.transmit(dialog.request("BYE"))
        self.dialogs.pop(dialog.id, None)

    def refer(self, dialog: Dialog, to: str, **headers: str) -> None:
        """Hand the other side of the call on."""
        lines = [("Refer-To", to), *headers.items()]
        self.phone.transmit(dialog.request("REFER", lines))

    def flash(self, dialog: Dialog) -> None:
        """Press the hook for a moment; the telephone tells so by INFO."""
        hook = dialog.request("INFO", body=b"signal=hf", content_type="application/hook-flash")
        self.phone.transmit(hook)

    async def press(self, keys: str) -> None:
        """Press keys; told in the sound's stream (RFC 4733)."""
        for key in keys:
            at = int(asyncio.get_running_loop().time() * 8000) & 0xFFFFFFFF
            for number in range(5):
                event = KEYS.index(key)
                self.ear.press(event, at, duration=160 * (number + 1), ended=number > 1, marker=not number)
                await asyncio.sleep(0.02)

    async def press_by_info(self, dialog: Dialog, keys: str) -> None:
        """Press keys; told by INFO."""
        for key in keys:
            body = f"Signal={key}\r\nDuration=100\r\n".encode()
            relay = dialog.request("INFO", body=body, content_type="application/dtmf-relay")
            self.phone.transmit(relay)
            await asyncio.sleep(0.05)

    async def heard_music(self) -> None:
        """Until the last 0.1 s are of the melody for those who wait."""
        melody = music() * 2

        def hears() -> bool:
            last = b"".join(packet.payload for packet in self.ear.packets[-5:])
            return len(last) == 800 and last in melody

        await until(hears, 15.0)

    def transmit(self, message: Request) -> None:
        self.phone.transmit(message)

    async def heard_tone(self, hertz: float, share: float = 0.3, within_s: float = 15.0) -> None:
        """Until the last 0.2 s are mostly that tone."""
        await until(lambda: len(self.ear.packets) > 10 and self._share(hertz) > share, within_s)

    def _share(self, hertz: float) -> float:
        return power(self.ear.sound()[-1600:], hertz)

    async def says(self, hertz: float, seconds: float = 0.6) -> None:
        await self.ear.say(sine(hertz, seconds))

    # --- what the telephone does by itself

    async def _pause(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _resume(self) -> None:
        self._task = asyncio.create_task(self._live())

    async def _live(self) -> None:
        while True:
            self._heard(await self.phone.inbox.get())

    def _heard(self, message: Message) -> None:
        if isinstance(message, Response):
            self._response(message)
        elif isinstance(message, Request):
            self._request(message)

    def _request(self, message: Request) -> None:
        if message.method == "INVITE" and not message.to.tag:
            self.rings.put_nowait(message)
            self.phone.answer(message, 180)
        elif message.method == "INVITE":
            body = self.sdp
            self._follow(message)
            self.phone.answer(message, 200, body=body)
        elif message.method == "ACK":
            self._follow(message)
        elif message.method == "NOTIFY":
            self.notified.append(int(message.body.split()[1]))
            self.phone.answer(message, 200)
        else:
            if message.method == "BYE":
                key = DialogId(message.call_id, message.to.tag, message.from_.tag)
                self.hung_up.append(key)
                self.dialogs.pop(key, None)
            self.phone.answer(message, 200)

    def _response(self, response: Response) -> None:
        if response.cseq.method != "INVITE" or self._is_challenge_said_again(response):
            return
        if response.is_success:
            dialog = self.phone.established(response)
            self.dialogs[dialog.id] = dialog
            self._follow(response)
        elif response.status >= 300:
            self.phone.acknowledge_failure(self.phone.sent, response)
        if response.status > 100:
            self.last_words.put_nowait(response)

    def _is_challenge_said_again(self, response: Response) -> bool:
        """A repeated 401 or 407 to an INVITE that was sent with credentials since."""
        return response.status in {401, 407} and response.cseq.number < self.phone.sent.cseq.number

    def _follow(self, message: Any) -> None:
        """Speak to where the other side says that it listens."""
        if message.body:
            self.ear.calls(Sdp.parse(message.body))

    async def vanish(self) -> None:
        """Lose its power: from now on it answers nothing."""
        await self._pause()

    async def stop(self) -> None:
        await self._pause()


@asynccontextmanager
async def handset(
    line: LineEntry, server: VoiceServer, *, register: bool = True, port: int = 0
) -> AsyncIterator[Handset]:
    """A signed-in telephone of the line; or one in another network, behind a gateway that has the port."""
    async with phone(line, server, register=register, port=port) as telephone:
        with Peer() as ear:
            made = Handset(telephone, ear)
            try:
                yield made
            finally:
                await made.stop()
