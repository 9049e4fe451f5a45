"""What is thrown at. A target is given a random source for one round and raises when it finds a fault."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any, cast

from websockets.client import ClientProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from dakehu.switch.runtime.links.streams import Connection
from dakehu.switch.runtime.links.websocket import WebSocketConnection
from dakehu.switch.runtime.noise import Counters
from dakehu.switch.sip import (
    MAX_BODY,
    MAX_HEAD,
    Authenticator,
    ClientId,
    Dialog,
    Endpoint,
    Frame,
    Malformed,
    Message,
    NonceMint,
    PrackArrived,
    RAck,
    RecentCounts,
    RegistrarPolicy,
    Request,
    RequestArrived,
    Response,
    ResponseArrived,
    Sdp,
    SessionExpires,
    Stack,
    StackConfig,
    StreamFramer,
    TimerPolicy,
    Transport,
    Uri,
    parse_message,
    read_info,
    read_refer,
    register,
    reliable_number,
    replaces_of,
    reply,
    sipfrag_status,
    stun_answer,
    supports,
    timer_agreed,
    timer_for,
)
from tests.fuzz import corpus
from tests.fuzz.damage import damaged

UDP = Endpoint(Transport.UDP, "192.0.2.66", 5060)
METHODS = frozenset(
    ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "UPDATE", "INFO", "REFER", "NOTIFY"]
)
_REQUESTS = corpus.requests()
_STUN = corpus.stun_messages()


def _of_any(message: Message) -> list[Callable[[], object]]:
    return [
        lambda: message.via, lambda: message.vias, lambda: message.from_, lambda: message.to.uri,
        lambda: message.cseq, lambda: message.call_id, lambda: [c.uri for c in message.contacts],
        lambda: message.routes, lambda: message.record_routes, lambda: message.max_forwards,
        lambda: message.expires, lambda: message.tokens("allow"), lambda: supports(message, "timer"),
        lambda: SessionExpires.of(message), lambda: Sdp.parse(message.body),
        lambda: sipfrag_status(message.body), lambda: list(message.items()),
    ]  # fmt: skip


def _of_request(message: Request) -> list[Callable[[], object]]:
    authenticator = Authenticator("dakehu", NonceMint(b"k" * 32), RecentCounts())
    return [
        lambda: message.uri.number, lambda: Uri.parse(message.target).aor(), lambda: RAck.of(message),
        lambda: timer_for(message, TimerPolicy()), lambda: read_refer(message), lambda: replaces_of(message),
        lambda: read_info(message), lambda: register(message, (), 0.0, policy=RegistrarPolicy(), flow=UDP),
        lambda: authenticator.check(message, lambda _user, _algorithm: "0" * 32, 0.0, salt="1"),
        lambda: parse_message(reply(message, 200, tag="t").encode()),
    ]  # fmt: skip


def _of_response(message: Response) -> list[Callable[[], object]]:
    return [lambda: reliable_number(message), lambda: timer_agreed(message, TimerPolicy())]


def parser(random: Random) -> None:
    """Whatever comes is read or `Malformed`, and what was read is written as it was."""
    data = damaged(random, _REQUESTS)
    try:
        message = parse_message(data)
    except Malformed:
        return
    again = parse_message(message.encode())
    assert again.encode() == message.encode()
    specific = _of_request(message) if isinstance(message, Request) else []
    if isinstance(message, Response):
        specific = _of_response(message)
    for read in (*_of_any(message), *specific):
        try:
            read()
        except Malformed:
            continue


def framer(random: Random) -> None:
    """A stream of damaged messages in pieces of any size."""
    made = StreamFramer()
    stream = b"".join(damaged(random, _REQUESTS) for _ in range(random.randrange(1, 6)))
    at = 0
    while at < len(stream):
        size = random.choice((1, 7, 100, 5000, 100_000))
        for frame in made.feed(stream[at : at + size]):
            assert isinstance(frame, Frame)
            if frame.problem:
                return
        at += size


class StackTarget:
    """One stack that lives through all rounds, answers what arrives, and calls out itself."""

    def __init__(self) -> None:
        tokens = iter(range(10**9))
        where = {transport: ("192.0.2.2", transport.default_port) for transport in Transport}
        config = StackConfig(where, methods=METHODS, extensions=frozenset({"100rel", "timer"}))
        self.stack = Stack(config, lambda: f"t{next(tokens)}")
        self.now = 0.0
        self.outgoing: deque[bytes] = deque(maxlen=50)
        self.invites: deque[RequestArrived] = deque(maxlen=50)
        self.pracks: deque[bytes] = deque(maxlen=50)
        self.clients: list[ClientId] = []

    def __call__(self, random: Random) -> None:
        """Damage arrives, time passes, and what arrived is answered somehow."""
        self.now += random.choice((0.0, 0.001, 0.3, 4.0))
        pool = [*_REQUESTS, *self.outgoing, *self.pracks]
        source = Endpoint(random.choice(list(Transport)), "192.0.2.66", random.randrange(1, 65536), 1)
        outputs = self.stack.receive(damaged(random, pool), source, self.now)
        outputs += self.stack.timeout(self.now)
        for output in outputs:
            self._deal_with(output)
        if random.random() < 0.1:
            self._call(random)
        if self.invites and random.random() < 0.3:
            self._answer(random, random.choice(self.invites))

    def settle(self) -> None:
        """Answer and cancel what is open and let all time pass: nothing may stay."""
        for client in self.clients:
            self.stack.cancel(client, self.now)
        for arrived in self.invites:
            self.stack.respond(arrived.server, reply(arrived.request, 486, tag="t"), self.now)
        for _ in range(100):
            self.now += 64.0
            self.stack.timeout(self.now)
        assert self.stack.load == 0, f"{self.stack.load} transactions stay"

    def _deal_with(self, output: object) -> None:
        if isinstance(output, RequestArrived):
            if output.request.method == "INVITE":
                if len(self.invites) == self.invites.maxlen:
                    old = self.invites.popleft()
                    self.stack.respond(old.server, reply(old.request, 480, tag="t"), self.now)
                self.invites.append(output)
            else:
                self.stack.respond(output.server, reply(output.request, 200, tag="t"), self.now)
        elif isinstance(output, PrackArrived):
            self.stack.respond(output.server, reply(output.prack, 200), self.now)
        elif isinstance(output, ResponseArrived):
            self._heard(output)

    def _answer(self, random: Random, arrived: RequestArrived) -> None:
        status = random.choice((180, 183, 200, 302, 486))
        headers = [("Contact", "<sip:192.0.2.2>")]
        response = reply(arrived.request, status, tag="t", headers=headers)
        if status >= 200 or self.stack.is_provisional_waiting(arrived.server):
            self.stack.respond(arrived.server, response, self.now)
            return
        self.stack.respond_reliably(arrived.server, response, self.now)
        dialog = Dialog.from_request(arrived.request, response, contact="sip:192.0.2.2")
        via = f"Via: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bKp{random.randrange(10**6)}\r\n"
        self.pracks.append(
            f"PRACK sip:192.0.2.2 SIP/2.0\r\n{via}From: {dialog.remote}\r\nTo: {dialog.local}\r\n"
            f"Call-ID: {dialog.id.call_id}\r\nCSeq: 9 PRACK\r\nMax-Forwards: 70\r\n"
            f"RAck: {response.text('rseq')} {response.cseq}\r\nContent-Length: 0\r\n\r\n".encode(
                "utf-8", "surrogateescape"
            )
        )

    def _call(self, random: Random) -> None:
        method = random.choice(("INVITE", "BYE", "OPTIONS", "UPDATE"))
        headers = [("From", "<sip:a@x>;tag=1"), ("To", "<sip:b@y>"), ("Call-ID", f"c{random.random()}")]
        request = Request.build(method, "sip:b@192.0.2.66", [*headers, ("CSeq", f"1 {method}")])
        client, _ = self.stack.request(request, self.now, destination=UDP)
        for status in (100, 180, 200, 486):
            self.outgoing.append(
                reply(request, status, tag="u", headers=[("m", "<sip:b@192.0.2.66>")]).encode()
            )
        if random.random() < 0.2:
            self.stack.cancel(client, self.now)
        elif method == "INVITE":
            self.clients.append(client)

    def _heard(self, arrived: ResponseArrived) -> None:
        response = arrived.response
        if not response.is_success or response.cseq.method != "INVITE":
            return
        headers = [("From", str(response.from_)), ("To", str(response.to)), ("Call-ID", response.call_id)]
        request = Request.build("INVITE", "sip:b@192.0.2.66", [*headers, ("CSeq", str(response.cseq))])
        dialog = Dialog.from_response(request, response, contact="sip:192.0.2.2")
        self.stack.acknowledge(arrived.client, dialog.ack(), self.now, destination=UDP)


def stun(random: Random) -> None:
    data = damaged(random, _STUN)
    answer = stun_answer(data, random.choice(("192.0.2.1", "2001:db8::1", "fe80::1%eth0")), 5060)
    assert answer is None or len(answer) <= len(data) + 24


class _Hub:
    """What a connection is told to by its surroundings: nothing refuses."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.frames = 0

    def enter(self, connection: Connection) -> int:
        del connection
        return 1

    def leave(self, peer: Endpoint, unanswered: deque[ClientId]) -> None:
        del peer, unanswered

    def arrived(self, frame: Frame, source: Endpoint) -> None:
        del source
        self.frames += 1
        assert len(frame.data) <= MAX_HEAD + MAX_BODY

    def unsent(self, client: ClientId) -> None:
        del client


class _Pipe(asyncio.Transport):
    """asyncio's side of a connection, which swallows what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.open = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("192.0.2.66", 5060) if name == "peername" else default

    def write(self, data: Any) -> None:
        del data

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return not self.open

    def close(self) -> None:
        self.open = False

    def abort(self) -> None:
        self.open = False


def _frames(random: Random) -> bytes:
    """A handshake and messages in frames of all kinds."""
    client = ClientProtocol(parse_uri("ws://127.0.0.1/"), subprotocols=[Subprotocol("sip")])
    client.send_request(client.connect())
    client.state = cast("Any", type(client.state)).OPEN
    for _ in range(random.randrange(4)):
        message = damaged(random, _REQUESTS)
        match random.randrange(5):
            case 0:
                client.send_ping(message[:125])
            case 1:
                client.send_binary(message, fin=False)
                client.send_continuation(message[:100], fin=True)
            case 2:
                client.send_binary(message)
            case 3:
                client.send_text(message)
            case _:
                client.send_pong(b"x")
    return b"".join(client.data_to_send())


def websocket(random: Random) -> None:
    """A connection whose peer speaks WebSocket badly."""
    connection, pipe = WebSocketConnection(_Hub(), Transport.WS), _Pipe()
    connection.connection_made(pipe)
    stream = _frames(random) if random.random() < 0.3 else damaged(random, [_frames(random)])
    at = 0
    while at < len(stream) and pipe.open:
        size = random.choice((1, 50, 5000))
        connection.data_received(stream[at : at + size])
        at += size
    if pipe.open:
        connection.eof_received()
    connection.connection_lost(None)
