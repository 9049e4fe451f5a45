"""Telephones that take the place of others by INVITE with Replaces (RFC 3891)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.media.tests.peer import until
from dakehu.switch.records import EndCause
from dakehu.switch.runtime.tests.handset import Handset, handset
from dakehu.switch.runtime.tests.harness import records_in, running
from dakehu.switch.runtime.tests.test_transfer import hear_each_other, talk
from dakehu.switch.sip import Dialog, Replaces, Response

Scene = Callable[[Handset, Handset, Handset, Handset], Awaitable[None]]


@asynccontextmanager
async def four(home: Path) -> AsyncIterator[tuple[Handset, Handset, Handset, Handset]]:
    """Anna, Bo and the desk of one group, and a line at home that is in none."""
    media = MediaConfig(home, first_port=25_000, last_port=25_999, builds_prompts=False)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(home, media=media))
        lines = (office.ANNA, office.BO, office.DESK, office.HOME)
        a, b, c, d = [await stack.enter_async_context(handset(line, server)) for line in lines]
        yield a, b, c, d


def play(home: Path, scene: Scene) -> None:
    async def whole() -> None:
        async with four(home) as handsets:
            await scene(*handsets)

    asyncio.run(whole())


def named(dialog: Dialog, more: str = "") -> str:
    """The telephone's dialog as the other side, we, knows it."""
    return str(Replaces(dialog.id.call_id, dialog.id.remote_tag, dialog.id.local_tag)) + more


async def last_word(of: Handset) -> int:
    while (answer := await asyncio.wait_for(of.last_words.get(), 20)).status < 200:
        pass
    return answer.status


@pytest.mark.req("VPN-14")
@pytest.mark.parametrize("replaced", ["called", "caller"])
def test_a_telephone_takes_the_place_of_one_that_talks(tmp_path: Path, replaced: str) -> None:
    async def scene(a: Handset, b: Handset, c: Handset, _d: Handset) -> None:
        ours, theirs = await talk(a, "8002", b)
        goes, stays, dialog = (b, a, theirs) if replaced == "called" else (a, b, ours)
        await c.dial("8002", Replaces=named(dialog), Require="replaces")
        mine = await c.talks()
        await until(lambda: goes.hung_up == [dialog.id])
        await hear_each_other(stays, c)
        c.hang_up(mine)
        await until(lambda: len(stays.hung_up) == 1)

    play(tmp_path, scene)
    (record,) = records_in(tmp_path)
    assert (record.calling_number, record.called_number) == ("03512348001", "03512348002")
    assert (record.trace[-1], record.cause) == ("replaces", EndCause.COMPLETED)


@pytest.mark.req("CTX-07")
def test_a_telephone_that_rings_is_picked_up(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset, d: Handset) -> None:
        await a.dial("8002")
        invite = await b.rings.get()
        rings = Replaces(invite.call_id, invite.from_.tag, f"to{id(b.phone):x}")
        await d.dial("8002", Replaces=str(rings))
        assert await last_word(d) == 603, "who is in no group with it"
        await c.dial("8002", Replaces=f"{rings};early-only")
        theirs = await c.talks()
        await a.talks()
        await hear_each_other(a, c)
        c.hang_up(theirs)
        await until(lambda: len(a.hung_up) == 1)

    play(tmp_path, scene)
    (record,) = records_in(tmp_path)
    assert (record.called_number, record.trace[-1]) == ("03512348002", "pick_up")


def test_what_can_not_be_replaced(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset, d: Handset) -> None:
        async def told(of: Handset, replaces: str) -> int:
            await of.dial("8002", Replaces=replaces)
            return await last_word(of)

        _, theirs = await talk(a, "8002", b)
        assert await told(c, "no-such-call;to-tag=a;from-tag=b") == 481
        assert await told(c, "no-tags") == 400
        assert await told(c, named(theirs, ";early-only")) == 486
        assert await told(d, named(theirs)) == 603, "a stranger"
        await hear_each_other(a, b)
        assert not b.hung_up

    play(tmp_path, scene)


def test_who_calls_keeps_an_early_dialog(tmp_path: Path) -> None:
    """It is none that we began: 481 (RFC 3891 section 3)."""

    async def scene(a: Handset, b: Handset, c: Handset, _d: Handset) -> None:
        sent = await a.dial("8002")
        await b.rings.get()
        rung = next(each for each in a.phone.heard if isinstance(each, Response) and each.status == 180)
        replaces = Replaces(sent.call_id, rung.to.tag, sent.from_.tag)
        await c.dial("8002", Replaces=str(replaces))
        assert await last_word(c) == 481

    play(tmp_path, scene)
