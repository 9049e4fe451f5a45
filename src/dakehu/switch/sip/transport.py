"""Transports and peers as values. Sockets live in `switch.runtime`."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Transport(StrEnum):
    """How a message travels. The value is what Via and the `transport` parameter say (in Via: upper case)."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    WS = "ws"
    WSS = "wss"

    @property
    def reliable(self) -> bool:
        """Whether retransmission is the transport's work (timers A, E and G off; D, I, J and K zero)."""
        return self is not Transport.UDP

    @property
    def secure(self) -> bool:
        return self in {Transport.TLS, Transport.WSS}

    @property
    def default_port(self) -> int:
        """Section 19.1.2; RFC 7118 for WebSocket."""
        return _PORTS[self]


_PORTS = {Transport.UDP: 5060, Transport.TCP: 5060, Transport.TLS: 5061, Transport.WS: 80, Transport.WSS: 443}


class Endpoint(NamedTuple):
    """A peer as the transport sees it: numeric host without brackets, port, and the flow it is reached by.

    `flow` names a connection (or one of several UDP sockets) in the numbering of whoever runs the sockets; 0
    means "any: the default socket, or open a connection".
    """

    transport: Transport
    host: str
    port: int
    flow: int = 0

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.transport}:{host}:{self.port}"
