"""TLS, WebSocket and telephones behind address translation, by real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import socket
import ssl
import stat
import struct
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from websockets.frames import Opcode

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.runtime import CertificateFiles, Doors, VoiceServer
from dakehu.switch.runtime.links import streams
from dakehu.switch.runtime.links.selfmade import self_made
from dakehu.switch.runtime.tests.harness import (
    Browser,
    all_doors,
    phone,
    running,
    tls_of,
)
from dakehu.switch.runtime.tests.test_calls import hang_up, talk
from dakehu.switch.sip import MAX_BODY, MAX_HEAD, Request, Response, Transport

UDP, TCP, TLS, WS, WSS = Transport
CONNECTIONS = (TCP, TLS, WS, WSS)


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


async def until(what: Callable[[], object]) -> None:
    """Wait for something that tells nobody of its coming; 5 s."""
    for _ in range(500):
        if what():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


# --- calls over each


@pytest.mark.parametrize("pair", [(TLS, UDP), (UDP, TLS), (TLS, TLS), (WS, UDP), (UDP, WS), (WSS, TLS)])
def test_a_call(tmp_path: Path, pair: tuple[Transport, Transport]) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, doors=all_doors(tmp_path)) as server,
            phone(office.ANNA, server, pair[0]) as a,
            phone(office.BO, server, pair[1]) as b,
        ):
            asking = asyncio.create_task(a.invite("8002"))
            invite: Request = await b.receive("INVITE")
            assert invite.via.transport == pair[1].upper()
            assert invite.via.port == server.ports[pair[1]]
            assert invite.contact is not None
            suffix = "" if pair[1] is UDP else f";transport={pair[1]}"
            assert invite.contact.target == f"sip:127.0.0.1:{server.ports[pair[1]]}{suffix}"
            theirs = b.accept(invite)
            answer = await asking
            assert answer.contact.uri.port == server.ports[pair[0]]  # type: ignore[union-attr]  # of a 200
            dialog = a.established(answer)
            await b.receive("ACK")
            await hang_up(a, dialog, b)
            dialog, theirs = await talk(a, b, "8002")
            await hang_up(b, theirs, a)

    run(scene())


def test_ports_of_their_own(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, doors=all_doors(tmp_path)) as server:
            assert set(server.ports) == set(Transport)
            assert server.ports[UDP] == server.ports[TCP]
            assert len(set(server.ports.values())) == 4
        async with running(tmp_path) as server:
            assert set(server.ports) == {UDP, TCP}

    run(scene())


# --- a flow that ends


@pytest.mark.parametrize("transport", CONNECTIONS)
def test_a_closed_connection_ends_the_registration_at_once(tmp_path: Path, transport: Transport) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, doors=all_doors(tmp_path)) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server, transport) as b,
        ):
            b.close()
            await until(lambda: server.counters["registrations_gone"])
            assert (await a.invite("8002")).status == 480

    run(scene())


@pytest.mark.parametrize("transport", CONNECTIONS)
def test_a_telephone_that_came_again_on_a_new_connection_stays(tmp_path: Path, transport: Transport) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, doors=all_doors(tmp_path)) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server, transport) as old,
            phone(office.BO, server, transport) as new,
        ):
            old.close()
            await until(lambda: server.counters["registrations_gone"])
            dialog, _ = await talk(a, new, "8002")
            await hang_up(a, dialog, new)

    run(scene())


@pytest.mark.parametrize("transport", [TLS, WS, WSS])
def test_nobody_is_called_back_over_tls_or_websocket(tmp_path: Path, transport: Transport) -> None:
    """After a restart a telephone that has no connection is not registered, whatever its Contact said."""

    async def scene() -> None:
        async with (
            running(tmp_path, doors=all_doors(tmp_path)) as server,
            phone(office.BO, server, transport),
        ):
            await server.stop()
        async with running(tmp_path, doors=all_doors(tmp_path)) as server, phone(office.ANNA, server) as a:
            assert (await a.invite("8002")).status == 480

    run(scene())


def test_a_call_ends_when_its_browser_does(tmp_path: Path) -> None:
    """What is asked of a flow that is gone fails at once, so the other side can hang up in peace."""

    async def scene() -> None:
        async with (
            running(tmp_path, doors=all_doors(tmp_path)) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server, WS) as b,
        ):
            dialog, _ = await talk(a, b, "8002")
            b.close()
            await until(lambda: server.counters["registrations_gone"])
            a.transmit(dialog.request("BYE"))
            await a.receive(200)
            await until(lambda: server.counters["flows_gone"])
            assert server.counters["own_faults"] == 0

    run(scene())


# --- TLS


def test_the_self_made_certificate_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    files = self_made(tmp_path / "tls", ["sip.example", "192.0.2.7"], now)
    before = files.certificate.read_bytes(), files.key.read_bytes()
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    found = x509.load_pem_x509_certificate(before[0])
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["sip.example"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7"]
    assert self_made(tmp_path / "tls", ["other"], now) == files
    assert (files.certificate.read_bytes(), files.key.read_bytes()) == before


async def shown_by(server: VoiceServer) -> bytes:
    """The certificate that a new connection is shown."""
    reading, writing = await asyncio.open_connection("127.0.0.1", server.ports[TLS], ssl=tls_of(TLS))
    shown: bytes = writing.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writing.close()
    del reading
    return shown


def test_a_new_certificate_is_taken_up_and_connections_stay(tmp_path: Path) -> None:
    async def scene() -> None:
        now = dt.datetime.now(dt.UTC)
        files = self_made(tmp_path / "tls", ["one"], now)
        other = self_made(tmp_path / "other", ["two"], now)
        async with (
            running(tmp_path, doors=Doors(tls=0, certificate=files)) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server, TLS) as b,
        ):
            certificate = server._links.certificate
            assert certificate is not None
            first = await shown_by(server)
            other.certificate.replace(files.certificate)  # the key is not there yet
            assert not certificate.refresh()
            assert await shown_by(server) == first
            other.key.replace(files.key)
            assert certificate.refresh()
            assert not certificate.refresh()
            second = await shown_by(server)
            assert x509.load_der_x509_certificate(second) != x509.load_der_x509_certificate(first)
            files.key.unlink()
            assert not certificate.refresh()
            assert await shown_by(server) == second
            assert not server.counters["registrations_gone"]
            dialog, _ = await talk(a, b, "8002")
            await hang_up(a, dialog, b)

    run(scene())


def test_old_tls_and_no_tls_at_all_get_nowhere(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, doors=all_doors(tmp_path)) as server:
            old = tls_of(TLS)
            assert old is not None
            with pytest.warns(DeprecationWarning, match="TLSv1_1"):
                old.maximum_version = ssl.TLSVersion.TLSv1_1
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await asyncio.open_connection("127.0.0.1", server.ports[TLS], ssl=old)
            reading, writing = await asyncio.open_connection("127.0.0.1", server.ports[TLS])
            writing.write(b"OPTIONS sip:x SIP/2.0\r\n\r\n")
            async with asyncio.timeout(5):
                with contextlib.suppress(ConnectionError):
                    assert b"SIP" not in await reading.read()
            writing.close()
            assert not server.counters["frames"]

    run(scene())


@pytest.mark.parametrize("present", [True, False])
def test_a_certificate_that_is_none_is_said_at_the_start(tmp_path: Path, present: bool) -> None:
    files = CertificateFiles(tmp_path / "a.crt", tmp_path / "a.key")
    if present:
        files.certificate.write_text("no certificate")
        files.key.write_text("no key")

    async def scene() -> None:
        with pytest.raises(OSError, match=r"PEM|No such file|SSL"):
            async with running(tmp_path, doors=Doors(tls=0, certificate=files)):
                pass

    run(scene())


# --- WebSocket


async def browser(server: VoiceServer, **options: Any) -> Browser:
    place = ("127.0.0.1", server.ports[WS])
    _, made = await asyncio.get_running_loop().create_connection(
        lambda: Browser(place, asyncio.Queue(), **options), *place
    )
    return made


@pytest.mark.parametrize(
    ("origins", "origin", "status"),
    [
        ((), None, 101),
        ((), "https://any.example", 101),
        (("https://desk.example",), "https://desk.example", 101),
        (("https://desk.example",), "https://evil.example", 403),
        (("https://desk.example",), None, 403),
    ],
)
def test_which_pages_may_connect(
    tmp_path: Path, origins: tuple[str, ...], origin: str | None, status: int
) -> None:
    async def scene() -> None:
        async with running(tmp_path, doors=Doors(ws=0, origins=origins)) as server:
            made = await browser(server, origin=origin)
            assert await made.opened == status
            if status == 101:
                assert made.framing.subprotocol == "sip"
            else:
                await asyncio.wait_for(made.closed.wait(), 5)
            made.transport.close()

    run(scene())


@pytest.mark.parametrize(
    "asked",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        b"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\n\r\n",
        b"A" * 100_000,
    ],
    ids=["no upgrade", "no subprotocol", "SIP", "noise"],
)
def test_no_handshake_no_sip(tmp_path: Path, asked: bytes) -> None:
    async def scene() -> None:
        async with running(tmp_path, doors=Doors(ws=0)) as server:
            reading, writing = await asyncio.open_connection("127.0.0.1", server.ports[WS])
            writing.write(asked)
            async with asyncio.timeout(6):
                with contextlib.suppress(ConnectionError):
                    assert not (await reading.read()).startswith((b"HTTP/1.1 101", b"SIP"))
            writing.close()
            assert not server.counters["frames"]

    run(scene())


def options_request(body: bytes = b"") -> bytes:
    return (
        b"OPTIONS sip:ping@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WS b.invalid;branch=z9hG4bK77;rport\r\n"
        b"From: <sip:a@b.invalid>;tag=1\r\nTo: <sip:ping@127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
        b"Max-Forwards: 70\r\n\r\n" + body
    )


@pytest.mark.parametrize("version", [b"13", b"12"])
def test_nonsense_right_behind_the_handshake(tmp_path: Path, version: bytes) -> None:
    """In the same segment, so that it is read before the handshake is answered, or refused."""
    asked = (
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sip\r\n"
        b"Sec-WebSocket-Version: " + version + b"\r\n\r\nnonsense: of all kinds\r\n"
    )

    async def scene() -> None:
        faults: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
        async with running(tmp_path, doors=Doors(ws=0)) as server:
            reading, writing = await asyncio.open_connection("127.0.0.1", server.ports[WS])
            writing.write(asked)
            async with asyncio.timeout(5):
                with contextlib.suppress(ConnectionError):
                    assert b"SIP" not in await reading.read()
            writing.close()
            await until(lambda: not server._links.connections)
        assert not faults

    run(scene())


def test_binary_fragmented_pinged_and_closed(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, doors=Doors(ws=0)) as server:
            made = await browser(server)
            await made.opened
            made.framing.send_ping(b"are you there")
            request = options_request()
            made.framing.send_binary(request[:50], fin=False)
            made.framing.send_continuation(b"", fin=False)
            made.framing.send_continuation(request[50:], fin=True)
            made.flush()
            answer = await asyncio.wait_for(made.inbox.get(), 5)
            assert isinstance(answer, Response)
            assert answer.status == 200
            assert made.frames[0].opcode is Opcode.PONG
            assert bytes(made.frames[0].data) == b"are you there"
            made.say(b"\r\n\r\n")
            await until(lambda: len(made.frames) == 3)
            assert bytes(made.frames[2].data) == b"\r\n"
            made.framing.send_close(1000)
            made.flush()
            await asyncio.wait_for(made.closed.wait(), 5)
            assert made.frames[-1].opcode is Opcode.CLOSE
            assert server._links.connections == 0

    run(scene())


def test_a_message_beyond_the_bound_ends_the_connection(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, doors=Doors(ws=0)) as server:
            for whole in (True, False):
                made = await browser(server)
                await made.opened
                huge = options_request(bytes(MAX_HEAD + MAX_BODY))
                if whole:
                    made.framing.send_binary(huge)
                else:
                    made.framing.send_binary(huge[:200_000], fin=False)
                    made.framing.send_continuation(huge[200_000:], fin=True)
                made.flush()
                await asyncio.wait_for(made.closed.wait(), 5)
                assert made.framing.close_code == 1009
            assert not server.counters["frames"]

    run(scene())


def test_a_browser_that_answers_no_ping_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PROOF_S", 0.2)

    async def scene() -> None:
        async with running(tmp_path, doors=Doors(ws=0)) as server, phone(office.ANNA, server, WS) as a:
            await asyncio.sleep(0.9)
            assert not server.counters["registrations_gone"]  # its pongs keep it
            a.deaf()
            await until(lambda: server.counters["registrations_gone"])

    run(scene())


def test_we_say_goodbye_to_browsers(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, doors=Doors(ws=0)) as server:
            made = await browser(server)
            await made.opened
        await asyncio.wait_for(made.closed.wait(), 5)
        assert made.framing.close_code == 1001

    run(scene())


# --- address translation


def test_a_telephone_behind_address_translation_is_rung_where_it_registered_from(tmp_path: Path) -> None:
    """Its Contact is an inner address; INVITE, ACK and BYE go to the outer one."""

    async def scene() -> None:
        async with (
            running(tmp_path) as server,
            phone(office.ANNA, server) as a,
            phone(office.BO, server, register=False) as b,
        ):
            b.inner = "10.0.0.5:5060"
            answer = await b.register()
            assert answer.via.params["rport"] == str(b.port)
            assert answer.via.params["received"] == "127.0.0.1"
            assert answer.contact is not None
            assert answer.contact.uri.host == "10.0.0.5"
            _, theirs = await talk(a, b, "8002")
            await hang_up(b, theirs, a)
            dialog, _ = await talk(a, b, "8002")
            await hang_up(a, dialog, b)

    run(scene())


@pytest.mark.parametrize("transport", [TCP, TLS])
def test_a_ping_is_answered_on_connections(tmp_path: Path, transport: Transport) -> None:
    async def scene() -> None:
        async with running(tmp_path, doors=all_doors(tmp_path)) as server:
            reading, writing = await asyncio.open_connection(
                "127.0.0.1", server.ports[transport], ssl=tls_of(transport)
            )
            writing.write(b"\r\n\r\n")
            assert await asyncio.wait_for(reading.readexactly(2), 5) == b"\r\n"
            writing.write(b"\r\n\r\n\r\n\r\n")
            assert await asyncio.wait_for(reading.readexactly(4), 5) == b"\r\n\r\n"
            writing.close()

    run(scene())


def test_stun_on_the_sip_port(tmp_path: Path) -> None:
    async def scene() -> None:
        loop = asyncio.get_running_loop()
        async with running(tmp_path) as server:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
                link.bind(("127.0.0.1", 0))
                link.setblocking(False)
                transaction = os.urandom(12)
                link.sendto(struct.pack("!HHI", 1, 0, 0x2112A442) + transaction, ("127.0.0.1", server.port))
                answer = await asyncio.wait_for(loop.sock_recv(link, 1000), 5)
                kind, _, _, same, _, length, family, port, address = struct.unpack("!HHI12sHHHHI", answer)
                assert (kind, same, length, family) == (0x0101, transaction, 8, 1)
                assert port ^ 0x2112 == link.getsockname()[1]
                assert socket.inet_ntoa(struct.pack("!I", address ^ 0x2112A442)) == "127.0.0.1"
            assert not server.counters["dropped"]

    run(scene())
