"""All sockets of one process: one UDP socket, and connections as flows of `Endpoint`s.

A connection is a flow with a number of its own, which no flow of another process has (all but surely: they
begin at a random place), since processes read each other's registrations. What belongs to a flow that is gone
goes over a new connection to the peer's address where that is TCP. Over TLS and WebSocket nobody is called
back: a telephone behind them listens at no port, so what belongs to a flow that is gone fails.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from dakehu.switch.runtime.config import Doors
from dakehu.switch.runtime.links.certificate import Certificate
from dakehu.switch.runtime.links.streams import Connection
from dakehu.switch.runtime.links.udp import UdpLink, bound_pair
from dakehu.switch.runtime.links.websocket import WebSocketConnection
from dakehu.switch.runtime.noise import Counters
from dakehu.switch.sip import ClientId, Endpoint, Frame, SendBytes, Transport

CONNECT_S = 10.0
HANDSHAKE_S = 10.0


@dataclass(frozen=True, slots=True)
class Receivers:
    """Whom the links tell: a datagram, a message of a stream, a request that could not be sent, a flow's end.

    `gone` is not told of the flows that end with the process.
    """

    datagram: Callable[[bytes, Endpoint], None]
    frame: Callable[[Frame, Endpoint], None]
    failed: Callable[[ClientId], None]
    gone: Callable[[Endpoint], None]


class Links:
    """Every method belongs to the event loop's thread."""

    receivers: Receivers
    """To be set before `open`."""

    def __init__(self, counters: Counters, max_connections: int) -> None:
        self.counters = counters
        self.ports: dict[Transport, int] = {}
        """Where we listen, by transport."""
        self.certificate: Certificate | None = None
        self._max_connections = max_connections
        self._udp: UdpLink | None = None
        self._listening: list[asyncio.Server] = []
        self._flows: dict[int, Connection] = {}
        self._opening: dict[tuple[str, int], list[SendBytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_flow = secrets.randbits(48)
        self._is_closing = False

    @property
    def port(self) -> int:
        """That of UDP and TCP."""
        return self.ports.get(Transport.UDP, 0)

    async def open(self, host: str, port: int, doors: Doors) -> None:
        """Listen on UDP and TCP at the same port, and at the other doors; all or, with `OSError`, none."""
        try:
            await self._open(host, port, doors)
        except OSError:
            await self.close()
            raise

    async def _open(self, host: str, port: int, doors: Doors) -> None:
        receivers = self.receivers
        if doors.certificate is not None:
            self.certificate = Certificate(doors.certificate)
        udp, tcp = bound_pair(host, port)
        self._udp = await UdpLink.open(udp, receivers.datagram, self.counters)
        self.ports[Transport.UDP] = self._udp.port
        loop = asyncio.get_running_loop()
        self._note(Transport.TCP, await loop.create_server(lambda: Connection(self), sock=tcp))
        if doors.tls is not None:
            await self._listen(host, doors.tls, Transport.TLS, lambda: Connection(self, Transport.TLS))
        for kind, place in ((Transport.WS, doors.ws), (Transport.WSS, doors.wss)):
            if place is not None:
                await self._listen(host, place, kind, self._maker(kind, doors))

    def send(self, wanted: SendBytes) -> None:
        """Put the bytes on the wire, opening a connection if there is none."""
        to = wanted.to
        if to.transport is Transport.UDP:
            if self._udp is not None and not self._udp.send(wanted.data, to):
                self._unsent_request(wanted)
            return
        connection = self._flows.get(to.flow)
        if connection is not None:
            connection.send(wanted)
        elif to.transport is Transport.TCP:
            self._connect(wanted)
        else:
            self.counters["flows_gone"] += 1
            self._unsent_request(wanted)

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
        self._is_closing = True
        for server in self._listening:
            server.close()
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

    def backlog(self) -> tuple[float, int]:
        """How full the UDP socket's buffer is (0 to 1), and how many datagrams found no room in it."""
        return (0.0, 0) if self._udp is None else self._udp.backlog()

    # --- for connections (`streams.Hub`)

    def enter(self, connection: Connection) -> int:
        """A new flow's number, 0 when there are too many."""
        if len(self._flows) >= self._max_connections or self._is_closing:
            return 0
        self._last_flow += 1
        self._flows[self._last_flow] = connection
        return self._last_flow

    def leave(self, peer: Endpoint, unanswered: deque[ClientId]) -> None:
        """The flow is gone, and with it the answers to what was asked on it."""
        if self._flows.pop(peer.flow, None) is not None and not self._is_closing:
            self.receivers.gone(peer)
        for client in unanswered:
            self.receivers.failed(client)

    def arrived(self, frame: Frame, source: Endpoint) -> None:
        """A message came on a connection."""
        self.receivers.frame(frame, source)

    def unsent(self, client: ClientId) -> None:
        """A request could not be sent."""
        self.receivers.failed(client)

    # --- inside

    async def _listen(
        self, host: str, port: int, kind: Transport, make: Callable[[], asyncio.Protocol]
    ) -> None:
        loop = asyncio.get_running_loop()
        if kind.secure:
            if self.certificate is None:
                raise OSError(f"no certificate for {kind}")
            server = await loop.create_server(
                make, host, port, ssl=self.certificate.context, ssl_handshake_timeout=HANDSHAKE_S
            )
        else:
            server = await loop.create_server(make, host, port)
        self._note(kind, server)

    def _note(self, kind: Transport, server: asyncio.Server) -> None:
        self._listening.append(server)
        self.ports[kind] = server.sockets[0].getsockname()[1]

    def _maker(self, kind: Transport, doors: Doors) -> Callable[[], asyncio.Protocol]:
        return lambda: WebSocketConnection(self, kind, doors.origins)

    def _unsent_request(self, wanted: SendBytes) -> None:
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
            else:
                self._unsent_request(wanted)
