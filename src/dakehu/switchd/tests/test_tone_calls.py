"""A ring-back tone from the upload to the caller's ear, and its end when it is withdrawn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.outbox.api import deliver_due
from dakehu.numbering.api import line_by_number, telephone_issue
from dakehu.organisation.testing import Scenario
from dakehu.ringback.api import (
    Owner,
    ToneSettings,
    owner_tones_set,
    tone_approve,
    tone_upload,
    tone_withdraw,
)
from dakehu.ringback.testing import a_sound
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime.tests.handset import handset
from dakehu.switch.runtime.tests.harness import password_of, records_in, running
from dakehu.switch.runtime.tests.test_announcements import media
from dakehu.switchd import publisher
from dakehu.switchd.tests.test_publisher import fresh_writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world: Scenario, tmp_path: Path, settings: Settings) -> VpnScenario:
    """Two lines in two cities; Taiyuan's is a member of the VPN."""
    settings.HOME = tmp_path
    scene = VpnScenario(world)
    scene.member(scene.taiyuan[1], "61001")
    scene.line(scene.datong[1])
    return scene


def published_lines(*numbers: str) -> Iterator[LineEntry]:
    """Have the present state in the directory; the lines as they stand there."""
    with fresh_writer():
        while deliver_due():
            pass
        with publisher.writer().reader().view() as seen:
            for number in numbers:
                line = seen.line(number)
                assert line is not None
                yield line


def issue(number: str) -> None:
    line = line_by_number(SYSTEM, number)
    telephone_issue(actor=SYSTEM, line_id=line.pk, password=password_of(number))


async def first_answer(home: Path, caller: LineEntry, called: LineEntry, hertz: float) -> None:
    """Call; hear the pitch in early media, or for 0 have it ring without any."""
    async with (
        running(home, media=media(home)) as server,
        handset(caller, server) as calling,
        handset(called, server) as rings,
    ):
        await calling.dial(called.public_number)
        if hertz:
            await calling.heard_tone(hertz, 0.9)
        else:
            answer = await asyncio.wait_for(calling.last_words.get(), 5)
            assert answer.status == 180
            assert not answer.body
        await rings.refuse()
        await asyncio.sleep(0.2)


@pytest.mark.req("VPN-16", "VPN-17")
def test_a_tone_is_heard_from_its_approval_until_it_is_withdrawn(scene: VpnScenario, tmp_path: Path) -> None:
    numbers = scene.datong[1], scene.taiyuan[1]
    for number in numbers:
        issue(number)

    def call(hertz: float) -> None:
        caller, called = published_lines(*numbers)
        asyncio.run(first_answer(tmp_path, caller, called, hertz))

    with fresh_writer():
        publisher.rebuild()
    tone = tone_upload(actor=SYSTEM, customer_id=scene.customer.pk, name="迎宾曲", upload=a_sound(700))
    owner_tones_set(actor=SYSTEM, kind=Owner.VPN, owner_id=scene.vpn.pk, settings=ToneSettings(tone.pk))
    call(0)
    tone_approve(actor=SYSTEM, tone_id=tone.pk)
    call(700)
    tone_withdraw(actor=SYSTEM, tone_id=tone.pk, reason="客户更换")
    call(0)
    assert ["VPN-16" in record.trace for record in records_in(tmp_path)] == [False, True, False]
