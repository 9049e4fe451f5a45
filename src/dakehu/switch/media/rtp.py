"""RTP packets (RFC 3550 section 5.1) and the running head of a stream that we send."""

from __future__ import annotations

import struct
from typing import NamedTuple

_HEAD = struct.Struct("!BBHII")
_VERSION_2 = 0x80
_RTCP_TYPES = range(72, 77)  # 200 to 204 seen as RTP with a marker: RTCP on the RTP port (RFC 5761 section 4)

_MOST_ASTRAY = 16_000  # 2 s: passed-on timestamps that stray farther from the clock begin anew


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


def _later(one: int, other: int) -> int:
    """The later of two timestamps less than half a round apart."""
    return other if other - one & 0xFFFFFFFF < 0x80000000 else one


class RtpStream:
    """Heads for one stream: what is our own, and what is passed on from another.

    Of our own the timestamp follows the clock's ticks, the sequence number what was sent. What is passed on
    keeps its steps in both, so the peer sees what was lost or disordered, from the place where our own ended.
    After a pause or a change the next packet carries the marker (RFC 3551 section 4.1).
    """

    __slots__ = (
        "_base",
        "_sequence",
        "_sequence_shift",
        "_source",
        "_ssrc",
        "_tick",
        "_time_shift",
        "_until",
    )

    def __init__(self, ssrc: int, sequence: int, timestamp: int) -> None:
        self._ssrc = ssrc
        self._sequence = sequence & 0xFFFF
        self._base = timestamp
        self._tick = -2
        self._source = -1  # whose packets were last passed on; -1 after one of our own
        self._sequence_shift = self._time_shift = 0
        self._until = 0  # where the sound that was passed on ends

    def timestamp(self, tick: int) -> int:
        """The media clock (8 kHz) at a tick of 20 ms."""
        return self._base + tick * 160 & 0xFFFFFFFF

    def audio(self, tick: int, payload_type: int, payload: bytes) -> bytes:
        """The packet with the frame of this tick."""
        if self._source >= 0:
            self._after_others(tick)
        kind = payload_type if tick == self._tick + 1 else payload_type | 0x80
        return self._packet(tick, kind, self._base + tick * 160 & 0xFFFFFFFF, payload)

    def event(self, tick: int, payload_type: int, began: int, payload: bytes, *, marker: bool) -> bytes:
        """A packet of a telephone-event that began at the tick `began`: all carry its timestamp."""
        if self._source >= 0:
            self._after_others(tick)
        kind = payload_type | 0x80 if marker else payload_type
        return self._packet(tick, kind, self.timestamp(began), payload)

    def passed_on(
        self, tick: int, packet: RtpPacket, payload_type: int, payload: bytes, *, is_event: bool = False
    ) -> bytes:
        """A packet of another's stream; `tick` is the last one."""
        marker = packet.marker
        if packet.ssrc != self._source:
            if self._source < 0:
                self._until = self.timestamp(tick + 1)
            self._source = packet.ssrc
            self._sequence_shift = self._sequence + 1 - packet.sequence
            self._time_shift = self._until - packet.timestamp
            marker = True
        sequence = packet.sequence + self._sequence_shift & 0xFFFF
        timestamp = packet.timestamp + self._time_shift & 0xFFFFFFFF
        if not is_event:
            astray = timestamp - self.timestamp(tick) + _MOST_ASTRAY & 0xFFFFFFFF
            if astray > 2 * _MOST_ASTRAY:
                timestamp = self._until = _later(self._until, self.timestamp(tick + 1))
                self._time_shift = timestamp - packet.timestamp
                marker = True
            if sequence - self._sequence & 0xFFFF < 0x8000:
                self._until = timestamp + len(payload) & 0xFFFFFFFF
        if sequence - self._sequence & 0xFFFF < 0x8000:
            self._sequence = sequence
        kind = payload_type | 0x80 if marker else payload_type
        return _HEAD.pack(_VERSION_2, kind, sequence, timestamp, self._ssrc) + payload

    def _after_others(self, tick: int) -> None:
        """Our own goes on where what was passed on ended, never before it."""
        self._source = -1
        self._tick = -2
        self._base += _later(self.timestamp(tick), self._until) - self.timestamp(tick)

    def _packet(self, tick: int, kind: int, timestamp: int, payload: bytes) -> bytes:
        self._tick = tick
        self._sequence = sequence = self._sequence + 1 & 0xFFFF
        return _HEAD.pack(_VERSION_2, kind, sequence, timestamp, self._ssrc) + payload
