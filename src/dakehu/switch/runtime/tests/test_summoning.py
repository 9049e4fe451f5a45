"""Calls that the service begins: alarm calls, and calling back somebody who was busy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dakehu.kernel.clock import CST
from dakehu.switch.callcontrol import WishKind
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.records import EndCause
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.runtime.summoning import ALARM_AGAIN_MS
from dakehu.switch.runtime.tests.handset import Handset, handset
from dakehu.switch.runtime.tests.harness import records_in, running
from dakehu.switch.wishes import Kept, Wishes, next_time

NUMBER = office.ANNA.public_number


def milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=CST).timestamp() * 1000)


@pytest.mark.parametrize(
    ("at", "now", "expected"),
    [
        ((7, 30), "2026-11-25T06:00", "2026-11-25T07:30"),
        ((7, 30), "2026-11-25T07:30", "2026-11-26T07:30"),
        ((0, 5), "2026-12-31T23:59", "2027-01-01T00:05"),
    ],
)
def test_an_alarm_is_the_next_such_minute_in_china(at: tuple[int, int], now: str, expected: str) -> None:
    assert next_time(at, milliseconds(now)) == milliseconds(expected)


def test_wishes_outlive_the_process(tmp_path: Path) -> None:
    wishes = Wishes(tmp_path / "wishes.lmdb")
    wishes.put(Kept(WishKind.ALARM, NUMBER, 5000))
    wishes.put(Kept(WishKind.ALARM, NUMBER, 3000))
    wishes.put(Kept(WishKind.CALL_BACK, "1", 9000, NUMBER, "8001"))
    wishes.put(Kept(WishKind.CALL_BACK, "2", 9000, NUMBER, "8001"))
    wishes.drop(WishKind.CALL_BACK, "1")
    wishes.close()
    again = Wishes(tmp_path / "wishes.lmdb")
    assert again.of(NUMBER) == {WishKind.ALARM}
    assert [kept.number for kept in again.waiting_for(NUMBER)] == ["2"]
    assert again.due(2999) == []
    assert [kept.due_ms for kept in again.due(10_000)] == [3000, 9000]
    assert again.due(10_000) == []
    again.close()


@asynccontextmanager
async def three(home: Path) -> AsyncIterator[tuple[VoiceServer, Handset, Handset, Handset]]:
    media = MediaConfig(home, first_port=26_000, last_port=26_999, builds_prompts=False)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(home, media=media))
        lines = (office.ANNA, office.BO, office.DESK)
        a, b, c = [await stack.enter_async_context(handset(line, server)) for line in lines]
        yield server, a, b, c


async def confirmed(telephone: Handset, code: str) -> None:
    """Dial a code and hear it confirmed, to the end."""
    await telephone.dial(code)
    await telephone.talks()
    async with asyncio.timeout(10):
        while telephone.dialogs:  # noqa: ASYNC110 - hanging up is the other side's
            await asyncio.sleep(0.02)


@pytest.mark.req("CTX-07", "LIN-03")
def test_an_alarm_call_rings_and_speaks(tmp_path: Path) -> None:
    async def scene() -> None:
        async with three(tmp_path) as (server, a, _b, _c):
            soon = datetime.now(UTC).astimezone(CST) + timedelta(minutes=1)
            await confirmed(a, f"*55*{soon:%H%M}#")
            await confirmed(a, "*#55#")
            early = server.wishes.get(WishKind.ALARM, NUMBER)
            assert early is not None
            server.wishes.put(Kept(WishKind.ALARM, NUMBER, 1))
            server.tick_minutes()
            await a.pick_up()
            await a.heard_tone(450, 0.1)
            async with asyncio.timeout(20):
                while a.dialogs:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            assert server.wishes.of(NUMBER) == frozenset()

    asyncio.run(scene())
    rung = [record for record in records_in(tmp_path) if "alarm" in record.trace and record.dialled == "*55#"]
    assert [(record.cause, record.called_number) for record in rung] == [(EndCause.COMPLETED, NUMBER)]


def test_an_alarm_that_nobody_hears_comes_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with three(tmp_path) as (server, a, _b, _c):
            server.wishes.put(Kept(WishKind.ALARM, NUMBER, 1))
            server.tick_minutes()
            await a.refuse()
            await asyncio.sleep(0.2)
            kept = server.wishes.get(WishKind.ALARM, NUMBER)
            assert kept is not None
            assert kept.tries == 1
            assert kept.due_ms > ALARM_AGAIN_MS
            server.wishes.put(Kept(WishKind.ALARM, NUMBER, 1, tries=3))
            server.tick_minutes()
            assert server.wishes.of(NUMBER) == frozenset()
            assert a.rings.empty()

    asyncio.run(scene())


@pytest.mark.req("CTX-07")
def test_who_was_busy_is_called_back_when_free(tmp_path: Path) -> None:
    async def scene() -> None:
        async with three(tmp_path) as (_server, a, b, c):
            await c.dial("8002")
            await b.pick_up()
            theirs = await c.talks()
            await a.dial("8002")
            while (await a.last_words.get()).status != 486:
                pass
            await confirmed(a, "*59#")
            c.hang_up(theirs)
            invite = await asyncio.wait_for(a.rings.get(), 15)
            assert invite.from_.uri.username == office.BO.public_number
            a.rings.put_nowait(invite)
            mine = await a.pick_up()
            await b.pick_up()
            await asyncio.gather(a.says(700), b.says(1300), a.heard_tone(1300), b.heard_tone(700))
            a.hang_up(mine)

    asyncio.run(scene())
    (record,) = [each for each in records_in(tmp_path) if "+t" in each.record_id]
    assert (record.calling_number, record.called_number) == (NUMBER, office.BO.public_number)
    assert record.dialled == "8002"
    assert record.talk_ms > 0


@pytest.mark.parametrize("code", ["*55*2575#", "*55*0730*1#", "*59#"])
def test_what_cannot_be_wished_is_refused(tmp_path: Path, code: str) -> None:
    async def scene() -> None:
        async with three(tmp_path) as (server, a, _b, _c):
            await confirmed(a, code)
            assert server.wishes.of(NUMBER) == frozenset()

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert record.trace[-1] == "refused"
