"""RTP ports in pairs from a range: even for RTP, the next for RTCP (RFC 3550 section 11).

A pair that was given back goes to the end of the queue, so late packets of one call hardly ever meet the
next. A pair that another program holds is passed over and tried again when its turn comes.
"""

from __future__ import annotations

import socket
from collections import deque
from dataclasses import dataclass

from dakehu.switch.media.errors import PortsExhausted

_BUFFER = 256 * 1024


@dataclass(frozen=True, slots=True)
class PortPair:
    """Two bound, non-blocking UDP sockets."""

    port: int
    rtp: socket.socket
    rtcp: socket.socket


class PortPool:
    """Pairs of the range `first`…`last`, both included, at one address."""

    def __init__(self, host: str, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.in_use = 0
        self.size = len(range(first + first % 2, last, 2))
        self._host = host
        self._family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._free = deque(range(first + first % 2, last, 2))

    def take(self) -> PortPair:
        """Bind the next free pair; raises `PortsExhausted`."""
        for _ in range(len(self._free)):
            port = self._free.popleft()
            try:
                pair = self._bind(port)
            except OSError:
                self._free.append(port)
                continue
            self.in_use += 1
            return pair
        raise PortsExhausted(first=self.first, last=self.last)

    def give_back(self, pair: PortPair) -> None:
        """Close the sockets; once per pair."""
        pair.rtp.close()
        pair.rtcp.close()
        self.in_use -= 1
        self._free.append(pair.port)

    def _bind(self, port: int) -> PortPair:
        rtp = self._socket(port)
        try:
            return PortPair(port, rtp, self._socket(port + 1))
        except OSError:
            rtp.close()
            raise

    def _socket(self, port: int) -> socket.socket:
        udp = socket.socket(self._family, socket.SOCK_DGRAM)
        try:
            udp.setblocking(False)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            udp.bind((self._host, port))
        except OSError:
            udp.close()
            raise
        return udp
