"""The consoles' door: an attendant takes, extends, changes over, hands on and ends calls without a key."""

from __future__ import annotations

import asyncio
import contextlib
import json
import stat
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.media.tests.peer import until
from dakehu.switch.runtime.tests.handset import Handset, handset
from dakehu.switch.runtime.tests.harness import records_in, running

ANNA, BO, DESK = (line.public_number for line in (office.ANNA, office.BO, office.DESK))


class Console:
    """A console's end of the socket; `news` are all that came."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.news: list[dict[str, Any]] = []
        self._task = asyncio.create_task(self._listen())

    async def say(self, **command: Any) -> dict[str, Any]:
        self._writer.write(json.dumps(command).encode() + b"\n")
        return await asyncio.wait_for(self._answers.get(), 10)

    async def say_bytes(self, line: bytes) -> dict[str, Any]:
        self._writer.write(line)
        return await asyncio.wait_for(self._answers.get(), 10)

    def calls(self) -> list[tuple[str, set[str]]]:
        """State and talkers of each change of a call."""
        return [
            (each["state"], {number for number, _place in each["talkers"]})
            for each in self.news
            if each["news"] == "call"
        ]

    def waiting(self) -> list[int]:
        return [each["waiting"] for each in self.news if each["news"] == "queue"]

    async def _listen(self) -> None:
        while line := await self._reader.readline():
            heard = json.loads(line)
            if "answer" in heard:
                self._answers.put_nowait(heard)
            else:
                self.news.append(heard)

    def close(self) -> None:
        self._writer.close()
        self._task.cancel()


@asynccontextmanager
async def scene(home: Path) -> AsyncIterator[tuple[Console, Handset, Handset, Handset]]:
    media = MediaConfig(home, first_port=26_000, last_port=26_999, builds_prompts=False)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(home, media=media))
        lines = (office.ANNA, office.BO, office.DESK)
        a, b, desk = [await stack.enter_async_context(handset(line, server)) for line in lines]
        console = Console(*await asyncio.open_unix_connection(home / "console.sock"))
        stack.callback(console.close)
        yield console, a, b, desk


DONE = {"answer": "done"}


@pytest.mark.req("CTX-08", "VPN-10")
def test_an_attendant_extends_a_call(tmp_path: Path) -> None:
    async def whole() -> None:
        async with scene(tmp_path) as (console, a, b, desk):
            assert await console.say(do="watch", lines=[DESK]) == DONE
            await a.dial("0")
            await desk.pick_up()
            await a.talks()
            await until(lambda: ("up", {ANNA, DESK}) in console.calls())
            assert await console.say(do="extend", line=DESK, dialled="8002") == DONE
            await b.pick_up()
            await asyncio.gather(desk.says(700, 2), b.heard_tone(700))
            assert await console.say(do="press", line=DESK, key="2") == DONE
            await asyncio.gather(desk.says(900, 2), a.heard_tone(900))
            assert await console.say(do="hand_on", line=DESK) == DONE
            await until(lambda: len(desk.hung_up) == 1)
            await asyncio.gather(a.says(700), b.says(1300), a.heard_tone(1300), b.heard_tone(700))
            await until(lambda: ("up", {ANNA, BO}) in console.calls())
            assert await console.say(do="release", line=BO) == DONE
            await until(lambda: len(a.hung_up) == len(b.hung_up) == 1)

    asyncio.run(whole())


@pytest.mark.req("CTX-08", "VPN-10")
def test_a_console_holds_a_call_and_takes_it_back(tmp_path: Path) -> None:
    async def whole() -> None:
        async with scene(tmp_path) as (console, a, _b, desk):
            assert await console.say(do="hold", line=DESK) == {"answer": "refused", "why": "no_call"}
            await a.dial("0")
            theirs = await desk.pick_up()
            await a.talks()
            not_now = {"answer": "refused", "why": "not_now"}
            assert await console.say(do="retrieve", line=DESK) == not_now
            for _ in range(2):
                assert await console.say(do="hold", line=DESK) == DONE
                await a.heard_music()
                assert await console.say(do="hold", line=DESK) == not_now
                assert await console.say(do="retrieve", line=DESK) == DONE
                await asyncio.gather(a.says(700), desk.says(1300), a.heard_tone(1300), desk.heard_tone(700))
            await console.say(do="hold", line=DESK)
            await a.heard_music()
            desk.hang_up(theirs)
            await until(lambda: len(a.hung_up) == 1)

    asyncio.run(whole())
    (record,) = records_in(tmp_path)
    assert record.trace[-1] == "CTX-08"


@pytest.mark.req("CTX-08", "VPN-10")
@pytest.mark.parametrize("events", ["talk, hold", ""])
def test_a_console_answers_where_its_telephone_can(tmp_path: Path, events: str) -> None:
    async def whole() -> None:
        async with scene(tmp_path) as (console, a, b, _desk):
            assert await console.say(do="answer", line=BO) == {"answer": "refused", "why": "no_call"}
            await b.stop()
            dialling = asyncio.create_task(a.dial("8002"))
            invite = await b.phone.receive("INVITE")
            b.phone.answer(invite, 180, more={"Allow-Events": events} if events else {})
            await dialling
            told = await console.say(do="answer", line=BO)
            if not events:
                assert told == {"answer": "refused", "why": "not_able"}
                return
            assert told == DONE
            notify = await b.phone.receive("NOTIFY")
            assert (notify.text("event"), notify.to.tag) == ("talk", f"to{id(b.phone):x}")
            b.phone.answer(notify, 200)
            b.phone.accept(invite, b.sdp)
            ours = await a.talks()
            await b.phone.receive("ACK")
            a.hang_up(ours)
            bye = await b.phone.receive("BYE")
            assert bye.cseq.number == notify.cseq.number + 1
            b.phone.answer(bye, 200)

    asyncio.run(whole())


@pytest.mark.req("CTX-08")
def test_a_console_sees_its_queue(tmp_path: Path) -> None:
    async def whole() -> None:
        async with scene(tmp_path) as (console, a, b, desk):
            await console.say(do="watch", desks=["group 7"])
            await a.dial("0")
            first = await desk.pick_up()
            await a.talks()
            await b.dial("0")
            await until(lambda: console.waiting()[-1:] == [1])
            desk.hang_up(first)
            await desk.pick_up()
            await until(lambda: console.waiting()[-1:] == [0])

    asyncio.run(whole())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"not json\n", "bad_command"),
        (b'{"do": "explode"}\n', "bad_command"),
        (b'{"do": "release"}\n', "bad_command"),
        (b'{"do": "release", "line": "1", "also": 2}\n', "bad_command"),
        (b'{"do": "watch", "lines": "x"}\n', "bad_command"),
        (b'{"do": "release", "line": "03512348001"}\n', "no_call"),
        (b'{"do": "extend", "line": "03512348001", "dialled": "8002"}\n', "no_call"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path: Path, line: bytes, why: str) -> None:
    async def whole() -> None:
        async with scene(tmp_path) as (console, *_handsets):
            assert await console.say_bytes(line) == {"answer": "refused", "why": why}
            assert await console.say(do="watch") == DONE

    asyncio.run(whole())


def test_extending_to_nobody_is_told_and_the_talk_goes_on(tmp_path: Path) -> None:
    async def whole() -> None:
        async with scene(tmp_path) as (console, a, _b, desk):
            await a.dial("8003")
            await desk.pick_up()
            await a.talks()
            told = await console.say(do="extend", line=DESK, dialled="8099")
            assert told == {"answer": "refused", "why": "unknown_number"}
            await asyncio.gather(a.says(700), desk.heard_tone(700))

    asyncio.run(whole())


def test_the_door_is_for_its_owner_alone_and_an_endless_line_is_hung_up_on(tmp_path: Path) -> None:
    async def whole() -> None:
        async with scene(tmp_path) as (console, *_handsets):
            assert stat.S_IMODE((tmp_path / "console.sock").stat().st_mode) == 0o600
            reader, writer = await asyncio.open_unix_connection(tmp_path / "console.sock")
            writer.write(b"x" * 200_000)
            with contextlib.suppress(ConnectionError):
                await writer.drain()
                assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()
            assert await console.say(do="watch") == DONE

    asyncio.run(whole())
