"""Other networks in calls of more than two legs, by their sound: handed on from there and to there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from tests.kit.ports import free_port

from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
from dakehu.numbering.domain.trunks import Gateway, Rewriting, TrunkGroup
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry
from dakehu.switch.media import MediaConfig
from dakehu.switch.media.tests.peer import until
from dakehu.switch.records import EndCause
from dakehu.switch.runtime import TrunkTimings
from dakehu.switch.runtime.tests.handset import Handset, handset
from dakehu.switch.runtime.tests.harness import publish, records_in, running
from dakehu.switch.runtime.tests.test_gateways import MOBILE
from dakehu.switch.runtime.tests.test_transfer import hear_each_other, talk

Scene = Callable[[Handset, Handset, Handset, Handset], Awaitable[None]]
OUTSIDE = LineEntry("13800000000", "", "", 0, sip_username="13800000000")
FOLLOWED = changed(office.DESK, one_number=OneNumber(Follow.TOGETHER, (Bound(MOBILE),)))


def play(home: Path, scene: Scene) -> None:
    """Anna, Bo, the desk, which follows to the mobile outside, and that one."""

    async def whole() -> None:
        port = free_port()
        trunk = TrunkGroup("CITY", "TY01", "0351", (Gateway("127.0.0.1", port),), calling=Rewriting(1, "+86"))
        lines = {line.public_number: line for line in (*office.LINES, FOLLOWED)}.values()
        publish(home, lines=lines, others=[trunk])
        media = MediaConfig(home, first_port=26_000, last_port=26_999, builds_prompts=False)
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            server = await enter(running(home, media=media, trunks=TrunkTimings(check_s=0)))
            a, b, c = [await enter(handset(each, server)) for each in (office.ANNA, office.BO, FOLLOWED)]
            outside = await enter(handset(OUTSIDE, server, register=False, port=port))
            await scene(a, b, c, outside)

    asyncio.run(whole())


@pytest.mark.req("VPN-14", "CTX-08")
def test_a_call_from_outside_is_handed_on_and_shows_its_number(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, _c: Handset, outside: Handset) -> None:
        _, theirs = await talk(outside, "03512348002", b)
        b.refer(theirs, "<sip:8001@127.0.0.1>")
        invite = await a.rings.get()
        assert invite.from_.uri.username == "13800000000"
        a.rings.put_nowait(invite)
        await outside.heard_tone(450)
        onward = await a.pick_up()
        await hear_each_other(outside, a)
        a.hang_up(onward)
        await until(lambda: len(outside.hung_up) == 1)

    play(tmp_path, scene)
    first, second = sorted(records_in(tmp_path), key=lambda record: record.record_id)
    assert (first.calling_number, first.calling_customer_id) == ("13800000000", 0)
    assert (second.calling_number, second.called_number) == ("03512348002", "03512348001")


def test_who_is_outside_hands_nothing_on(tmp_path: Path) -> None:
    """Whatever number the gateway gives: nobody here would have asked for it, and somebody would pay."""

    async def scene(a: Handset, b: Handset, _c: Handset, outside: Handset) -> None:
        mine, _ = await talk(outside, "03512348002", b)
        outside.refer(mine, "<sip:8001@127.0.0.1>")
        await hear_each_other(outside, b)
        assert a.rings.empty()
        assert not outside.notified

    play(tmp_path, scene)


@pytest.mark.req("CTX-07")
def test_a_call_from_outside_is_picked_up(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, _c: Handset, outside: Handset) -> None:
        await outside.dial("03512348002")
        await b.rings.get()
        await a.dial("*11#")
        theirs = await a.talks()
        await outside.talks()
        await hear_each_other(outside, a)
        a.hang_up(theirs)
        await until(lambda: len(outside.hung_up) == 1)

    play(tmp_path, scene)


@pytest.mark.req("VPN-14")
def test_a_call_is_handed_on_to_another_network(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, _c: Handset, outside: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        b.refer(theirs, f"<sip:{MOBILE}@127.0.0.1>")
        invite = await outside.rings.get()
        assert invite.from_.uri.username == "+863512348001", "the original caller, as the trunk writes it"
        outside.rings.put_nowait(invite)
        await outside.pick_up()
        await until(lambda: b.notified == [100, 180, 200])
        await hear_each_other(a, outside)

    play(tmp_path, scene)
    _, second = sorted(records_in(tmp_path), key=lambda record: record.record_id)
    assert (second.calling_number, second.called_number) == ("03512348002", "13800000000")


@pytest.mark.req("IN-02", "VPN-14")
def test_a_call_is_handed_on_to_a_line_that_rings_in_two_places(tmp_path: Path) -> None:
    async def scene(a: Handset, b: Handset, c: Handset, outside: Handset) -> None:
        _, theirs = await talk(a, "8002", b)
        b.refer(theirs, "<sip:8003@127.0.0.1>")
        await c.rings.get()
        onward = await outside.pick_up()
        await hear_each_other(a, outside)
        outside.hang_up(onward)
        await until(lambda: len(a.hung_up) == 1)

    play(tmp_path, scene)
    records = sorted(records_in(tmp_path), key=lambda record: record.record_id)
    assert [record.calling_number[-4:] for record in records] == ["8001", "8002", "8003"]
    assert records[2].called_number == "13800000000"
    assert {record.cause for record in records} == {EndCause.COMPLETED}


@pytest.mark.req("CTX-08", "VPN-10")
def test_who_calls_the_main_number_from_outside_waits_for_the_attendant(tmp_path: Path) -> None:
    async def scene(a: Handset, _b: Handset, c: Handset, outside: Handset) -> None:
        await a.dial("0")
        first = await c.pick_up()
        await a.talks()
        await outside.dial(office.OFFICE.gcn)
        await until(lambda: len(outside.ear.packets) > 30)
        assert c.rings.empty()
        c.hang_up(first)
        invite = await c.rings.get()
        assert invite.from_.uri.username == "13800000000"
        c.rings.put_nowait(invite)
        await c.pick_up()
        theirs = await outside.talks()
        await hear_each_other(outside, c)
        outside.hang_up(theirs)
        await until(lambda: len(c.hung_up) == 1)

    play(tmp_path, scene)
    (waited,) = [each for each in records_in(tmp_path) if each.calling_number == "13800000000"]
    assert (waited.called_number, waited.cause) == (office.DESK.public_number, EndCause.COMPLETED)
    assert waited.trace == ("trunk CITY", "main_number", "IN-02"), (
        "the console's own telephone and the one bound to it"
    )
