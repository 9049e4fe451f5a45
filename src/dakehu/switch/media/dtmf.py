"""Digits as telephone-events (RFC 4733), received and sent.

A press is one event: many packets with one timestamp and a growing duration, the last sent three times with
the end bit. Any of them may be lost, doubled or late. A press counts once, at its first packet that arrives:

    same timestamp as before                          the same press
    older timestamp than the last press               late packet, ignored
    same event, no marker, not ended, longer          the same press of a sender that moves the timestamp, or
                                                      the next segment of a long one (section 2.5.1.3)
    else                                              a new press, even if the end of the last was lost
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass

from dakehu.switch.media.rtp import RtpPacket

KEYS = "0123456789*#ABCD"
_EVENT = struct.Struct("!BBH")
_END = 0x80
_VOLUME = 10  # -10 dBm0
_SEGMENT = 0xFFFF


@dataclass(slots=True)
class _Press:
    key: str
    ssrc: int
    timestamp: int
    duration: int
    ended: bool


class DigitReceiver:
    """Takes the telephone-event packets of one port in any order."""

    def __init__(self) -> None:
        self._last: _Press | None = None

    def feed(self, packet: RtpPacket) -> str | None:
        """The key if this packet is the first of its press."""
        if len(packet.payload) < 4:
            return None
        event, flags, duration = _EVENT.unpack_from(packet.payload)
        if event >= len(KEYS):
            return None  # flash, fax and modem tones
        press = _Press(KEYS[event], packet.ssrc, packet.timestamp, duration, bool(flags & _END))
        last = self._last
        if last is None or last.ssrc != press.ssrc:
            self._last = press
            return press.key
        ahead = press.timestamp - last.timestamp & 0xFFFFFFFF
        if ahead >= 0x80000000:
            return None
        self._last = press
        if ahead == 0:
            press.ended = press.ended or last.ended
            return None
        return None if not packet.marker and _continues(last, press, ahead) else press.key


def _continues(last: _Press, press: _Press, ahead: int) -> bool:
    if last.ended or press.key != last.key:
        return False
    return press.duration > last.duration or (ahead == _SEGMENT and last.duration >= _SEGMENT - 0x800)


@dataclass(frozen=True, slots=True)
class EventPacket:
    """What to send in one tick; `first` carries the marker and fixes the timestamp."""

    payload: bytes
    first: bool


class DigitSender:
    """Presses to be sent, one packet a tick: `tone_ticks` of tone, the end thrice, then a gap."""

    def __init__(self, *, tone_ticks: int = 5, gap_ticks: int = 3) -> None:
        self._tone_ticks = tone_ticks
        self._gap_ticks = gap_ticks
        self._waiting: deque[int] = deque()
        self._at = 0

    def press(self, keys: str) -> None:
        """Queue keys; raises ValueError for what is no key."""
        self._waiting.extend([KEYS.index(key) for key in keys.upper()])

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def next(self) -> EventPacket | None:
        """This tick's packet; None in the gap between two presses, when audio may be sent."""
        at, tone = self._at, self._tone_ticks
        self._at += 1
        if at < tone:
            return EventPacket(_EVENT.pack(self._waiting[0], _VOLUME, 160 * (at + 1)), first=at == 0)
        if at < tone + 3:
            return EventPacket(_EVENT.pack(self._waiting[0], _VOLUME | _END, 160 * tone), first=False)
        if self._at >= tone + 3 + self._gap_ticks:
            self._at = 0
            self._waiting.popleft()
        return None
