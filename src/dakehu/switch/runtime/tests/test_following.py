"""Several lines ring for one number, on the wire."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.runtime.tests.harness import phone, publish, records_in, running
from dakehu.switch.runtime.tests.test_calls import hang_up


def published(home: Path, follow: Follow) -> None:
    service = OneNumber(follow, (Bound("8003"), Bound("95551234")))
    bo = msgspec.structs.replace(office.BO, one_number=service)
    publish(home, [line if line != office.BO else bo for line in office.LINES])


@pytest.mark.req("IN-02")
def test_three_lines_ring_and_the_last_one_answers_first(tmp_path: Path) -> None:
    published(tmp_path, Follow.TOGETHER)

    async def scene() -> None:
        async with (
            running(tmp_path) as server,
            phone(office.ANNA, server) as anna,
            phone(office.BO, server) as bo,
            phone(office.DESK, server) as desk,
            phone(office.HOME, server) as home,
        ):
            calling = asyncio.create_task(anna.invite("8002"))
            invites = [await each.receive("INVITE") for each in (bo, desk, home)]
            assert [str(invite.text("diversion") or "") == "" for invite in invites] == [True, False, False]
            assert "reason=follow-me" in invites[2].text("diversion")
            assert f"sip:{office.ANNA.public_number}@" in str(invites[2].from_)
            bo.answer(invites[0], 180)
            assert (await calling).status == 180
            theirs = home.accept(invites[2])
            answer = await anna.receive(200)
            ours = anna.established(answer)
            await home.receive("ACK")
            for other, invite in ((bo, invites[0]), (desk, invites[1])):
                if other is desk:
                    other.answer(invite, 180)
                other.answer(await other.receive("CANCEL"), 200)
                other.answer(invite, 487)
                await other.receive("ACK")
            assert theirs.id
            await hang_up(anna, ours, home)

    asyncio.run(scene())
    first, second = sorted(records_in(tmp_path), key=lambda record: record.record_id)
    assert (first.calling_number, first.called_number) == (office.ANNA.public_number, office.BO.public_number)
    assert (second.calling_number, second.called_number, second.dialled) == (
        office.BO.public_number,
        office.HOME.public_number,
        "95551234",
    )
