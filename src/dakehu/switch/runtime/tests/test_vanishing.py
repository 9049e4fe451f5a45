"""Telephones that lose their power in the middle of what they do: nothing stays, each part is paid once.

A telephone that vanished is silent; the others behave. Each case ends by the census, with one record for
each part of the call; one that was lost ends when its telephone was last heard of. The table of states and
faults is in docs/algorithms/broken-calls.md.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dakehu.switch.callcontrol import CallTimings
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.media.tests.peer import until
from dakehu.switch.records import CallRecord, EndCause
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.runtime.tests.ending import HASTY, rests
from dakehu.switch.runtime.tests.handset import Handset, handset
from dakehu.switch.runtime.tests.harness import records_in, running
from dakehu.switch.runtime.tests.test_hook import consult
from dakehu.switch.runtime.tests.test_transfer import hear_each_other, talk

PROBE_S = 0.6
QUICK = CallTimings(no_answer_s=2.0, settle_s=1.5, probe_s=PROBE_S, park_s=1.5, queue_s=2.0, silent_s=0.3)
NOTICED_S = PROBE_S + HASTY.timeout + 1.5
"""Until a telephone that is silent is taken for gone: the next question, and the time for its answer."""


@dataclass
class World:
    """Anna, Bo and the desk, in one group; and who has vanished when."""

    server: VoiceServer
    a: Handset
    b: Handset
    c: Handset
    gone_ms: int = 0

    async def loses(self, who: str) -> None:
        await getattr(self, who).vanish()
        self.gone_ms = int(time.time() * 1000)

    async def without(self, who: str) -> tuple[Handset, ...]:
        """The others, in their order, after it has vanished."""
        await self.loses(who)
        return tuple(getattr(self, name) for name in "abc" if name != who)

    async def nobody(self) -> None:
        """All calls come to their end by themselves."""
        await until(lambda: not self.server.census().calls, 15.0)


@asynccontextmanager
async def world(home: Path, timings: CallTimings = QUICK) -> AsyncIterator[World]:
    """At the end everything that calls held is gone."""
    media = MediaConfig(home, first_port=27_000, last_port=27_999, builds_prompts=False)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(home, media=media, calls=timings, sip=HASTY))
        lines = (office.ANNA, office.BO, office.DESK)
        a, b, c = [await stack.enter_async_context(handset(line, server)) for line in lines]
        yield World(server, a, b, c)
        await rests(server)
        assert server.counters["own_faults"] == 0


def play(
    home: Path, scene: Callable[[World], Awaitable[None]], timings: CallTimings = QUICK
) -> list[CallRecord]:
    """The records, in their order; each was written once."""

    async def whole() -> int:
        async with world(home, timings) as made:
            await scene(made)
        return made.gone_ms

    gone_ms = asyncio.run(whole())
    records = sorted(records_in(home), key=lambda record: record.record_id)
    assert len({record.record_id for record in records}) == len(records)
    for record in records:
        assert record.cause is not EndCause.INTERRUPTED, record
        if record.cause in {EndCause.LOST, EndCause.FAILED} and record.talk_ms:
            assert record.end_ms <= gone_ms + 300, "who has vanished is not charged for the time after"
    return records


async def end(one: Handset, *others: Handset) -> None:
    """Hang up whatever there still is; the others hear of it."""
    for dialog in list(one.dialogs.values()):
        one.hang_up(dialog)
    for each in others:
        await until(lambda each=each: not each.dialogs)  # type: ignore[misc]  # bound as a default


# --- in a talk, a consultation, a conference


@pytest.mark.parametrize("who", ["a", "b"])
def test_in_a_talk(tmp_path: Path, who: str) -> None:
    async def scene(w: World) -> None:
        await talk(w.a, "8002", w.b)
        await w.loses(who)
        await w.nobody()

    (record,) = play(tmp_path, scene)
    assert record.cause is EndCause.LOST


@pytest.mark.parametrize("who", ["a", "b", "c"])
def test_in_a_consultation(tmp_path: Path, who: str) -> None:
    """B talks to C while A waits with music: the two who are left are connected."""

    async def scene(w: World) -> None:
        await consult(w.a, w.b, w.c, by_info=True)
        one, other = await w.without(who)
        await asyncio.sleep(NOTICED_S)
        await hear_each_other(one, other)
        await end(one, other)

    records = play(tmp_path, scene)
    assert [record.calling_number for record in records] == ["03512348001", "03512348002"]


@pytest.mark.parametrize("who", ["a", "b", "c"])
def test_in_a_conference(tmp_path: Path, who: str) -> None:
    async def scene(w: World) -> None:
        theirs, _ = await consult(w.a, w.b, w.c, by_info=True)
        w.b.flash(theirs)
        await asyncio.gather(w.c.heard_music(), w.b.heard_tone(450))
        await w.b.press_by_info(theirs, "3")
        await until(lambda: w.server.census().rooms == 1)
        one, other = await w.without(who)
        await asyncio.sleep(NOTICED_S)
        await hear_each_other(one, other)
        await end(one, other)

    records = play(tmp_path, scene)
    assert [record.calling_number for record in records] == ["03512348001", "03512348002"]


# --- parked


@pytest.mark.parametrize("who", ["a", "b"])
def test_parked(tmp_path: Path, who: str) -> None:
    """Who is parked: found out while it waits. Who has parked: not there when the call comes back."""

    async def scene(w: World) -> None:
        _, theirs = await talk(w.a, "8002", w.b)
        w.b.refer(theirs, "<sip:*13%23@127.0.0.1>")
        await until(lambda: w.b.hung_up == [theirs.id])
        assert w.server.census().parked == 1
        await w.loses(who)
        await w.nobody()

    records = play(tmp_path, scene)
    assert len(records) == 1


# --- in the queue


@pytest.mark.parametrize("is_served", [False, True], ids=["given up", "served"])
def test_a_caller_in_the_queue(tmp_path: Path, is_served: bool) -> None:
    """It is noticed when the caller is to be told: that nobody came, or that somebody answers."""

    async def scene(w: World) -> None:
        await w.a.dial("0")
        first = await w.c.pick_up()
        await w.a.talks()
        await w.b.dial("0")
        await until(lambda: w.server.census().queued == 1)
        await w.loses("b")
        if is_served:
            w.c.hang_up(first)
            await w.c.pick_up()
            await until(lambda: not w.server.census().calls, 15.0)
        else:
            await until(lambda: w.server.census().calls == 1, 15.0)
            assert w.server.census().queued == 0
            await end(w.a, w.c)

    _, waited = play(tmp_path, scene)
    assert waited.cause is (EndCause.FAILED if is_served else EndCause.UNREACHABLE)
    assert waited.talk_ms == 0


def test_the_attendant_of_a_queue(tmp_path: Path) -> None:
    """Its call ends as lost; who waits is given to it, meets silence and is told so in the end."""

    async def scene(w: World) -> None:
        await w.a.dial("0")
        await w.c.pick_up()
        await w.a.talks()
        await w.b.dial("0")
        await until(lambda: w.server.census().queued == 1)
        await w.loses("c")
        await w.nobody()

    records = play(tmp_path, scene)
    assert sorted(record.cause is EndCause.LOST for record in records) == [False, True]


# --- a transfer


async def referred(w: World) -> None:
    """B hands A on to C, whose telephone rings."""
    _, theirs = await talk(w.a, "8002", w.b)
    w.b.refer(theirs, "<sip:8003@127.0.0.1>")
    invite = await w.c.rings.get()
    w.c.rings.put_nowait(invite)


@pytest.mark.parametrize("who", ["a", "b"])
def test_a_transfer_whose_target_answers(tmp_path: Path, who: str) -> None:
    """The other side vanishes: nobody is left. Who asked vanishes after its REFER: the two are connected."""

    async def scene(w: World) -> None:
        await referred(w)
        await w.loses(who)
        await w.c.pick_up()
        if who == "a":
            await w.nobody()
        else:
            await asyncio.sleep(NOTICED_S)
            await hear_each_other(w.a, w.c)
            await end(w.c, w.a)

    records = play(tmp_path, scene)
    assert [record.calling_number for record in records] == ["03512348001", "03512348002"]


def test_a_transfer_whose_target_vanishes(tmp_path: Path) -> None:
    """Nobody answers: the talk goes on."""

    async def scene(w: World) -> None:
        await referred(w)
        await w.loses("c")
        await until(lambda: w.b.notified[-1:] not in ([], [100], [180]), 10.0)
        await hear_each_other(w.a, w.b)
        await end(w.a, w.b)

    records = play(tmp_path, scene)
    assert len([record for record in records if record.answer_ms]) == 1


def test_a_transfer_of_which_nobody_is_left(tmp_path: Path) -> None:
    async def scene(w: World) -> None:
        await referred(w)
        await w.a.vanish()
        await w.b.vanish()
        await w.loses("c")
        await w.nobody()

    records = play(tmp_path, scene)
    assert len([record for record in records if record.answer_ms]) == 1
