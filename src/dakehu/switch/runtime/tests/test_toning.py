"""An uploaded ring-back tone, heard by the caller on a real port until the called side answers."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dakehu.numbering.domain.services import Services
from dakehu.ringback.domain.choice import ToneSettings
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import g711, wav
from dakehu.switch.media.tests.peer import sine
from dakehu.switch.media.tonefiles import keep
from dakehu.switch.runtime.tests.handset import handset
from dakehu.switch.runtime.tests.harness import publish, records_in, running
from dakehu.switch.runtime.tests.test_announcements import media

LOST = "0" * 64
RING_BACK_HZ = 450


def uploaded(home: Path, hertz: float) -> str:
    """The digest of a tone of that pitch, kept as an upload is."""
    sound = g711.encode(np.asarray(sine(hertz, 1.0), dtype=np.int16))
    return keep(BytesIO(wav.header(1, len(sound)) + sound), home / "tones").tone.sha256


def town(home: Path, digest: str, services: Services | None = None) -> None:
    """A line outside of any group that has the tone, and its neighbour with another."""
    own = ToneSettings(digest) if digest else None
    worker = msgspec.structs.replace(office.WORKER, tones=own, services=services)
    neighbour = msgspec.structs.replace(office.HOME, tones=ToneSettings(uploaded(home, 1100)))
    kept = [line for line in office.LINES if line not in (office.WORKER, office.HOME)]
    publish(home, [*kept, worker, neighbour])


@pytest.mark.req("VPN-16")
def test_the_tone_sounds_until_the_answer(tmp_path: Path) -> None:
    town(tmp_path, uploaded(tmp_path, 700))

    async def scene() -> None:
        async with (
            running(tmp_path, media=media(tmp_path)) as server,
            handset(office.HOME, server) as home,
            handset(office.WORKER, server) as worker,
        ):
            await home.dial("7778001")
            await home.heard_tone(700, 0.9)
            await worker.pick_up()
            talk = await home.talks()
            await worker.says(1500)
            await home.heard_tone(1500, 0.9)
            home.hang_up(talk)
            await asyncio.sleep(0.2)

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert record.trace == ("plan", "personal_tone")


@pytest.mark.req("VPN-16")
def test_a_forwarding_changes_the_tone(tmp_path: Path) -> None:
    town(tmp_path, uploaded(tmp_path, 700), Services(forward_busy="5551234"))

    async def scene() -> None:
        async with (
            running(tmp_path, media=media(tmp_path)) as server,
            handset(office.HOME, server) as home,
            handset(office.WORKER, server) as worker,
            handset(office.REMOTE, server) as remote,
        ):
            await remote.dial("03517778001")
            await remote.heard_tone(700, 0.9)
            await worker.refuse(486)
            await remote.heard_tone(1100, 0.9)
            await home.pick_up()
            remote.hang_up(await remote.talks())
            await asyncio.sleep(0.2)

    asyncio.run(scene())


@pytest.mark.req("VPN-16", "VPN-17")
@pytest.mark.parametrize("digest", ["", LOST])
def test_without_a_tone_or_its_file_it_rings_as_ever(digest: str, tmp_path: Path) -> None:
    town(tmp_path, digest)

    async def scene() -> None:
        async with (
            running(tmp_path, media=media(tmp_path)) as server,
            handset(office.HOME, server) as home,
            handset(office.WORKER, server) as worker,
        ):
            await home.dial("7778001")
            if digest:
                await home.heard_tone(RING_BACK_HZ, 0.9)
            first = await asyncio.wait_for(home.last_words.get(), 5)
            assert first.status == 180
            assert not first.body
            await worker.refuse()

    asyncio.run(scene())
