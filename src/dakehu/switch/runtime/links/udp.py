"""The UDP socket. STUN binding requests on it are answered here (RFC 5626 section 3.5.2)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable

from dakehu.switch.runtime.noise import Counters
from dakehu.switch.sip import Endpoint, Transport, stun_answer

_BUFFER = 4 * 1024 * 1024
_TRIES = 32
_SO_MEMINFO = 55
"""Linux: what a socket holds of memory. The first word is what waits to be read, the second its bound, the
ninth how many datagrams found no room."""
_MEMINFO = struct.Struct("9I")

Received = Callable[[bytes, Endpoint], None]


def bound_pair(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """A UDP and a TCP socket on the same port; for port 0 one that is free for both. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for left in reversed(range(_TRIES if port == 0 else 1)):
        udp, tcp = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_STREAM)
        try:
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
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


class UdpLink(asyncio.DatagramProtocol):
    """One bound socket."""

    def __init__(self, bound: socket.socket, received: Received, counters: Counters) -> None:
        self._socket = bound
        self._received = received
        self._counters = counters
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, bound: socket.socket, received: Received, counters: Counters) -> UdpLink:
        """Listen on a socket of `bound_pair`."""
        link = cls(bound, received, counters)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: link, sock=bound)
        return link

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def backlog(self) -> tuple[float, int]:
        """How full the receive buffer is (0 to 1), and how many datagrams were lost for lack of room.

        Zeros where the system can't tell.
        """
        try:
            words = _MEMINFO.unpack(self._socket.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))
        except (OSError, struct.error):
            return 0.0, 0
        return words[0] / max(1, words[1]), words[8]

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]  # asyncio's base says the wider type
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data and data[0] < 2:
            answer = stun_answer(data, addr[0], addr[1])
            if answer is not None and self._transport is not None:
                self._counters["stun"] += 1
                self._transport.sendto(answer, addr)
                return
        self._received(data, Endpoint(Transport.UDP, addr[0], addr[1]))

    def error_received(self, _exc: Exception) -> None:
        self._counters["udp_errors"] += 1

    def send(self, data: bytes, to: Endpoint) -> bool:
        """False when the address is none, or the message is more than a datagram holds."""
        if self._transport is None:
            return True
        try:
            self._transport.sendto(data, (to.host, to.port))
        except (OSError, ValueError):
            self._counters["udp_errors"] += 1
            return False
        return True

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
