"""Transfer, pick-up, parking, break-in with real telephones: who talks to whom, by its sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from dakehu.numbering.domain.lines import LineKind
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.media.tests.peer import until
from dakehu.switch.records import EndCause
from dakehu.switch.runtime.tests.handset import Handset, handset
from dakehu.switch.runtime.tests.harness import publish, records_in, running
from dakehu.switch.sip import Dialog, Replaces, Uri, refer_to

Scene = Callable[[Handset, Handset, Handset], Awaitable[None]]


@asynccontextmanager
async def three(home: Path, kind: LineKind) -> AsyncIterator[tuple[Handset, Handset, Handset]]:
    """Anna, Bo and the desk, in one group."""
    publish(home, [msgspec.structs.replace(line, kind=kind) for line in office.LINES])
    media = MediaConfig(home, first_port=26_000, last_port=26_999, builds_prompts=False)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(home, media=media))
        lines = (office.ANNA, office.BO, office.DESK)
        a, b, c = [await stack.enter_async_context(handset(line, server)) for line in lines]
        yield a, b, c


def play(home: Path, scene: Scene, kind: LineKind = LineKind.FIXED) -> None:
    async def whole() -> None:
        async with three(home, kind) as (a, b, c):
            await scene(a, b, c)

    asyncio.run(whole())


async def talk(caller: Handset, number: str, called: Handset) -> tuple[Dialog, Dialog]:
    await caller.dial(number)
    theirs = await called.pick_up()
    return await caller.talks(), theirs


async def hear_each_other(one: Handset, other: Handset) -> None:
    """Each hears the tone that the other says."""
    await asyncio.gather(one.says(700), other.says(1300), one.heard_tone(1300), other.heard_tone(700))


@pytest.mark.req("VPN-10", "VPN-14", "CTX-08")
@pytest.mark.parametrize(
    "kind", [LineKind.FIXED, pytest.param(LineKind.WIRELESS, marks=pytest.mark.req("LIN-02"))]
)
def test_a_call_is_handed_on(tmp_path: Path, kind: LineKind) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        await hear_each_other(a, b)
        b.refer(theirs, "<sip:8003@127.0.0.1>")
        invite = await c.rings.get()
        assert invite.from_.uri.username == "8001", "the original caller is shown"
        c.rings.put_nowait(invite)
        await a.heard_tone(450)  # ring-back
        onward = await c.pick_up()
        await until(lambda: b.hung_up == [theirs.id])
        assert b.notified == [100, 180, 200]
        await hear_each_other(a, c)
        c.hang_up(onward)
        await until(lambda: len(a.hung_up) == 1)

    play(tmp_path, scene, kind)
    first, second = sorted(records_in(tmp_path), key=lambda record: record.record_id)
    assert (first.called_number, second.called_number) == ("03512348002", "03512348003")
    assert (second.calling_number, second.dialled, second.shown_number) == ("03512348002", "8003", "8001")
    assert first.cause is second.cause is EndCause.COMPLETED


def test_a_target_that_is_busy_gives_the_call_back(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        b.refer(theirs, "<sip:8003@127.0.0.1>")
        await c.refuse()
        await until(lambda: b.notified[-1:] == [486])
        await hear_each_other(a, b)

    play(tmp_path, scene)


@pytest.mark.req("VPN-14", "CTX-08")
def test_a_call_is_handed_on_after_a_consultation(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        consulted, onward = await talk(b, "8003", c)
        await hear_each_other(b, c)
        replaces = Replaces(consulted.id.call_id, consulted.id.remote_tag, consulted.id.local_tag)
        b.refer(theirs, refer_to(Uri.parse("sip:8003@127.0.0.1"), replaces))
        await until(lambda: len(b.hung_up) == 2)
        assert b.notified == [200]
        await hear_each_other(a, c)
        c.hang_up(onward)
        await until(lambda: len(a.hung_up) == 1)

    play(tmp_path, scene)
    first, second = sorted(records_in(tmp_path), key=lambda record: record.begin_ms)
    assert (first.calling_number, second.calling_number) == ("03512348001", "03512348002")
    assert first.end_ms == second.end_ms


def test_nobody_takes_a_call_out_of_anothers_hands(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        stranger = Replaces("no-such-call", "a", "b")
        for to in (
            refer_to(Uri.parse("sip:8003@127.0.0.1"), stranger),
            "<http://example.org>",
            "<sip:8099@x>",
        ):
            b.refer(theirs, to)
        await hear_each_other(a, b)
        assert not b.notified
        assert c.rings.empty()

    play(tmp_path, scene)


@pytest.mark.req("CTX-07")
def test_a_call_that_rings_in_the_group_is_picked_up(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        await a.dial("8002")
        await b.rings.get()
        await c.dial("*11#")
        theirs = await c.talks()
        await a.talks()
        await hear_each_other(a, c)
        c.hang_up(theirs)
        await until(lambda: len(a.hung_up) == 1)

    play(tmp_path, scene)
    (record,) = records_in(tmp_path)
    assert (record.called_number, record.trace[-1]) == ("03512348002", "pick_up")
    assert record.talk_ms > 0


@pytest.mark.req("CTX-07")
def test_a_call_is_parked_and_taken_elsewhere(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        b.refer(theirs, "<sip:*13%23@127.0.0.1>")
        await until(lambda: b.notified == [200] and b.hung_up == [theirs.id])
        await c.dial("*14*8002#")
        onward = await c.talks()
        await hear_each_other(a, c)
        c.hang_up(onward)
        await until(lambda: len(a.hung_up) == 1)

    play(tmp_path, scene)


@pytest.mark.req("CTX-08")
def test_an_attendant_breaks_in_and_ends_the_talk(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset) -> None:
        await talk(a, "8002", b)
        await c.dial("*15*8002#")
        mine = await c.talks()
        await asyncio.gather(a.says(700, 3), c.heard_tone(700), b.heard_tone(700))
        await asyncio.gather(c.says(1300, 3), a.heard_tone(1300), b.heard_tone(1300))
        c.hang_up(mine)
        await hear_each_other(a, b)
        await c.dial("*16*8001#")
        await until(lambda: len(a.hung_up) == len(b.hung_up) == 1)

    play(tmp_path, scene)


@pytest.mark.req("CTX-08")
@pytest.mark.parametrize(
    ("code", "told"), [("*15*8003#", 403), ("*16*8003#", 403), ("*11#", 480), ("*14*8003#", 480)]
)
def test_who_may_not_and_where_there_is_nothing_to_take(tmp_path: Path, code: str, told: int) -> None:
    async def scene(a: Handset, _b: Handset, _c: Handset) -> None:
        await a.dial(code)
        while (answer := await asyncio.wait_for(a.last_words.get(), 20)).status < 200:
            pass
        assert answer.status == told

    play(tmp_path, scene)
