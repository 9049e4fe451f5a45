"""Connections of TCP and TLS; `websocket` builds upon them.

A connection is dropped when it does not prove within `PROOF_S` to carry SIP, keeps a piece of a message
longer than that, takes no data, or when the system finds that nobody is at its other end.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from typing import Protocol, cast

from dakehu.switch.runtime.noise import Counters
from dakehu.switch.sip import ClientId, Endpoint, Frame, SendBytes, StreamFramer, Transport

PROOF_S = 32.0
_MOST_UNSENT = 1024 * 1024
_RECENT_REQUESTS = 128
_KEEP_ALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


class Hub(Protocol):
    """What a connection needs of `Links`."""

    counters: Counters

    def enter(self, connection: Connection) -> int:
        """A new flow's number, 0 when there are too many."""

    def leave(self, peer: Endpoint, unanswered: deque[ClientId]) -> None:
        """The flow is gone, and with it the answers to what was asked on it."""

    def arrived(self, frame: Frame, source: Endpoint) -> None:
        """A message came."""

    def unsent(self, client: ClientId) -> None:
        """A request could not be sent."""


class Connection(asyncio.Protocol):
    """One connection, and the flow it is."""

    def __init__(self, hub: Hub, kind: Transport = Transport.TCP) -> None:
        self._hub = hub
        self._framer = StreamFramer()
        self._transport: asyncio.Transport | None = None
        self._peer = Endpoint(kind, "", 0)
        self._asked: deque[ClientId] = deque(maxlen=_RECENT_REQUESTS)
        self._is_proven = False
        self._heard = 0
        self._heard_before = -1
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        name = transport.get_extra_info("peername") or ("", 0)
        flow = self._hub.enter(self)
        self._peer = Endpoint(self._peer.transport, name[0], name[1], flow)
        if not flow:
            self._hub.counters["connections_refused"] += 1
            self._transport.abort()
            return
        _keep_alive(transport.get_extra_info("socket"))
        self._watch = asyncio.get_running_loop().call_later(PROOF_S, self._look)

    def data_received(self, data: bytes) -> None:
        self._heard += 1
        for frame in self._framer.feed(data):
            self._is_proven = self._is_proven or not frame.problem
            self._hub.arrived(frame, self._peer)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._hub.leave(self._peer, self._asked)

    def send(self, wanted: SendBytes) -> None:
        """Send a message; a request that can't be sent is reported."""
        if self._transport is None or self._transport.is_closing():
            if wanted.client is not None:
                self._hub.unsent(wanted.client)
            return
        if wanted.client is not None:
            self._asked.append(wanted.client)
        self._write(wanted.data)

    def close(self) -> None:
        """Close after what was sent."""
        if self._transport is not None:
            self._transport.close()

    # --- for kinds of connections

    def _write(self, data: bytes) -> None:
        self._put(data)

    def _is_stuck(self) -> bool:
        """Whether the peer left something half said, and said nothing since the last look."""
        return self._framer.waiting > 0 and self._heard == self._heard_before

    # --- inside

    def _put(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > _MOST_UNSENT:
            self._hub.counters["connections_stuck"] += 1
            self._transport.abort()

    def _look(self) -> None:
        """Drop a connection that never said anything of use, or is stuck."""
        if not self._is_proven or self._is_stuck():
            self._hub.counters["connections_idle"] += 1
            if self._transport is not None:
                self._transport.abort()
            return
        self._heard_before = self._heard
        self._watch = asyncio.get_running_loop().call_later(PROOF_S, self._look)


def _keep_alive(link: socket.socket | None) -> None:
    """Have the system find out within two minutes that the other end is gone without a word."""
    if link is None:
        return
    with contextlib.suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEP_ALIVE:
            if hasattr(socket, name):
                link.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
