"""RTP packets (RFC 3550 section 5.1) and the running head of a stream that we send."""

from __future__ import annotations

import struct
from typing import NamedTuple

_HEAD = struct.Struct("!BBHII")
_VERSION_2 = 0x80
_RTCP_TYPES = range(72, 77)  # 200 to 204 seen as RTP with a marker: RTCP on the RTP port (RFC 5761 section 4)


class RtpPacket(NamedTuple):
    """What matters of a packet; CSRCs, header extension and padding are left out."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def unpack(data: bytes) -> RtpPacket | None:
    """Read a datagram; None for what is no RTP, or whose lengths contradict each other."""
    if len(data) < 12:
        return None
    first, second, sequence, timestamp, ssrc = _HEAD.unpack_from(data)
    payload_type = second & 0x7F
    if first & 0xC0 != _VERSION_2 or payload_type in _RTCP_TYPES:
        return None
    start, end = 12, len(data)
    if first & 0x3F:
        start += 4 * (first & 0x0F)
        if first & 0x10:
            if end < start + 4:
                return None
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
        if first & 0x20:
            padding = data[-1]
            if padding == 0:
                return None
            end -= padding
        if end < start:
            return None
    return RtpPacket(payload_type, second > 127, sequence, timestamp, ssrc, data[start:end])


def pack(packet: RtpPacket) -> bytes:
    """The datagram."""
    kind = packet.payload_type | 0x80 if packet.marker else packet.payload_type
    return _HEAD.pack(_VERSION_2, kind, packet.sequence, packet.timestamp, packet.ssrc) + packet.payload


class RtpStream:
    """Heads for one stream: the timestamp follows the clock's ticks, the sequence number what was sent.

    After a pause the next packet carries the marker (RFC 3551 section 4.1).
    """

    __slots__ = ("_base", "_sequence", "_ssrc", "_tick")

    def __init__(self, ssrc: int, sequence: int, timestamp: int) -> None:
        self._ssrc = ssrc
        self._sequence = sequence & 0xFFFF
        self._base = timestamp
        self._tick = -2

    def timestamp(self, tick: int) -> int:
        """The media clock (8 kHz) at a tick of 20 ms."""
        return self._base + tick * 160 & 0xFFFFFFFF

    def audio(self, tick: int, payload_type: int, payload: bytes) -> bytes:
        """The packet with the frame of this tick."""
        kind = payload_type if tick == self._tick + 1 else payload_type | 0x80
        return self._packet(tick, kind, self._base + tick * 160 & 0xFFFFFFFF, payload)

    def event(self, tick: int, payload_type: int, began: int, payload: bytes, *, marker: bool) -> bytes:
        """A packet of a telephone-event that began at the tick `began`: all carry its timestamp."""
        kind = payload_type | 0x80 if marker else payload_type
        return self._packet(tick, kind, self.timestamp(began), payload)

    def _packet(self, tick: int, kind: int, timestamp: int, payload: bytes) -> bytes:
        self._tick = tick
        self._sequence = sequence = self._sequence + 1 & 0xFFFF
        return _HEAD.pack(_VERSION_2, kind, sequence, timestamp, self._ssrc) + payload
