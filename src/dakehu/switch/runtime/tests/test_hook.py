"""The hook: a second call beside the first, handing it on, three together; by its sound."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dakehu.switch.media.tests.peer import until
from dakehu.switch.records import EndCause
from dakehu.switch.runtime.tests.handset import Handset
from dakehu.switch.runtime.tests.harness import records_in
from dakehu.switch.runtime.tests.test_transfer import hear_each_other, play, talk
from dakehu.switch.sip import Dialog

WAYS = pytest.mark.parametrize("by_info", [False, True], ids=["rfc4733", "info"])


async def press(who: Handset, dialog: Dialog, keys: str, *, by_info: bool) -> None:
    await (who.press_by_info(dialog, keys) if by_info else who.press(keys))


async def consult(a: Handset, b: Handset, c: Handset, *, by_info: bool) -> tuple[Dialog, Dialog]:
    """A calls B, who talks to C meanwhile: B's dialog and C's."""
    _, theirs = await talk(a, "8002", b)
    await hear_each_other(a, b)
    b.flash(theirs)
    await asyncio.gather(a.heard_music(), b.heard_tone(450))
    await press(b, theirs, "8003", by_info=by_info)
    onward = await c.pick_up()
    await hear_each_other(b, c)
    await a.heard_music()
    return theirs, onward


@pytest.mark.req("CTX-07", "VPN-14")
@WAYS
def test_hanging_up_hands_the_call_on(tmp_path: Path, by_info: bool) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        theirs, onward = await consult(a, b, c, by_info=by_info)
        b.hang_up(theirs)
        await hear_each_other(a, c)
        c.hang_up(onward)
        await until(lambda: len(a.hung_up) == 1)

    play(tmp_path, scene)
    first, second = sorted(records_in(tmp_path), key=lambda record: record.record_id)
    assert (first.calling_number, first.called_number) == ("03512348001", "03512348002")
    assert (second.calling_number, second.called_number, second.dialled) == (
        "03512348002",
        "03512348003",
        "8003",
    )
    assert first.cause is second.cause is EndCause.COMPLETED
    assert first.end_ms == second.end_ms


@pytest.mark.req("CTX-07", "VPN-10")
@WAYS
def test_the_hook_and_3_bring_all_three_together(tmp_path: Path, by_info: bool) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        theirs, _ = await consult(a, b, c, by_info=by_info)
        b.flash(theirs)
        await asyncio.gather(c.heard_music(), b.heard_tone(450))
        await press(b, theirs, "3", by_info=by_info)
        for speaker, others, hertz in ((a, (b, c), 700), (b, (a, c), 1300), (c, (a, b), 1900)):
            await asyncio.gather(speaker.says(hertz, 3), *(each.heard_tone(hertz) for each in others))
        b.hang_up(theirs)
        await hear_each_other(a, c)

    play(tmp_path, scene)


@pytest.mark.req("CTX-07")
def test_the_hook_once_more_takes_the_question_back(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        b.flash(theirs)
        await asyncio.gather(a.heard_music(), b.heard_tone(450))
        b.flash(theirs)
        await hear_each_other(a, b)
        assert c.rings.empty()

    play(tmp_path, scene)


@pytest.mark.req("CTX-07")
def test_a_code_dialled_beside_a_call_is_heard_to_its_end(tmp_path: Path) -> None:
    """It is no number: who dialled it hears so, and then the other side again."""

    async def scene(a: Handset, b: Handset, _c: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        b.flash(theirs)
        await asyncio.gather(a.heard_music(), b.heard_tone(450))
        await b.press("*56#")
        speaking = asyncio.create_task(b.says(1300, 30))
        await a.heard_tone(1300, within_s=30)
        speaking.cancel()

    play(tmp_path, scene)
