"""Where a peer's packets come from, and where ours go: symmetric RTP (RFC 4961).

A description's address is what the telephone believes; behind a NAT it is wrong. So the source of the first
packet is latched, and ours are sent there. Strangers afterwards are ignored: whoever sprays packets at our
ports neither is heard nor gets a copy of the call. Two ways lead away from a latch:

- within `GRACE_S` of it the address from the description takes it back: a sprayer was only quicker;
- a source that continues the very stream (SSRC, next sequence numbers) after `SILENCE_S` without packets is
  the same telephone behind a NAT that changed its mind.
"""

from __future__ import annotations

from typing import TypeAlias

Place: TypeAlias = tuple[str, int]
GRACE_S = 2.0
SILENCE_S = 1.0
_NEXT = 500  # sequence numbers that may be lost in a silence


class Latch:
    """One port's idea of its peer. Times are any monotonic seconds."""

    __slots__ = ("_heard_at", "_latched_at", "_sequence", "_ssrc", "expected", "latched")

    def __init__(self, expected: Place | None = None) -> None:
        self.expected = expected
        self.latched: Place | None = None
        self._latched_at = self._heard_at = 0.0
        self._ssrc = self._sequence = -1

    @property
    def target(self) -> Place | None:
        """Where to send."""
        return self.latched or self.expected

    def expect(self, place: Place | None) -> None:
        """A new description: the peer may have moved."""
        if place != self.expected:
            self.expected = place
            self.latched = None

    def accepts(self, source: Place, ssrc: int, sequence: int, now: float) -> bool:
        """Whether a packet is the peer's; notes it if so."""
        if source != self.latched:
            if not self._may_take(source, ssrc, sequence, now):
                return False
            self.latched = source
            self._latched_at = now
        self._heard_at = now
        self._ssrc = ssrc
        self._sequence = sequence
        return True

    def _may_take(self, source: Place, ssrc: int, sequence: int, now: float) -> bool:
        if self.latched is None:
            return True
        if source == self.expected:
            return now - self._latched_at < GRACE_S
        continues = ssrc == self._ssrc and 0 < (sequence - self._sequence & 0xFFFF) < _NEXT
        return continues and now - self._heard_at > SILENCE_S
