"""Calls to other networks and from them, on the wire: gateways that answer, refuse, stay silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.kit.ports import free_port

from dakehu.numbering.domain.services import Services
from dakehu.numbering.domain.trunks import Account, Gateway, Rewriting, TrunkGroup
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry
from dakehu.switch.records import EndCause
from dakehu.switch.runtime import TrunkTimings, VoiceServer
from dakehu.switch.runtime.tests.harness import OFFER, Phone, phone, publish, records_in, running
from dakehu.switch.runtime.tests.test_calls import hang_up
from dakehu.switch.sip import Algorithm, Challenge, Endpoint, Request, Response, Transport, ha1
from dakehu.switch.sip.auth import Credentials

OUTSIDE = LineEntry("13800000000", "", "", 0, sip_username="gateway")
QUICK = TrunkTimings(check_s=0, silent_s=0.4)
MOBILE = "913800000000"


@asynccontextmanager
async def gateways(
    home: Path,
    count: int,
    timings: TrunkTimings = QUICK,
    *,
    before: tuple[Gateway, ...] = (),
    line: LineEntry = office.BO,
    **rules: Any,
) -> AsyncIterator[tuple[VoiceServer, Phone, list[Phone]]]:
    """A server, a telephone, and gateways of one group that wait to be called."""
    ports = [free_port() for _ in range(count)]
    places = (*before, *(Gateway("127.0.0.1", port) for port in ports))
    lines = [each if each.public_number != line.public_number else line for each in office.LINES]
    publish(home, lines, others=[TrunkGroup("CITY", "TY01", "0351", places, **rules)])
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(home, trunks=timings))
        made = [
            await stack.enter_async_context(phone(OUTSIDE, server, register=False, port=port))
            for port in ports
        ]
        yield server, await stack.enter_async_context(phone(office.ANNA, server)), made


def test_a_call_leaves_with_its_numbers_rewritten(tmp_path: Path) -> None:
    async def scene() -> None:
        called, calling_rule = Rewriting(0, "86"), Rewriting(1, "+86")
        async with gateways(tmp_path, 1, called=called, calling=calling_rule) as (server, anna, [gateway]):
            calling = asyncio.create_task(anna.invite(MOBILE))
            invite = await gateway.receive("INVITE")
            assert invite.target == f"sip:8613800000000@127.0.0.1:{gateway.port}"
            assert invite.text("p-asserted-identity") == f"<sip:+863512348001@{server.config.host}>"
            gateway.inbox.put_nowait(invite)
            await answered(anna, gateway, calling)

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert (record.called_number, record.call_class, record.trace[-1]) == (
        "13800000000",
        "local",
        "trunk CITY",
    )


@pytest.mark.parametrize("first", ["503", "500", "silent"])
def test_the_next_gateway_takes_the_call(tmp_path: Path, first: str) -> None:
    async def scene() -> None:
        async with gateways(tmp_path, 2) as (server, anna, [one, two]):
            calling = asyncio.create_task(anna.invite(MOBILE))
            invite = await one.receive("INVITE")
            if first.isdigit():
                one.answer(invite, int(first))
                await one.receive("ACK")
            await answered(anna, two, calling)
            assert len(server.gateways_down) == (first == "silent")
            assert one.inbox.empty()

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert record.cause is EndCause.COMPLETED


def test_a_gateway_that_takes_no_connection_is_passed_over(tmp_path: Path) -> None:
    async def scene() -> None:
        closed = Gateway("127.0.0.1", free_port(), "tcp")
        async with gateways(tmp_path, 1, before=(closed,)) as (_server, anna, [gateway]):
            await answered(anna, gateway, asyncio.create_task(anna.invite(MOBILE)))

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert record.cause is EndCause.COMPLETED


def test_what_comes_from_a_gateway_is_no_flood(tmp_path: Path) -> None:
    async def scene() -> None:
        async with gateways(tmp_path, 1, TrunkTimings(check_s=60)) as (server, _anna, [gateway]):
            await gateway.receive("OPTIONS")
            assert server._is_known(Endpoint(Transport.UDP, "127.0.0.1", 9))
            assert not server._is_known(Endpoint(Transport.UDP, "192.0.2.1", gateway.port))

    asyncio.run(scene())


async def answered(anna: Phone, gateway: Phone, calling: asyncio.Task[Response]) -> None:
    """The gateway answers, they talk, Anna hangs up."""
    invite = await gateway.receive("INVITE")
    gateway.answer(invite, 180)
    assert (await calling).status == 180
    gateway.accept(invite)
    ours = anna.established(await anna.receive(200))
    await gateway.receive("ACK")
    await hang_up(anna, ours, gateway)


def test_a_gateway_that_was_silent_is_tried_last_from_then_on(tmp_path: Path) -> None:
    async def scene() -> None:
        async with gateways(tmp_path, 2) as (_server, anna, [one, two]):
            for number in (1, 2):
                calling = asyncio.create_task(anna.invite(MOBILE))
                two.answer(await two.receive("INVITE"), 486)
                await two.receive("ACK")
                refused = await calling
                anna.acknowledge_failure(anna.sent, refused)
                assert (number, refused.status) == (number, 486)
                branches = set()
                while not one.inbox.empty():
                    branches.add(one.inbox.get_nowait().text("via"))
                assert len(branches) == (1 if number == 1 else 0)

    asyncio.run(scene())


def test_all_gateways_refuse_and_the_caller_hears_congestion(tmp_path: Path) -> None:
    async def scene() -> None:
        async with gateways(tmp_path, 2) as (_server, anna, both):
            calling = asyncio.create_task(anna.invite(MOBILE))
            for gateway in both:
                gateway.answer(await gateway.receive("INVITE"), 503)
                await gateway.receive("ACK")
            refused = await calling
            assert refused.status == 503
            assert "Q.850;cause=34" in (refused.text("reason") or "")
            anna.acknowledge_failure(anna.sent, refused)

    asyncio.run(scene())


def test_the_limit_holds_for_all_but_emergencies(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            gateways(tmp_path, 1, channels=1) as (server, anna, [gateway]),
            phone(office.BO, server) as bo,
        ):
            first = asyncio.create_task(anna.invite(MOBILE))
            gateway.answer(await gateway.receive("INVITE"), 180)
            assert (await first).status == 180
            refused = await bo.invite(MOBILE)
            assert (refused.status, "cause=34" in (refused.text("reason") or "")) == (503, True)
            bo.acknowledge_failure(bo.sent, refused)
            urgent = asyncio.create_task(bo.invite("110"))
            invite = await gateway.receive("INVITE")
            assert invite.uri.number == "110"
            gateway.answer(invite, 486)
            await gateway.receive("ACK")
            bo.acknowledge_failure(bo.sent, await urgent)
            anna.cancel()
            await anna.receive(200)
            gateway.answer(await gateway.receive("CANCEL"), 200)
            anna.acknowledge_failure(anna.sent, await anna.receive(487))
            again = asyncio.create_task(bo.invite(MOBILE))  # the channel is free again
            gateway.answer(await gateway.receive("INVITE"), 486)
            await gateway.receive("ACK")
            assert (await again).status == 486

    asyncio.run(scene())


@pytest.mark.parametrize("status", [401, 407])
@pytest.mark.parametrize("algorithm", [Algorithm.MD5, Algorithm.SHA256])
def test_a_gateway_asks_who_we_are(tmp_path: Path, status: int, algorithm: Algorithm) -> None:
    secrets = [ha1("dakehu", "other", "p", each) for each in (Algorithm.MD5, Algorithm.SHA256)]
    account = Account("dakehu", "other", *secrets)
    answers = "authorization" if status == 401 else "proxy-authorization"

    async def scene() -> None:
        async with gateways(tmp_path, 1, account=account) as (_server, anna, [gateway]):
            calling = asyncio.create_task(anna.invite(MOBILE))
            challenge = Challenge("other", "n1", algorithm)
            invite = await gateway.receive("INVITE")
            if status == 401:
                gateway.answer(invite, 401, WWW_Authenticate=str(challenge))
            else:
                gateway.answer(invite, 407, Proxy_Authenticate=str(challenge))
            await gateway.receive("ACK")
            again = await gateway.receive("INVITE")
            given = Credentials.parse(again.text(answers))
            assert given is not None
            assert (given.username, given.nonce) == ("dakehu", "n1")
            secret = ha1("dakehu", "other", "p", algorithm)
            assert given.response == given.expected(secret, "INVITE")
            assert (again.call_id, again.cseq.number) == (invite.call_id, 2)
            gateway.inbox.put_nowait(again)
            await answered(anna, gateway, calling)

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert record.cause is EndCause.COMPLETED


def test_a_gateway_asks_who_we_are_inside_the_call_too(tmp_path: Path) -> None:
    account = Account("dakehu", "other", ha1("dakehu", "other", "p"), "")

    async def challenged(gateway: Phone, method: str) -> Request:
        """The request once more, proved."""
        first: Request = await gateway.receive(method)
        gateway.answer(first, 407, Proxy_Authenticate=str(Challenge("other", "n1")))
        if method == "INVITE":
            await gateway.receive("ACK")
        again: Request = await gateway.receive(method)
        given = Credentials.parse(again.text("proxy-authorization") or "")
        assert given is not None
        assert given.response == given.expected(ha1("dakehu", "other", "p"), method)
        assert again.cseq.number == first.cseq.number + 1
        return again

    async def scene() -> None:
        async with gateways(tmp_path, 1, account=account) as (_server, anna, [gateway]):
            calling = asyncio.create_task(anna.invite(MOBILE))
            gateway.accept(await challenged(gateway, "INVITE"))
            ours = anna.established(await calling)
            await gateway.receive("ACK")
            anna.transmit(ours.request("INVITE", body=OFFER, content_type="application/sdp"))
            gateway.answer(await challenged(gateway, "INVITE"), 200, body=OFFER)
            await gateway.receive("ACK")
            await anna.receive(200)
            anna.transmit(ours.ack())
            anna.transmit(ours.request("BYE"))
            gateway.answer(await challenged(gateway, "BYE"), 200)
            await anna.receive(200)

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert record.cause is EndCause.COMPLETED


@pytest.mark.parametrize("late", [180, 200])
def test_a_gateway_that_wakes_up_too_late_is_hung_up(tmp_path: Path, late: int) -> None:
    async def scene() -> None:
        async with gateways(tmp_path, 2) as (_server, anna, [one, two]):
            calling = asyncio.create_task(anna.invite(MOBILE))
            invite = await one.receive("INVITE")
            second = await two.receive("INVITE")
            one.inbox = asyncio.Queue()
            if late == 200:
                one.accept(invite)
                await one.receive("ACK")
                one.answer(await one.receive("BYE"), 200)
            else:
                one.answer(invite, 180)
                one.answer(await one.receive("CANCEL"), 200)
                one.answer(invite, 487)
                await one.receive("ACK")
            two.inbox.put_nowait(second)
            await answered(anna, two, calling)

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert record.cause is EndCause.COMPLETED


@pytest.mark.parametrize("realm", ["other", "strange"])
def test_a_challenge_that_is_not_answered_refuses_the_call(tmp_path: Path, realm: str) -> None:
    """Another realm than the account's, or a wrong password: nothing is tried twice."""
    account = Account("dakehu", "other", ha1("dakehu", "other", "p"), "")

    async def scene() -> None:
        async with gateways(tmp_path, 1, account=account) as (_server, anna, [gateway]):
            calling = asyncio.create_task(anna.invite(MOBILE))
            for _attempt in range(2 if realm == "other" else 1):
                invite = await gateway.receive("INVITE")
                gateway.answer(invite, 401, WWW_Authenticate=str(Challenge(realm, "n1")))
                await gateway.receive("ACK")
            refused = await calling
            assert refused.status == 480
            anna.acknowledge_failure(anna.sent, refused)

    asyncio.run(scene())


def test_a_call_from_another_network(tmp_path: Path) -> None:
    async def scene() -> None:
        async with gateways(tmp_path, 1) as (_server, anna, [gateway]):
            request = gateway.build(
                "INVITE", "03512348001", body=OFFER, P_Asserted_Identity="<sip:+8613900000000@192.0.2.1>"
            )
            gateway.sent = request
            calling = asyncio.create_task(gateway.ask(request))
            invite = await anna.receive("INVITE")
            assert "sip:13900000000@" in invite.text("p-asserted-identity")
            anna.answer(invite, 180)
            assert (await calling).status == 180
            anna.accept(invite)
            dialog = gateway.established(await gateway.receive(200))
            await anna.receive("ACK")
            await hang_up(gateway, dialog, anna)

    asyncio.run(scene())
    (record,) = records_in(tmp_path)
    assert (record.calling_number, record.calling_customer_id, record.call_class) == ("13900000000", 0, None)
    assert (record.called_number, record.trace) == (office.ANNA.public_number, ("trunk CITY",))


@pytest.mark.req("VPN-06")
def test_a_forwarded_call_that_comes_back_rings(tmp_path: Path) -> None:
    """The gateway sends what it got back to the line that forwards."""
    forwarding = msgspec.structs.replace(office.BO, services=Services(forward_always=MOBILE))

    async def scene() -> None:
        async with (
            gateways(tmp_path, 1, line=forwarding) as (server, anna, [gateway]),
            phone(office.BO, server) as bo,
        ):
            calling = asyncio.create_task(anna.invite("8002"))
            out = await gateway.receive("INVITE")
            gateway.answer(out, 180)
            assert (await calling).status == 180
            diversion = out.text("diversion") or ""
            back = gateway.build("INVITE", "03512348002", body=OFFER, Diversion=diversion)
            gateway.transmit(back)
            invite = await bo.receive("INVITE")
            bo.answer(invite, 486)
            await bo.receive("ACK")
            gateway.acknowledge_failure(back, await gateway.receive(486))
            gateway.answer(out, 486)
            await gateway.receive("ACK")
            anna.acknowledge_failure(anna.sent, await anna.receive(486))

    asyncio.run(scene())


def test_a_stranger_brings_no_calls(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            gateways(tmp_path, 1) as (server, _anna, _gateway),
            phone(OUTSIDE, server, register=False) as stranger,
        ):
            request = stranger.build("INVITE", "03512348001", body=OFFER)
            stranger.transmit(request)
            await stranger.receive(401)

    asyncio.run(scene())


async def until(holds: Callable[[], bool]) -> None:
    while True:
        if holds():
            return
        await asyncio.sleep(0.02)


def test_gateways_are_asked_whether_they_live(tmp_path: Path) -> None:
    async def scene() -> None:
        async with gateways(tmp_path, 2, TrunkTimings(0.3, 0.2)) as (server, anna, [one, two]):
            living = {two}

            async def answer_checks() -> None:
                while True:
                    for gateway in living:
                        while not gateway.inbox.empty():
                            request = gateway.inbox.get_nowait()
                            if isinstance(request, Request) and request.method != "ACK":
                                gateway.answer(request, 405 if request.method == "OPTIONS" else 486)
                    await asyncio.sleep(0.01)

            checks = asyncio.create_task(answer_checks())
            async with asyncio.timeout(10):
                await until(lambda: server.gateways_down == (Gateway("127.0.0.1", one.port),))
                assert (await anna.invite(MOBILE)).status == 486
                living.add(one)
                await until(lambda: not server.gateways_down)
            checks.cancel()

    asyncio.run(scene())
