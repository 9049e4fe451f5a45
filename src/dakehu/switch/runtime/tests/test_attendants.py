"""The attendants' queue and the called side's own tone, with real telephones, by their sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.media.tests.peer import power, until
from dakehu.switch.records import EndCause
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.runtime.tests.handset import Handset, handset
from dakehu.switch.runtime.tests.harness import ANSWER, OFFER, Phone, phone, records_in, running
from dakehu.switch.runtime.tests.test_calls import hang_up
from dakehu.switch.runtime.tests.test_reliable import early, prack
from dakehu.switch.sip import Response


@asynccontextmanager
async def office_hours(home: Path) -> AsyncIterator[tuple[VoiceServer, Handset, Handset, Handset]]:
    """Anna, Bo and the one console that is signed in."""
    media = MediaConfig(home, first_port=26_000, last_port=26_999, builds_prompts=False)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(home, media=media))
        lines = (office.ANNA, office.BO, office.DESK)
        a, b, desk = [await stack.enter_async_context(handset(line, server)) for line in lines]
        yield server, a, b, desk


@pytest.mark.req("CTX-08", "CTX-12")
def test_who_calls_a_busy_attendant_waits_with_music_and_is_served_next(tmp_path: Path) -> None:
    async def scene() -> None:
        async with office_hours(tmp_path) as (_server, a, b, desk):
            await a.dial("0")
            first = await desk.pick_up()
            await a.talks()
            await b.dial("0")
            await until(lambda: len(b.ear.packets) > 30)
            music = b.ear.sound()
            assert power(music, 450) < 0.1, "no tone but music"
            assert desk.rings.empty()
            desk.hang_up(first)
            await desk.pick_up()
            theirs = await b.talks()
            await asyncio.gather(b.says(700), desk.says(1300), b.heard_tone(1300), desk.heard_tone(700))
            b.hang_up(theirs)

    asyncio.run(scene())
    waited = [record for record in records_in(tmp_path) if record.calling_number == office.BO.public_number]
    assert [(record.cause, record.called_number) for record in waited] == [
        (EndCause.COMPLETED, office.DESK.public_number)
    ]


@pytest.mark.req("CTX-08")
def test_who_gives_up_waiting_leaves_the_queue(tmp_path: Path) -> None:
    async def scene() -> None:
        async with office_hours(tmp_path) as (_server, a, b, desk):
            await a.dial("0")
            first = await desk.pick_up()
            await a.talks()
            await b.dial("0")
            await until(lambda: len(b.ear.packets) > 5)
            b.phone.cancel()
            while (await b.last_words.get()).status != 487:
                pass
            desk.hang_up(first)
            await asyncio.sleep(1.5)
            assert desk.rings.empty()

    asyncio.run(scene())


@pytest.mark.req("CTX-08")
def test_who_waits_and_is_told_for_certain_is_answered_in_a_dialog_of_its_own(tmp_path: Path) -> None:
    """The music's description was the answer in its dialog; the attendant's needs another (RFC 3262)."""

    async def scene() -> None:
        media = MediaConfig(tmp_path, first_port=26_000, last_port=26_999, builds_prompts=False)
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            server = await enter(running(tmp_path, media=media))
            lines = (office.ANNA, office.BO, office.DESK)
            a, b, desk = [await enter(phone(line, server)) for line in lines]
            calling = asyncio.create_task(a.invite("0"))
            first = desk.accept(await desk.receive("INVITE"))
            a.established(await calling)
            await desk.receive("ACK")
            b.sent = b.build("INVITE", "0", body=OFFER, more={"Supported": "100rel"})
            queued = await b.ask(b.sent)
            assert (queued.status, queued.text("require")) == (182, "100rel")
            prack(b, early(b, queued), queued)
            music = await heard(b, 183)
            assert music.body
            prack(b, early(b, music), music)
            await hang_up(desk, first, a)
            invite = await desk.receive("INVITE")
            theirs = desk.accept(invite, body=ANSWER)
            answer = await heard(b, 200)
            assert answer.body == ANSWER
            assert answer.to.tag != music.to.tag
            b.established(answer)
            await desk.receive("ACK")
            await hang_up(desk, theirs, b)

    asyncio.run(scene())


async def heard(who: Phone, status: int) -> Response:
    """The next answer to the INVITE with that status."""
    while True:
        message = await asyncio.wait_for(who.inbox.get(), 10)
        if isinstance(message, Response) and (message.status, message.cseq.method) == (status, "INVITE"):
            return message
