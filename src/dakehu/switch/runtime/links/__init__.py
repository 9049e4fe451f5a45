"""Sockets as flows of `Endpoint`s: UDP, TCP, TLS, WebSocket.

    hub          `Links`: all sockets of one process; who listens where, which flow a message takes
    udp          datagrams, STUN, how full the socket's buffer is
    streams      a connection of TCP or TLS
    websocket    a connection of WebSocket (RFC 7118), plain or over TLS
    certificate  the TLS certificate, read again when its file changes
    selfmade     a certificate for the demonstration

Nothing here reads SIP beyond where a message ends.
"""

from __future__ import annotations

from dakehu.switch.runtime.links.hub import Links, Receivers

__all__ = ["Links", "Receivers"]
