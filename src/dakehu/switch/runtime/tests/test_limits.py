"""Too much from one address: what is refused, what is dropped, and who does not notice."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from tests.kit.ports import free_port

from dakehu.numbering.domain.trunks import Gateway, TrunkGroup
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime import SourceLimits, TrunkTimings, flood
from dakehu.switch.runtime.emergencies import is_emergency
from dakehu.switch.runtime.flood import Admission, FloodGuard, is_counted
from dakehu.switch.runtime.messages import METHODS
from dakehu.switch.runtime.tests.harness import phone, publish, running
from dakehu.switch.runtime.tests.test_calls import hang_up, talk
from dakehu.switch.sip import (
    Endpoint,
    Request,
    Response,
    SendBytes,
    Stack,
    StackConfig,
    Transport,
    parse_message,
)

PASS, REFUSE, DROP = Admission
UDP = Transport.UDP


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


def guard(*known: Endpoint, rate: float = 10.0, burst: float = 3.0) -> FloodGuard:
    return FloodGuard(SourceLimits(rate, burst), known.__contains__)


def test_a_bucket_empties_and_fills_again() -> None:
    made, source = guard(), Endpoint(UDP, "192.0.2.1", 5060)
    assert [made.admit(source, 0.0) for _ in range(4)] == [PASS, PASS, PASS, REFUSE]
    assert made.admit(source, 0.1) is PASS
    assert made.admit(source, 0.1) is REFUSE
    assert [made.admit(source, 100.0) for _ in range(4)] == [PASS, PASS, PASS, REFUSE]


def test_refusals_are_no_flood_of_their_own() -> None:
    made, source = guard(rate=1.0, burst=1.0), Endpoint(UDP, "192.0.2.1", 5060)
    answers = [made.admit(source, 0.0) for _ in range(1000)]
    assert answers.count(PASS) == 1
    assert answers.count(REFUSE) == 10
    assert answers.count(DROP) == 989


def test_ports_of_an_address_share_and_addresses_do_not() -> None:
    made = guard(burst=1.0)
    assert made.admit(Endpoint(UDP, "192.0.2.1", 1), 0.0) is PASS
    assert made.admit(Endpoint(UDP, "192.0.2.1", 2), 0.0) is not PASS
    assert made.admit(Endpoint(Transport.TLS, "192.0.2.1", 3, 7), 0.0) is not PASS
    assert made.admit(Endpoint(UDP, "192.0.2.2", 1), 0.0) is PASS


def test_who_registered_is_not_counted() -> None:
    known = Endpoint(UDP, "192.0.2.1", 5060)
    made = guard(known, burst=1.0)
    assert {made.admit(known, 0.0) for _ in range(50)} == {PASS}
    assert made.admit(Endpoint(UDP, "192.0.2.1", 5062), 0.0) is PASS


def test_no_limit_is_none() -> None:
    made = guard(rate=0.0)
    assert {made.admit(Endpoint(UDP, "192.0.2.1", 1), 0.0) for _ in range(50)} == {PASS}
    assert len(made) == 0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "MOST_SOURCES", 100)
    made = guard()
    for number in range(1000):
        made.admit(Endpoint(UDP, f"192.0.{number // 250}.{number % 250}", 1), number / 1000)
    assert len(made) == 100


@pytest.mark.parametrize(
    ("start", "counted"),
    [
        (b"INVITE sip:x", True),
        (b"REGISTER sip:x", True),
        (b"\0\0\0", True),
        (b"SIP/2.0 200 OK", False),
        (b"ACK sip:x", False),
        (b"BYE sip:x", False),
        (b"CANCEL sip:x", False),
        (b"PRACK sip:x", False),
        (b"UPDATE sip:x", False),
    ],
)
def test_what_is_counted(start: bytes, counted: bool) -> None:
    assert is_counted(start) is counted


def options(number: int, port: int) -> bytes:
    return (
        f"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{number}\r\n"
        f"From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: {number}\r\nCSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    ).encode()


async def drain(link: socket.socket) -> list[Response]:
    """What came, until a third of a second of silence."""
    answers = []
    try:
        while True:
            received = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(link, 65535), 0.3)
            message = parse_message(received)
            assert isinstance(message, Response)
            answers.append(message)
    except TimeoutError:
        return answers


def test_a_flood_is_refused_then_dropped_while_telephones_call(tmp_path: Path) -> None:
    """A stranger's 200 requests at once: 20 served, ten told when to come again; calls do not notice."""

    async def scene() -> None:
        async with (
            running(tmp_path, sources=SourceLimits(1.0, 20.0)) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server) as b,
        ):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
                link.bind(("127.0.0.1", 0))
                link.setblocking(False)
                link.connect(("127.0.0.1", server.port))
                port = link.getsockname()[1]
                for number in range(200):
                    link.send(options(number, port))
                answers = await drain(link)
            statuses = [answer.status for answer in answers]
            assert 14 <= statuses.count(200) <= 21  # the telephones' registrations were counted as well
            assert 8 <= statuses.count(503) <= 12
            assert {answer.text("retry-after") for answer in answers if answer.status == 503} == {"10"}
            assert server.counters["flood_drop"] >= 160
            dialog, _ = await talk(a, b, "8002")
            await hang_up(a, dialog, b)
            assert server.counters["own_faults"] == 0

    run(scene())


def test_a_flood_on_connections_is_the_same_address(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, sources=SourceLimits(1.0, 5.0)) as server:
            got = []
            for number in range(12):
                reading, writing = await asyncio.open_connection("127.0.0.1", server.ports[Transport.TCP])
                writing.write(options(number, 9).replace(b"/UDP", b"/TCP"))
                got.append(int((await asyncio.wait_for(reading.readuntil(b"\r\n"), 5)).split()[1]))
                writing.close()
            assert got == [200] * 5 + [503] * 7

    run(scene())


def test_overload_refuses_new_calls_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """What waits in the socket's buffer counts as overload: the loop itself would not notice it."""

    async def scene() -> None:
        async with (
            running(tmp_path, overload_backlog=-1.0) as server,
            phone(office.ANNA, server) as a,
        ):
            request = a.build("INVITE", "8002")
            a.transmit(request)
            refused = await a.receive(503)
            assert refused.text("retry-after") == "10"
            a.acknowledge_failure(request, refused)
            assert (await a.register()).status == 200  # registrations go on: they keep telephones reachable
            assert server.counters["calls_refused_by_load"] == 1
            assert server.counters["calls_refused_by_backlog"] == 1

    run(scene())


@pytest.mark.req("CTX-06")
def test_an_emergency_is_served_in_any_overload(tmp_path: Path) -> None:
    async def scene() -> None:
        city = TrunkGroup("CITY", "TY01", "0351", (Gateway("127.0.0.1", port := free_port()),))
        publish(tmp_path, others=[city])
        outside = LineEntry("110", "", "", 0, sip_username="110")
        trunks = TrunkTimings(check_s=0)
        async with (
            running(tmp_path, overload_backlog=-1.0, max_calls=0, trunks=trunks) as server,
            phone(office.ANNA, server) as anna,
            phone(outside, server, register=False, port=port) as police,
        ):
            await asyncio.sleep(0.1)
            refused = await anna.invite("8002")
            assert refused.status == 503
            anna.acknowledge_failure(anna.sent, refused)
            for dialled in ("110", "9110"):
                calling = asyncio.create_task(anna.invite(dialled))
                ours = police.accept(await police.receive("INVITE"))
                answer = await calling
                assert answer.status == 200
                anna.established(answer)
                await police.receive("ACK")
                await hang_up(police, ours, anna)
            assert server.counters["emergencies_in_overload"] >= 2
            assert server.counters["calls_refused_by_load"] == 1
            assert server.counters["calls_refused_by_backlog"] == 1

    run(scene())


def test_an_emergency_has_room_among_too_many_transactions() -> None:
    config = StackConfig(sent_by={UDP: ("127.0.0.1", 5060)}, methods=METHODS, max_server_transactions=1)
    stack = Stack(config, iter(map(str, range(100))).__next__)
    stack.overload.is_urgent = is_emergency
    source = Endpoint(UDP, "192.0.2.1", 5060)

    def told(number: str) -> str:
        lines = [
            ("Via", f"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}"),
            ("From", "<sip:a@x>;tag=1"),
            ("To", f"<sip:{number}@x>"),
            ("Call-ID", number),
            ("CSeq", "1 INVITE"),
            ("Contact", "<sip:a@192.0.2.1>"),
            ("Max-Forwards", "70"),
        ]
        outputs = stack.receive(Request.build("INVITE", f"sip:{number}@x", lines).encode(), source, 0.0)
        return next(str(each.data[8:11], "ascii") for each in outputs if isinstance(each, SendBytes))

    assert [told(number) for number in ("8001", "8002", "110", "119")] == ["100", "503", "100", "503"]
    assert stack.overload.refused == 2
