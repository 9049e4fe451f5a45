"""A voice server in the test's own loop, and telephones that say exactly what a test wants."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.http11 import Response as HandshakeAnswer
from websockets.typing import Origin, Subprotocol
from websockets.uri import parse_uri

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import DirectoryWriter, GroupEntry, LineEntry
from dakehu.switch.directory.entries import Entry
from dakehu.switch.records import CallRecord, SpoolReader
from dakehu.switch.runtime import Doors, VoiceConfig, VoiceServer
from dakehu.switch.runtime.links.selfmade import self_made
from dakehu.switch.sip import (
    Algorithm,
    Challenge,
    Dialog,
    Endpoint,
    Message,
    Request,
    Response,
    StreamFramer,
    Transport,
    ha1,
    parse_message,
    reply,
)

REALM = "dakehu"
OFFER = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
ANSWER = OFFER.replace(b"4000", b"5000")
HOLD = OFFER + b"a=sendonly\r\n"
PATIENCE_S = 20.0


def password_of(username: str) -> str:
    return f"secret-{username}"


def with_secret(line: LineEntry, realm: str = REALM) -> LineEntry:
    """The line with the HA1 values of its test password."""
    name, password = line.sip_username, password_of(line.sip_username)
    return msgspec.structs.replace(
        line,
        ha1_md5=ha1(name, realm, password),
        ha1_sha256=ha1(name, realm, password, Algorithm.SHA256),
    )


def publish(
    home: Path,
    lines: Iterable[LineEntry] = office.LINES,
    groups: Iterable[GroupEntry] = (office.OFFICE, office.WORKS),
    others: Iterable[Entry] = (),
) -> None:
    """The directory that a voice process of that home will read."""
    with DirectoryWriter(home / "directory.lmdb") as writer:
        writer.rebuild(lambda: [*groups, *others, *map(with_secret, lines)])


@asynccontextmanager
async def running(home: Path, **changes: Any) -> AsyncIterator[VoiceServer]:
    """A server over the test town, on a free port. A machine that is busy with other tests is no overload."""
    if not (home / "directory.lmdb").exists():
        publish(home)
    server = VoiceServer(VoiceConfig(home, **{"port": 0, "drain_s": 0.0, "overload_lag_s": 30.0, **changes}))
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def all_doors(home: Path) -> Doors:
    """Every transport on a free port, with a self-made certificate."""
    files = self_made(home / "tls", ["localhost", "127.0.0.1"], dt.datetime.now(dt.UTC))
    return Doors(tls=0, ws=0, wss=0, certificate=files)


def records_in(home: Path) -> list[CallRecord]:
    return list(SpoolReader(home / "spool").read(limit=10_000).records)


class Reachable(Protocol):
    """A voice server, in this process or in one of its own."""

    @property
    def ports(self) -> Mapping[Transport, int]: ...


class Phone:
    """A telephone of a line; it answers nothing by itself."""

    account: str = ""
    """The user name that it signs in with, where that is not the line's own."""

    def __init__(self, line: LineEntry, server: Reachable, transport: Transport) -> None:
        self.line = line
        self.server = ("127.0.0.1", server.ports[transport])
        self.transport = transport
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: list[Message] = []
        """All that came over UDP, TCP and TLS."""
        self.send: Callable[[bytes], None]
        self.close: Callable[[], None]
        self.port = 0
        self.inner = ""
        """The address its Contact says, where translation hides the one it sends from."""
        self.deaf: Callable[[], None] = lambda: None
        """Have it read no more."""
        self._count = 0

    # --- making messages

    @property
    def contact(self) -> str:
        if self.transport in {Transport.WS, Transport.WSS}:  # a browser has no address (RFC 7118 section 5)
            return f"sip:{self.line.sip_username}@x{id(self):x}.invalid;transport=ws"
        suffix = "" if self.transport is Transport.UDP else f";transport={self.transport}"
        place = self.inner or f"127.0.0.1:{self.port}"
        return f"sip:{self.line.sip_username}@{place}{suffix}"

    def _word(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{id(self):x}x{self._count}"

    def build(
        self,
        method: str,
        to: str,
        *,
        body: bytes = b"",
        more: Mapping[str, str] | None = None,
        **headers: str,
    ) -> Request:
        """A request outside a dialog; `to` is a user name or number. Headers as in `answer`."""
        host, port = self.server
        lines = [
            ("From", f"<sip:{self.line.sip_username}@{host}>;tag={self._word('from')}"),
            ("To", f"<sip:{to}@{host}>"),
            ("Call-ID", self._word("call")),
            ("CSeq", f"1 {method}"),
            ("Max-Forwards", "70"),
            *((name.replace("_", "-"), value) for name, value in headers.items()),
            *(more or {}).items(),
        ]
        if method in {"INVITE", "REGISTER"} and "Contact" not in headers:
            lines.append(("Contact", f"<{self.contact}>"))
        target = f"sip:{host}:{port}" if method == "REGISTER" else f"sip:{to}@{host}:{port}"
        return Request.build(
            method, target, lines, body=body, content_type="application/sdp" if body else None
        )

    def transmit(self, message: Message) -> None:
        """Send it, a request with a new Via."""
        if isinstance(message, Request) and "via" not in message:
            where = "browser.invalid" if "invalid" in self.contact else f"127.0.0.1:{self.port}"
            place = f"SIP/2.0/{self.transport.upper()} {where}"
            message.prepend("via", f"{place};branch=z9hG4bK{self._word('b')};rport")
        self.send(message.encode())

    def again(self, request: Request, challenge: Response, password: str) -> Request:
        """The request with the answer to a challenge."""
        answered = request.copy()
        answered.remove("via")
        found = next(filter(None, map(Challenge.parse, challenge.texts("www-authenticate"))))
        cnonce = self._word("c")
        answer = found.answer(request, self.account or self.line.sip_username, password, cnonce=cnonce)
        answered.put("authorization", str(answer))
        answered.put("cseq", f"{request.cseq.number + 1} {request.method}")
        return answered

    def hear(self, data: bytes) -> None:
        message = parse_message(data)
        self.heard.append(message)
        self.inbox.put_nowait(message)

    # --- conversations

    async def receive(self, *wanted: str | int) -> Any:
        """The next message, which must be one of these methods or statuses; 100 is passed over."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = await self.inbox.get()
                name = message.method if isinstance(message, Request) else cast("Response", message).status
                if name == 100 and 100 not in wanted:
                    continue
                assert name in wanted, f"{name} instead of {wanted}: {message.encode()!r}"
                return message

    async def ask(self, request: Request, *, password: str = "") -> Response:
        """Send a request and answer one challenge; the last word (or the first 18x)."""
        self.transmit(request)
        response = await self._response()
        if response.status != 401:
            return response
        if request.method == "INVITE":
            self.acknowledge_failure(request, response)
        sent = self.again(request, response, password or password_of(self.line.sip_username))
        self.sent = sent
        self.transmit(sent)
        return await self._response()

    async def _response(self) -> Response:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = await self.inbox.get()
                if isinstance(message, Response) and message.status != 100:
                    return message
                assert isinstance(message, Response), message

    async def register(self, *, password: str = "", expires: int = 600) -> Response:
        request = self.build("REGISTER", self.line.sip_username, Expires=str(expires))
        return await self.ask(request, password=password)

    async def invite(self, number: str, body: bytes = OFFER, **headers: str) -> Response:
        """Call; `self.sent` is the INVITE that counted."""
        request = self.build("INVITE", number, body=body, more=headers)
        self.sent = request
        return await self.ask(request)

    def acknowledge_failure(self, invite: Request, response: Response) -> None:
        ack = Request.build(
            "ACK",
            invite.target,
            [
                ("Via", invite.text("via") or ""),
                ("From", str(invite.from_)),
                ("To", str(response.to)),
                ("Call-ID", invite.call_id),
                ("CSeq", f"{invite.cseq.number} ACK"),
                ("Max-Forwards", "70"),
            ],
        )
        self.send(ack.encode())

    def cancel(self) -> None:
        """CANCEL of the INVITE that counted."""
        invite = self.sent
        lines = [
            ("Via", invite.text("via") or ""),
            ("From", str(invite.from_)),
            ("To", str(invite.to)),
            ("Call-ID", invite.call_id),
            ("CSeq", f"{invite.cseq.number} CANCEL"),
            ("Max-Forwards", "70"),
        ]
        self.transmit(Request.build("CANCEL", invite.target, lines))

    def established(self, answer: Response, ack_body: bytes = b"") -> Dialog:
        """The caller's dialog; ACK is sent."""
        dialog = Dialog.from_response(self.sent, answer, contact=self.contact)
        content_type = "application/sdp" if ack_body else None
        self.transmit(dialog.ack(body=ack_body, content_type=content_type))
        return dialog

    def answer(
        self,
        request: Request,
        status: int,
        *,
        tag: str = "",
        body: bytes = b"",
        more: Mapping[str, str] | None = None,
        **headers: str,
    ) -> Response:
        """Answer a request; header names may have underscores for hyphens, `more` names them as they are."""
        lines = [(name.replace("_", "-"), value) for name, value in headers.items()]
        lines += (more or {}).items()
        if request.method == "INVITE" and status < 300:
            lines.append(("Contact", f"<{self.contact}>"))
        response = reply(
            request,
            status,
            tag=tag or ("" if request.to.tag else f"to{id(self):x}"),
            headers=lines,
            body=body,
            content_type="application/sdp" if body else None,
        )
        self.send(response.encode())
        return response

    def accept(self, invite: Request, body: bytes = ANSWER) -> Dialog:
        """Answer a call with 200; the called side's dialog."""
        return Dialog.from_request(invite, self.answer(invite, 200, body=body), contact=self.contact)


class Browser(asyncio.Protocol):
    """A browser's end of a WebSocket; what it hears goes to `inbox`, the handshake's answer to `opened`."""

    def __init__(
        self, server: tuple[str, int], inbox: asyncio.Queue[Message], *, origin: str | None = None
    ) -> None:
        uri = parse_uri(f"ws://{server[0]}:{server[1]}/")
        self.framing = ClientProtocol(
            uri, origin=Origin(origin) if origin else None, subprotocols=[Subprotocol("sip")]
        )
        self.inbox = inbox
        self.opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.closed = asyncio.Event()
        self.frames: list[Any] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.framing.send_request(self.framing.connect())
        self.flush()

    def data_received(self, data: bytes) -> None:
        self.framing.receive_data(data)
        for event in self.framing.events_received():
            if isinstance(event, HandshakeAnswer):
                self.opened.set_result(event.status_code)
            else:
                self.frames.append(event)
                text = bytes(cast("Any", event).data)
                if cast("Any", event).opcode in {Opcode.TEXT, Opcode.BINARY} and text.strip():
                    self.inbox.put_nowait(parse_message(text))
        self.flush()

    def connection_lost(self, _exc: Exception | None) -> None:
        self.framing.receive_eof()
        self.closed.set()

    def say(self, data: bytes) -> None:
        self.framing.send_text(data)
        self.flush()

    def flush(self) -> None:
        for data in self.framing.data_to_send():
            if data:
                self.transport.write(data)


def tls_of(transport: Transport) -> ssl.SSLContext | None:
    """A client that trusts whoever answers, where the transport is secure."""
    if not transport.secure:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    def datagram_received(self, data: bytes, _addr: object) -> None:
        self._phone.hear(data)


class _Stream(asyncio.Protocol):
    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._framer = StreamFramer()

    def data_received(self, data: bytes) -> None:
        for frame in self._framer.feed(data):
            if frame.data.strip():
                self._phone.hear(frame.data)


@asynccontextmanager
async def phone(
    line: LineEntry,
    server: Reachable,
    transport: Transport = Transport.UDP,
    *,
    register: bool = True,
    port: int = 0,
) -> AsyncIterator[Phone]:
    """The line's telephone, registered unless a test does that itself."""
    made = Phone(line, server, transport)
    loop = asyncio.get_running_loop()
    link: asyncio.DatagramTransport | asyncio.Transport
    if transport is Transport.UDP:
        datagrams, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(made), local_addr=("127.0.0.1", port), remote_addr=made.server
        )
        made.send, link = datagrams.sendto, datagrams
    elif transport in {Transport.WS, Transport.WSS}:
        browser, socket = await loop.create_connection(
            lambda: Browser(made.server, made.inbox), *made.server, ssl=tls_of(transport)
        )
        await socket.opened
        made.send, made.deaf, link = socket.say, browser.pause_reading, browser
    else:
        stream, _ = await loop.create_connection(lambda: _Stream(made), *made.server, ssl=tls_of(transport))
        made.send, link = stream.write, stream
    made.close = link.close
    made.port = link.get_extra_info("sockname")[1]
    try:
        if register:
            assert (await made.register()).status == 200
        yield made
    finally:
        link.close()
        await asyncio.sleep(0)


def flow_of(made: Phone) -> Endpoint:
    return Endpoint(made.transport, "127.0.0.1", made.port)
