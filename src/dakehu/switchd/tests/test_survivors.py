"""Calls in talk outlive their voice process: killed with -9, started again, hung up by either end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.records import EndCause
from dakehu.switch.runtime.tests.harness import Phone, phone, running
from dakehu.switch.runtime.tests.test_calls import talk
from dakehu.switch.sip import Dialog, Transport
from dakehu.switchd.tests.process import VoiceProcess, voice


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


async def died(process: VoiceProcess) -> None:
    """Killed and started again, while the telephones live on."""
    await asyncio.to_thread(process.kill)
    await asyncio.to_thread(process.start)


async def asked(telephone: Phone, dialog: Dialog, method: str, status: int, body: bytes = b"") -> None:
    content_type = "application/sdp" if body else None
    request = dialog.request(method, body=body, content_type=content_type)
    telephone.transmit(request)
    answer = await telephone.receive(status)
    if method == "INVITE":
        telephone.acknowledge_failure(request, answer)


@pytest.mark.parametrize("caller_ends", [True, False])
def test_a_call_in_talk_is_hung_up_after_kill_9(tmp_path: Path, caller_ends: bool) -> None:
    async def scene(process: VoiceProcess) -> None:
        async with phone(office.ANNA, process) as a, phone(office.BO, process) as b:
            ours, theirs = await talk(a, b, "8002")
            await died(process)
            first, dialog, second = (a, ours, b) if caller_ends else (b, theirs, a)
            kept = theirs if caller_ends else ours
            first.transmit(dialog.request("BYE"))
            await first.receive(200)
            bye = await second.receive("BYE")
            assert kept.matches(bye)
            assert kept.receive(bye) is None
            second.answer(bye, 200)
            (record,) = process.records()
            assert record.cause is EndCause.INTERRUPTED
            await asked(first, dialog, "BYE", 481)
            await died(process)
            assert process.records() == [record]
            await asked(first, dialog, "BYE", 481)

    with voice(tmp_path / "home") as process:
        run(scene(process))


def test_a_call_left_behind_twice_goes_on_until_it_is_hung_up(tmp_path: Path) -> None:
    async def scene(process: VoiceProcess) -> None:
        async with phone(office.ANNA, process) as a, phone(office.BO, process) as b:
            ours, _ = await talk(a, b, "8002")
            await died(process)
            await died(process)
            await asked(a, ours, "OPTIONS", 200)
            await asked(a, ours, "UPDATE", 200)
            await asked(a, ours, "INVITE", 488, b"v=0\r\n")
            await asked(a, ours, "BYE", 200)
            b.answer(await b.receive("BYE"), 200)

    with voice(tmp_path / "home") as process:
        run(scene(process))


def test_a_call_that_ended_is_not_kept(tmp_path: Path) -> None:
    async def scene(process: VoiceProcess) -> None:
        async with phone(office.ANNA, process) as a, phone(office.BO, process) as b:
            ours, _ = await talk(a, b, "8002")
            await asked(a, ours, "BYE", 200)
            b.answer(await b.receive("BYE"), 200)
            await died(process)
            await asked(a, ours, "BYE", 481)

    with voice(tmp_path / "home") as process:
        run(scene(process))


def test_over_tcp_the_contact_is_the_way_back(tmp_path: Path) -> None:
    async def scene(process: VoiceProcess) -> None:
        async with phone(office.BO, process) as b:
            async with phone(office.ANNA, process, Transport.TCP) as a:
                ours, _ = await talk(a, b, "8002")
                await died(process)
            async with phone(office.ANNA, process, Transport.TCP, register=False) as again:
                await asked(again, ours, "BYE", 200)
                b.answer(await b.receive("BYE"), 200)

    with voice(tmp_path / "home") as process:
        run(scene(process))


def test_a_draining_process_tells_who_asks(tmp_path: Path) -> None:
    """OPTIONS, as a dispatcher asks: 503 while calls in talk get their time, and they are hung up as ever."""

    async def scene() -> None:
        async with (
            running(tmp_path, drain_s=20.0) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server) as b,
        ):
            ours, _ = await talk(a, b, "8002")
            b.transmit(b.build("OPTIONS", "dakehu"))
            await b.receive(200)
            stopping = asyncio.create_task(server.stop())
            await asyncio.sleep(0)
            b.transmit(b.build("OPTIONS", "dakehu"))
            await b.receive(503)
            await asked(a, ours, "BYE", 200)
            b.answer(await b.receive("BYE"), 200)
            await stopping

    run(scene())
