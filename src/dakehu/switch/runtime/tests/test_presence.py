"""Lines in a call, on the wire: busy for the next caller, or a call that waits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.records import EndCause
from dakehu.switch.runtime.tests.harness import phone, publish, records_in, running
from dakehu.switch.runtime.tests.test_calls import hang_up, talk

ALERT = "<urn:alert:service:call-waiting>"


@pytest.mark.req("CTX-07")
def test_the_next_caller_meets_busy_until_the_line_is_free_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path) as server,
            phone(office.ANNA, server) as anna,
            phone(office.BO, server) as bo,
            phone(office.DESK, server) as desk,
        ):
            ours, _ = await talk(anna, bo, "8002")
            refused = await desk.invite("8002")
            assert refused.status == 486
            desk.acknowledge_failure(desk.sent, refused)
            await hang_up(anna, ours, bo)
            again, _ = await talk(desk, bo, "8002")
            await hang_up(desk, again, bo)

    asyncio.run(scene())
    causes = [record.cause for record in records_in(tmp_path)]
    assert sorted(causes) == sorted([EndCause.BUSY, EndCause.COMPLETED, EndCause.COMPLETED])


@pytest.mark.req("CTX-07", "LIN-03")
def test_with_call_waiting_both_telephones_are_told(tmp_path: Path) -> None:
    waiting = msgspec.structs.replace(office.BO, services=Services(call_waiting=True))
    publish(tmp_path, [line if line != office.BO else waiting for line in office.LINES])

    async def scene() -> None:
        async with (
            running(tmp_path) as server,
            phone(office.ANNA, server) as anna,
            phone(office.BO, server) as bo,
            phone(office.DESK, server) as desk,
            phone(office.HOME, server) as home,
        ):
            first, _ = await talk(anna, bo, "8002")
            ringing = asyncio.create_task(desk.invite("8002"))
            invite = await bo.receive("INVITE")
            assert invite.text("alert-info") == ALERT
            bo.answer(invite, 180)
            told = await ringing
            assert (told.status, told.text("alert-info")) == (180, ALERT)
            third = await home.invite("2348002")
            assert third.status == 486
            home.acknowledge_failure(home.sent, third)
            bo.accept(invite)
            second = desk.established(await desk.receive(200))
            await bo.receive("ACK")
            await hang_up(anna, first, bo)
            await hang_up(desk, second, bo)

    asyncio.run(scene())
    assert len(records_in(tmp_path)) == 3
