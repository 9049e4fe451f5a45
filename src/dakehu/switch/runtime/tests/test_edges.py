"""Registration, passwords, noise, overload, restarts: all that surrounds calls."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import DirectoryUnreadable
from dakehu.switch.runtime import VoiceConfig, VoiceServer
from dakehu.switch.runtime.config import GateLimits
from dakehu.switch.runtime.gate import LockOut
from dakehu.switch.runtime.status import read_status
from dakehu.switch.runtime.tests.harness import phone, publish, records_in, running
from dakehu.switch.runtime.tests.test_calls import hang_up, talk
from dakehu.switch.sip import (
    Algorithm,
    Challenge,
    RegistrarPolicy,
    Request,
    Response,
    Transport,
    parse_message,
)
from dakehu.switch.sip.tests.test_rfc4475 import ACCEPT, OUTCOMES

UDP, TCP = Transport.UDP, Transport.TCP


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


async def good_call(server: Any) -> None:
    async with phone(office.ANNA, server) as a, phone(office.BO, server) as b:
        dialog, _ = await talk(a, b, "8002")
        await hang_up(a, dialog, b)


# --- registration


@pytest.mark.parametrize("transport", [UDP, TCP])
@pytest.mark.parametrize("algorithm", Algorithm)
def test_registering_with_digest(tmp_path: Path, transport: Transport, algorithm: Algorithm) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, algorithms=(algorithm,)) as server,
            phone(office.ANNA, server, transport, register=False) as a,
        ):
            request = a.build("REGISTER", "tel8001")
            a.transmit(request)
            challenged = await a.receive(401)
            (offered,) = challenged.texts("www-authenticate")
            found = Challenge.parse(offered)
            assert found is not None
            assert (found.realm, found.algorithm) == ("dakehu", algorithm)
            a.transmit(a.again(request, challenged, "secret-tel8001"))
            accepted = await a.receive(200)
            assert accepted.contact.target == a.contact
            assert (await a.register(expires=0)).texts("contact") == []

    run(scene())


def test_algorithms_are_offered_in_their_order(tmp_path: Path) -> None:
    async def scene() -> None:
        both = (Algorithm.SHA256, Algorithm.MD5)
        async with (
            running(tmp_path, algorithms=both) as server,
            phone(office.ANNA, server, register=False) as a,
        ):
            a.transmit(a.build("REGISTER", "tel8001"))
            offered = [Challenge.parse(text) for text in (await a.receive(401)).texts("www-authenticate")]
            assert [found.algorithm for found in offered if found] == list(both)

    run(scene())


def test_a_wrong_password_and_the_lock_out(tmp_path: Path) -> None:
    limits = GateLimits(per_user=3, per_host=50, window_s=0.5)

    async def scene() -> None:
        async with (
            running(tmp_path, gate=limits) as server,
            phone(office.ANNA, server, register=False) as a,
            phone(office.BO, server) as b,
        ):
            assert [(await a.register(password="wrong")).status for _ in range(3)] == [401, 401, 403]
            assert (await a.register()).status == 403  # the right one is no use now
            assert (await b.register()).status == 200  # a neighbour behind the same address is not hurt
            await asyncio.sleep(0.6)
            assert (await a.register()).status == 200

    run(scene())


def test_one_telephone_that_never_stops_does_not_lock_its_office_out(tmp_path: Path) -> None:
    async def scene() -> None:
        limits = GateLimits(per_user=2, per_host=4)
        async with (
            running(tmp_path, gate=limits) as server,
            phone(office.ANNA, server, register=False) as a,
            phone(office.BO, server, register=False) as b,
        ):
            for _ in range(10):
                await a.register(password="wrong")
            assert (await b.register()).status == 200

    run(scene())


def test_an_address_that_tries_many_names_is_locked_out(tmp_path: Path) -> None:
    async def scene() -> None:
        limits = GateLimits(per_user=100, per_host=4)
        async with running(tmp_path, gate=limits) as server, phone(office.ANNA, server, register=False) as a:
            statuses = []
            for number in range(6):
                request = a.build("REGISTER", f"guess{number}")
                statuses.append((await a.ask(request, password="guess")).status)
            assert statuses == [401, 401, 401, 403, 403, 403]

    run(scene())


def test_what_a_stranger_learns_is_the_same_for_any_name(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server, register=False) as a:
            stranger = msgspec.structs.replace(office.ANNA, sip_username="nobody")
            async with phone(stranger, server, register=False) as b:
                known, unknown = await a.register(password="x"), await b.register(password="x")
                assert (known.status, unknown.status) == (401, 401)
                assert len(known.texts("www-authenticate")) == len(unknown.texts("www-authenticate"))

    run(scene())


def test_nobody_registers_for_another_line(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server, register=False) as a:
            assert (await a.ask(a.build("REGISTER", "tel8002"))).status == 403
            assert (await a.ask(a.build("REGISTER", office.ANNA.public_number))).status == 200

    run(scene())


def test_nobody_calls_without_the_password(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server) as a:
            request = a.build("INVITE", "8002")
            response = await a.ask(request, password="wrong")
            assert response.status == 401
            a.acknowledge_failure(a.sent, response)
            assert records_in(tmp_path) == []

    run(scene())


@pytest.mark.parametrize(
    ("transport", "trusted", "status"), [(UDP, False, 401), (UDP, True, 480), (TCP, False, 480)]
)
def test_a_registered_flow_calls_without_challenge_where_it_is_trusted(
    tmp_path: Path, transport: Transport, trusted: bool, status: int
) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, trust_udp_flows=trusted) as server,
            phone(office.ANNA, server, transport) as a,
        ):
            a.sent = a.build("INVITE", "8009")
            a.transmit(a.sent)
            a.acknowledge_failure(a.sent, await a.receive(status))
            other = a.build("INVITE", "8009", From="<sip:tel8002@127.0.0.1>;tag=x")
            other.remove("from")
            other.add("from", "<sip:tel8002@127.0.0.1>;tag=x")
            a.transmit(other)  # not the line that registered here
            a.acknowledge_failure(other, await a.receive(401))

    run(scene())


PUBLISHES_ANNA = """
import sys
from pathlib import Path
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import DirectoryWriter, UpsertLine
from dakehu.switch.runtime.tests.harness import with_secret
DirectoryWriter(Path(sys.argv[1])).publish([UpsertLine(with_secret(office.ANNA))])
"""


def test_a_publication_counts_at_once(tmp_path: Path) -> None:
    publish(tmp_path, lines=[])

    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server, register=False) as a:
            assert (await a.register()).status == 401
            command = [sys.executable, "-c", PUBLISHES_ANNA, str(tmp_path / "directory.lmdb")]
            await asyncio.to_thread(subprocess.run, command, check=True)
            assert (await a.register()).status == 200

    run(scene())


@pytest.mark.parametrize("transport", [UDP, TCP])
def test_registrations_survive_a_restart(tmp_path: Path, transport: Transport) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server:
            port = server.port
            async with phone(office.BO, server, UDP) as b, phone(office.ANNA, server, transport) as a:
                await server.stop()
                async with running(tmp_path, port=port) as again:
                    assert again.counters["register_200"] == 0
                    async with phone(office.ANNA, again, register=False) as caller:
                        dialog, _ = await talk(caller, b, "8002")
                        await hang_up(caller, dialog, b)
                del a

    run(scene())


def test_registrations_expire(tmp_path: Path) -> None:
    async def scene() -> None:
        policy = RegistrarPolicy(shortest_s=1)
        async with (
            running(tmp_path, registrar=policy) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server, register=False) as b,
        ):
            assert (await b.register(expires=1)).status == 200
            await asyncio.sleep(1.2)
            assert (await a.invite("8002")).status == 480

    run(scene())


def test_bytes_that_are_no_text_are_stored_as_what_they_are_not(tmp_path: Path) -> None:
    """A User-Agent and dialled digits that are no UTF-8: neither bindings nor records may fail at them."""

    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server, register=False) as a:
            register = a.build("REGISTER", "tel8001", Expires="600", User_Agent="M\udcffker")
            assert (await a.ask(register)).status == 200
            a.sent = a.build("INVITE", "%FF%FE", body=b"v=0\r\n")
            refused = await a.ask(a.sent)
            assert refused.status == 404
            assert server.counters["own_faults"] == 0

    asyncio.run(scene())
    assert [record.dialled for record in records_in(tmp_path)] == ["\ufffd\ufffd"]


def test_too_short_a_registration_is_refused(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server, register=False) as a:
            response = await a.register(expires=5)
            assert (response.status, response.text("min-expires")) == (423, "60")

    run(scene())


# --- noise


def udp() -> socket.socket:
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.bind(("127.0.0.1", 0))
    link.setblocking(False)
    return link


async def statuses_from(link: socket.socket, wait_s: float, *, most: int = 100) -> list[int]:
    """The statuses of what comes within the time, up to so many, provisional ones left out."""
    loop = asyncio.get_running_loop()
    found: list[int] = []
    end = loop.time() + wait_s
    while (left := end - loop.time()) > 0 and len(found) < most:
        try:
            data = await asyncio.wait_for(loop.sock_recv(link, 65_536), left)
        except TimeoutError:
            break
        message = parse_message(data)
        if isinstance(message, Response) and message.status >= 200:
            found.append(message.status)
    return found


def test_noise_is_dropped_and_calls_go_on(tmp_path: Path) -> None:
    chance = random.Random(4475)

    async def scene() -> None:
        async with running(tmp_path) as server:
            with udp() as link:
                place = ("127.0.0.1", server.port)
                for size in (1, 3, 20, 400, 1400, 9000, 60_000):
                    for _ in range(20):
                        link.sendto(chance.randbytes(size), place)
                for text in (b"\0" * 4, b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n"):
                    link.sendto(text, place)
                assert await statuses_from(link, 0.3) == []
            assert server.counters["own_faults"] == 0
            assert server.counters["dropped"] > 100
            await good_call(server)

    run(scene())


def test_noise_on_a_connection_closes_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server:
            for noise in (
                b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                b"INVITE sip:1@x SIP/2.0\r\nContent-Length: -3\r\n\r\n",
                random.Random(1).randbytes(100_000),
            ):
                reading, writing = await asyncio.open_connection("127.0.0.1", server.port)
                writing.write(noise)
                async with asyncio.timeout(3):
                    with contextlib.suppress(ConnectionError):
                        await reading.read()
                writing.close()
            await good_call(server)

    run(scene())


STATUS_OF_ACCEPTED = {"INVITE": 401, "REGISTER": 401, "OPTIONS": 200, "MESSAGE": 401}


@pytest.fixture(scope="module")
def torture() -> Path:
    folder = Path(os.environ.get("DAKEHU_TESTDATA", Path.cwd().parent / "shared")) / "sip" / "rfc4475"
    if not folder.is_dir():
        pytest.skip(f"no RFC 4475 messages at {folder} (set DAKEHU_TESTDATA)")
    return folder


def expected(data: bytes, outcome: str | int) -> set[int]:
    """The statuses a running server must give to a message of RFC 4475, none being silence."""
    if isinstance(outcome, int):
        return {outcome}
    if outcome != ACCEPT:
        return set()
    request = parse_message(data)
    assert isinstance(request, Request)
    if request.to.tag and request.method == "INVITE":
        return {481}  # of a dialog that nobody knows
    return {STATUS_OF_ACCEPTED[request.method]}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_message_of_rfc_4475_at_a_running_server(tmp_path: Path, torture: Path, name: str) -> None:
    """It answers as the section asks, and survives: a good call works afterwards."""
    data = (torture / f"{name}.dat").read_bytes()
    wanted = expected(data, OUTCOMES[name][1])

    async def scene() -> None:
        async with running(tmp_path) as server:
            with udp() as link:
                link.sendto(data, ("127.0.0.1", server.port))
                got = set(await statuses_from(link, 10.0 if wanted else 0.05, most=1))
            assert got <= wanted
            assert got or not wanted
            assert server.counters["own_faults"] == 0
            await good_call(server)

    run(scene())


def test_every_message_of_rfc_4475_on_connections(tmp_path: Path, torture: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server:
            writers = []
            for name in OUTCOMES:
                _, writing = await asyncio.open_connection("127.0.0.1", server.port)
                writing.write((torture / f"{name}.dat").read_bytes())
                writers.append(writing)
            await asyncio.sleep(0.3)
            await good_call(server)
            assert server.counters["own_faults"] == 0
            for writing in writers:
                writing.close()

    run(scene())


# --- the rest


@pytest.mark.parametrize("transport", [UDP, TCP])
def test_options_says_what_we_can(tmp_path: Path, transport: Transport) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server, transport, register=False) as a:
            a.transmit(a.build("OPTIONS", "ping"))
            response = await a.receive(200)
            assert response.tokens("allow") >= {"invite", "ack", "bye", "cancel", "options", "register"}
            assert response.text("accept") == "application/sdp"

    run(scene())


@pytest.mark.parametrize(("method", "status"), [("BYE", 481), ("INVITE", 481), ("OPTIONS", 481)])
def test_a_dialog_nobody_knows(tmp_path: Path, method: str, status: int) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server, register=False) as a:
            request = a.build(method, "8002")
            request.put("to", "<sip:8002@127.0.0.1>;tag=gone")
            a.transmit(request)
            response = await a.receive(status)
            if method == "INVITE":
                a.acknowledge_failure(request, response)

    run(scene())


def test_beyond_the_bounds_new_calls_wait_and_old_ones_go_on(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, max_calls=1) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server) as b,
            phone(office.DESK, server) as c,
        ):
            dialog, _ = await talk(a, b, "8002")
            c.sent = c.build("INVITE", "8004")
            c.transmit(c.sent)
            response = await c.receive(503)
            assert response.text("retry-after") == "10"
            c.acknowledge_failure(c.sent, response)
            await hang_up(a, dialog, b)
            assert (await c.invite("8004")).status == 480

    run(scene())


def test_the_status_file_tells_how_it_goes(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as server, phone(office.ANNA, server):
            await asyncio.sleep(0.1)
            status = read_status(tmp_path / "voice.json")
            assert status is not None
            assert (status.state, status.port, status.calls) == ("up", server.port, 0)
        stopped = read_status(tmp_path / "voice.json")
        assert stopped is not None
        assert (stopped.state, stopped.registered) == ("stopped", 1)
        assert stopped.counters["register_200"] == 1

    run(scene())


def test_no_status_is_none(tmp_path: Path) -> None:
    assert read_status(tmp_path / "voice.json") is None


def test_a_lock_out_forgets_and_forgives() -> None:
    lock = LockOut(2, 10.0)
    assert not lock.failed("a", 0.0)
    assert lock.failed("a", 1.0)
    assert lock.is_locked("a", 10.9)
    assert not lock.is_locked("a", 11.0)
    assert not lock.failed("a", 12.0)  # the count began anew
    lock.forgive("a")
    assert not lock.failed("a", 13.0)
    assert not lock.failed("a", 23.0)  # too far apart


def test_two_processes_never_share_a_spool(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path):
            with pytest.raises(DirectoryUnreadable):  # LMDB says it first within one process
                VoiceServer(VoiceConfig(tmp_path))

    run(scene())
