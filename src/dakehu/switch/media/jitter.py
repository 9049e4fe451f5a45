"""A jitter buffer: packets come when they come, one frame of 20 ms is taken each tick.

Theory of operation. Sound is cut into pieces of 10 ms, numbered by the peer's timestamps, so packets of any
ptime fit. `take` reads two pieces a tick. A packet's *margin* is how many ticks before its turn it comes. The
first packet gets a margin of one tick, so about two packets are held where the network is calm, and then:

    it comes after its turn, by up to the ticks that are left of five     time is stretched: its turn is now
    it comes later than that                                              left out
    for 5 s no margin was below two                                       a tick is left out, in a pause if
                                                                          one comes within 5 s more
    it is more than ten ticks early, or far behind though next in order,
    or the fifth in a row that is left out, or of another SSRC            a new beginning

so the hold grows with the jitter, falls when it is over, and follows a peer whose clock runs fast or slow.
What is missing at its turn is the last frame again, fading over three ticks into silence.
"""

from __future__ import annotations

from dakehu.switch.media import g711
from dakehu.switch.media.g711 import FRAME_SAMPLES, Law
from dakehu.switch.media.rtp import RtpPacket

MOST_HELD = 5
"""Ticks that packets may wait; the network's delay is added."""
_PIECE = FRAME_SAMPLES // 2
_NOTHING = g711.SILENCE[Law.A][:_PIECE]
_MOST_EARLY = 10
_MOST_LATE_IN_ROW = 5
_WINDOW = 250  # packets, 5 s of them at 20 ms
_ALL = g711.decode(bytes(range(256)))
_FADES = [g711.encode((_ALL * gain).astype(_ALL.dtype)) for gain in (0.8, 0.5, 0.2)]
_QUIET_BELOW = 512  # -33 dBm0
_IS_LOUD = bytes(abs(int(value)) >= _QUIET_BELOW for value in _ALL)


class JitterBuffer:
    """What one peer says, as A-law. `lost` and `late` count frames made up and packets left out."""

    __slots__ = (
        "_at",
        "_fade",
        "_last",
        "_late_in_row",
        "_least",
        "_most",
        "_most_before",
        "_next",
        "_pieces",
        "_seen",
        "_sequence",
        "_skip_in",
        "_ssrc",
        "_timestamp",
        "late",
        "lost",
    )

    def __init__(self) -> None:
        self._pieces: dict[int, bytes] = {}
        self._ssrc = self._sequence = -1
        self._timestamp = self._at = 0  # of the last packet: as it said, and counted on
        self._next = 0  # the piece whose turn is next
        self._last = b""
        self._fade = len(_FADES)
        self._least = self._most = self._most_before = 1
        self._seen = self._late_in_row = 0
        self._skip_in = 0  # ticks until one is left out by force; 0: none need be
        self.late = self.lost = 0

    def put(self, packet: RtpPacket, sound: bytes) -> None:
        """A packet of audio, its payload as A-law. A packet that came before is nothing new."""
        step = packet.timestamp - self._timestamp & 0xFFFFFFFF
        self._at += step if step < 0x80000000 else step - 0x100000000
        self._timestamp = packet.timestamp
        in_order = (packet.sequence - self._sequence & 0xFFFF) < 0x8000
        if in_order:
            self._sequence = packet.sequence
        piece = (self._at + _PIECE // 2) // _PIECE
        margin = piece - self._next >> 1
        if packet.ssrc != self._ssrc or margin > _MOST_EARLY or (in_order and margin < -MOST_HELD):
            self._begin(packet, piece)
        elif margin < 0 and not self._stretch(-margin):
            self.late += 1
            self._late_in_row += 1
            if self._late_in_row == _MOST_LATE_IN_ROW:
                self._begin(packet, piece)
        else:
            self._late_in_row = 0
            self._note(piece - self._next >> 1)
        pieces = self._pieces
        for start in range(0, len(sound), _PIECE):
            if piece >= self._next:
                part = sound[start : start + _PIECE]
                pieces[piece] = part if len(part) == _PIECE else part + _NOTHING[len(part) :]
            piece += 1

    def take(self) -> bytes | None:
        """The frame of this tick; None while nothing is said."""
        frame = self._take()
        if frame is None:
            return self._made_up()
        if self._skip_in:
            self._skip_in -= 1
            if self._skip_in == 0 or 1 not in frame.translate(_IS_LOUD):
                self._skip_in = 0
                frame = self._take() or frame
        self._last = frame
        self._fade = 0
        return frame

    def _take(self) -> bytes | None:
        piece = self._next
        self._next = piece + 2
        first = self._pieces.pop(piece, None)
        second = self._pieces.pop(piece + 1, None)
        if first is None:
            return None if second is None else second + second
        return first + (second or first)

    def _made_up(self) -> bytes | None:
        if self._fade >= len(_FADES):
            return None
        self.lost += 1
        self._fade += 1
        return self._last.translate(_FADES[self._fade - 1])

    def _begin(self, packet: RtpPacket, piece: int) -> None:
        self._ssrc, self._sequence = packet.ssrc, packet.sequence
        self._pieces.clear()
        self._next = piece - 2
        self._least = self._most = self._most_before = 1
        self._seen = self._skip_in = self._late_in_row = 0

    def _stretch(self, ticks: int) -> bool:
        if max(self._most, self._most_before) + ticks >= MOST_HELD:
            return False
        self._next -= 2 * ticks
        self._least += ticks
        self._most += ticks
        self._most_before += ticks
        self._skip_in = 0
        return True

    def _note(self, margin: int) -> None:
        self._least = min(self._least, margin)
        self._most = max(self._most, margin)
        self._seen += 1
        if self._seen >= _WINDOW:
            if self._least > 1 and not self._skip_in:
                self._skip_in = _WINDOW
            self._seen = 0
            self._most_before = self._most
            self._least = self._most = margin
