"""Sockets: one UDP socket and any number of TCP connections, as flows of `Endpoint`s.

A TCP connection is a flow with a number of its own; what belongs to a flow that is gone goes over a new
connection to the peer's address, where there is one. A connection is dropped when it does not prove within
`PROOF_S` to carry SIP, keeps a piece of a message longer than that, or takes no data.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from dakehu.switch.runtime.noise import Counters
from dakehu.switch.sip import ClientId, Endpoint, Frame, SendBytes, StreamFramer, Transport

PROOF_S = 32.0
CONNECT_S = 10.0
_UDP_BUFFER = 4 * 1024 * 1024
_MOST_UNSENT = 1024 * 1024
_RECENT_REQUESTS = 128
_TRIES = 32


@dataclass(frozen=True, slots=True)
class Receivers:
    """Whom the links tell: a datagram, a frame of a stream, requests that could not be sent."""

    datagram: Callable[[bytes, Endpoint], None]
    frame: Callable[[Frame, Endpoint], None]
    failed: Callable[[ClientId], None]


class Links:
    """All sockets of one process. Every method belongs to the event loop's thread."""

    receivers: Receivers
    """To be set before `open`."""

    def __init__(self, counters: Counters, max_connections: int) -> None:
        self.counters = counters
        self.port = 0
        self._max_connections = max_connections
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self._flows: dict[int, Connection] = {}
        self._opening: dict[tuple[str, int], list[SendBytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_flow = 0

    async def open(self, host: str, port: int) -> None:
        """Listen on UDP and TCP at the same port; raises `OSError`."""
        loop = asyncio.get_running_loop()
        udp, tcp = _bound(host, port)
        self.port = udp.getsockname()[1]
        transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=udp)
        self._udp = transport
        self._tcp = await loop.create_server(lambda: Connection(self), sock=tcp)

    def send(self, wanted: SendBytes) -> None:
        """Put the bytes on the wire, opening a connection if there is none."""
        to = wanted.to
        if to.transport is Transport.UDP:
            self._send_datagram(wanted)
            return
        connection = self._flows.get(to.flow)
        if connection is not None:
            connection.send(wanted)
        else:
            self._connect(wanted)

    def has_flow(self, to: Endpoint) -> bool:
        """Whether the peer can be reached the way it came."""
        return to.transport is Transport.UDP or to.flow in self._flows

    def close_flow(self, to: Endpoint) -> None:
        """Close a connection after what was sent on it."""
        connection = self._flows.get(to.flow)
        if connection is not None:
            connection.close()

    async def close(self) -> None:
        """Close everything; what was sent is sent."""
        if self._tcp is not None:
            self._tcp.close()
        for connection in list(self._flows.values()):
            connection.close()
        for task in list(self._tasks):
            task.cancel()
        if self._udp is not None:
            self._udp.close()
        await asyncio.sleep(0)

    @property
    def connections(self) -> int:
        return len(self._flows)

    def enter(self, connection: Connection) -> int:
        """A new flow's number, 0 when there are too many."""
        if len(self._flows) >= self._max_connections:
            return 0
        self._last_flow += 1
        self._flows[self._last_flow] = connection
        return self._last_flow

    def leave(self, flow: int, unanswered: deque[ClientId]) -> None:
        """The flow is gone, and with it the answers to what was asked on it."""
        self._flows.pop(flow, None)
        for client in unanswered:
            self.receivers.failed(client)

    def _send_datagram(self, wanted: SendBytes) -> None:
        if self._udp is None:
            return
        try:
            self._udp.sendto(wanted.data, (wanted.to.host, wanted.to.port))
        except (OSError, ValueError):  # no such address, or more than a datagram holds
            self.counters["udp_errors"] += 1
            if wanted.client is not None:
                self.receivers.failed(wanted.client)

    def _connect(self, wanted: SendBytes) -> None:
        place = (wanted.to.host, wanted.to.port)
        waiting = self._opening.get(place)
        if waiting is not None:
            waiting.append(wanted)
            return
        self._opening[place] = [wanted]
        task = asyncio.get_running_loop().create_task(self._open_connection(place))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open_connection(self, place: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        connection: Connection | None = None
        try:
            async with asyncio.timeout(CONNECT_S):
                _, connection = await loop.create_connection(lambda: Connection(self), *place)
        except OSError:  # TimeoutError is one
            self.counters["connections_failed"] += 1
        for wanted in self._opening.pop(place, []):
            if connection is not None:
                connection.send(wanted)
            elif wanted.client is not None:
                self.receivers.failed(wanted.client)


def _bound(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """A UDP and a TCP socket on the same port; for port 0 one that is free for both. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for left in reversed(range(_TRIES if port == 0 else 1)):
        udp, tcp = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_STREAM)
        try:
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _UDP_BUFFER)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UDP_BUFFER)
            udp.setblocking(False)
            udp.bind((host, port))
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tcp.setblocking(False)
            tcp.bind((host, udp.getsockname()[1]))
        except OSError:
            udp.close()
            tcp.close()
            if not left:
                raise
        else:
            return udp, tcp
    raise AssertionError("unreachable: the last try raises")


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, links: Links) -> None:
        self._receive = links.receivers.datagram
        self._counters = links.counters

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._receive(data, Endpoint(Transport.UDP, addr[0], addr[1]))

    def error_received(self, _exc: Exception) -> None:
        self._counters["udp_errors"] += 1


class Connection(asyncio.Protocol):
    """One TCP connection."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._framer = StreamFramer()
        self._transport: asyncio.Transport | None = None
        self._peer = Endpoint(Transport.TCP, "", 0)
        self._asked: deque[ClientId] = deque(maxlen=_RECENT_REQUESTS)
        self._is_proven = False
        self._stuck_at = -1
        self._heard = 0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        name = transport.get_extra_info("peername") or ("", 0)
        flow = self._links.enter(self)
        self._peer = Endpoint(Transport.TCP, name[0], name[1], flow)
        if not flow:
            self._transport.abort()
            return
        self._watch = asyncio.get_running_loop().call_later(PROOF_S, self._look)

    def data_received(self, data: bytes) -> None:
        self._heard += 1
        for frame in self._framer.feed(data):
            self._is_proven = self._is_proven or not frame.problem
            self._links.receivers.frame(frame, self._peer)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._links.leave(self._peer.flow, self._asked)

    def send(self, wanted: SendBytes) -> None:
        if self._transport is None or self._transport.is_closing():
            if wanted.client is not None:
                self._links.receivers.failed(wanted.client)
            return
        if wanted.client is not None:
            self._asked.append(wanted.client)
        self._transport.write(wanted.data)
        if self._transport.get_write_buffer_size() > _MOST_UNSENT:
            self._transport.abort()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _look(self) -> None:
        """Drop a connection that never said anything of use, or sits on half a message."""
        stuck = self._framer.waiting > 0 and self._heard == self._stuck_at
        if not self._is_proven or stuck:
            self._links.counters["connections_idle"] += 1
            if self._transport is not None:
                self._transport.abort()
            return
        self._stuck_at = self._heard
        self._watch = asyncio.get_running_loop().call_later(PROOF_S, self._look)
