"""Playing clips frame by frame: once, in sequence, looped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dakehu.switch.media.g711 import FRAME_SAMPLES, SILENCE, Law

Finished: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Clip:
    """Sound cut into A-law frames of 20 ms once; all players of it share them."""

    frames: tuple[bytes, ...]

    @classmethod
    def of(cls, octets: bytes) -> Clip:
        """Cut A-law octets; the last frame is filled with silence."""
        missing = -len(octets) % FRAME_SAMPLES
        whole = octets + SILENCE[Law.A][:missing]
        return cls(tuple(whole[at : at + FRAME_SAMPLES] for at in range(0, len(whole), FRAME_SAMPLES)))


class Player:
    """A place in a sequence of clips. `on_finished` is for the end of the last frame; a loop has none."""

    __slots__ = ("_at", "_clip", "_clips", "_frames", "_loops", "on_finished")

    def __init__(
        self, clips: Sequence[Clip], *, loop: bool = False, on_finished: Finished | None = None
    ) -> None:
        self._clips = [clip.frames for clip in clips if clip.frames]
        self._loops = loop
        self._clip = self._at = 0
        self._frames: tuple[bytes, ...] = self._clips[0] if self._clips else ()
        self.on_finished = on_finished

    def next(self) -> bytes | None:
        """The next frame; None at the end, for good."""
        at = self._at
        if at < len(self._frames):
            self._at = at + 1
            return self._frames[at]
        self._clip += 1
        if self._clip >= len(self._clips):
            if not self._loops or not self._clips:
                return None
            self._clip = 0
        self._frames = self._clips[self._clip]
        self._at = 1
        return self._frames[0]
