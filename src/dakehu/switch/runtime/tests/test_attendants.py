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
from dakehu.switch.runtime.tests.harness import records_in, running


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
