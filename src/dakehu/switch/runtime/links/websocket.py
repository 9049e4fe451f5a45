"""Connections of WebSocket with the subprotocol "sip" (RFC 7118): one SIP message per WebSocket message.

The framing is `websockets`' own, without its I/O. A browser's telephone can be reached by its connection
alone: it has no address that we could connect to. So the connection is pinged, and one that does not even
answer that is dropped, and with it its registration.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Origin, Subprotocol

from dakehu.switch.runtime.links.streams import Connection, Hub
from dakehu.switch.sip import MAX_BODY, MAX_HEAD, Frame, Transport

CLOSE_S = 2.0
"""How long the peer has for its half of the closing handshake."""
_SIP = Subprotocol("sip")
_MESSAGE = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


class WebSocketConnection(Connection):
    """One browser. `origins` are those whose pages may connect; none given means any."""

    def __init__(self, hub: Hub, kind: Transport, origins: Sequence[str] = ()) -> None:
        super().__init__(hub, kind)
        self._framing = ServerProtocol(
            origins=[Origin(origin) for origin in origins] or None,
            subprotocols=[_SIP],
            max_size=MAX_HEAD + MAX_BODY,
        )
        self._message = bytearray()
        self._closing: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        self._heard += 1
        self._framing.receive_data(data)
        self._deal_with_events()

    def eof_received(self) -> bool:
        self._framing.receive_eof()
        self._deal_with_events()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if self._closing is not None:
            self._closing.cancel()
        super().connection_lost(exc)

    def close(self) -> None:
        """Say that we go away (1001), and go."""
        if self._framing.state is State.OPEN:
            self._framing.send_close(1001)
        self._flush()
        self._close_soon()

    # --- inside

    def _write(self, data: bytes) -> None:
        if self._framing.state is not State.OPEN:
            return
        if _is_text(data):
            self._framing.send_text(data)
        else:
            self._framing.send_binary(data)
        self._flush()

    def _is_stuck(self) -> bool:
        """Whether not even the ping of the last look was answered; if it was, ping again."""
        if self._heard == self._heard_before:
            return True
        if self._framing.state is State.OPEN:
            self._framing.send_ping(b"")
            self._flush()
        return False

    def _deal_with_events(self) -> None:
        messages: list[bytes] = []
        for event in self._framing.events_received():
            if isinstance(event, Request):
                if not self._framing.eof_sent:  # else nonsense came right behind it, and all is said
                    self._framing.send_response(self._framing.accept(event))
            elif self._framing.state is not State.CONNECTING:
                messages += self._whole(cast("WebSocketFrame", event))
        self._flush()
        for message in messages:
            self._is_proven = True
            self._hub.arrived(Frame(message), self._peer)
        if self._framing.state in {State.CLOSING, State.CLOSED}:
            self._close_soon()

    def _whole(self, frame: WebSocketFrame) -> list[bytes]:
        """The message that this frame ends, if it does; the size is bounded by the framing."""
        if frame.opcode not in _MESSAGE:
            return []
        self._message += frame.data
        if not frame.fin:
            return []
        message = bytes(self._message)
        self._message.clear()
        return [message]

    def _flush(self) -> None:
        for data in self._framing.data_to_send():
            if data:
                self._put(data)
            elif self._transport is not None:  # the framing's sign for the end
                self._transport.close()

    def _close_soon(self) -> None:
        if self._closing is None and self._transport is not None:
            self._closing = asyncio.get_running_loop().call_later(CLOSE_S, self._transport.abort)


def _is_text(data: bytes) -> bool:
    """Whether a text frame may carry it; a body in another encoding than UTF-8 goes as binary."""
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
