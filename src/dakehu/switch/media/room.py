"""Rooms: who is in one hears the others and not themselves (three-party calls, break-in, conferences).

Each tick the room takes one frame of every speaker out of its jitter buffer, decodes it once, and encodes
once per distinct mix: one for each who spoke, and one for all who didn't. A lone voice is passed on as it is.
A sound played to the room is a voice of nobody's, so everyone who hears, hears it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from dakehu.switch.media.endpoint import Heard, Said, Source
from dakehu.switch.media.g711 import SILENCE, Law
from dakehu.switch.media.jitter import JitterBuffer
from dakehu.switch.media.mixing import Mixer
from dakehu.switch.media.player import Player

_QUIET = SILENCE[Law.A]


class Voice(Protocol):
    """What can be in a room: an endpoint."""

    heard: list[Heard]
    beneath: Source | None


class Member:
    """One voice's place in a room; as a source, the room as this voice is to hear it."""

    __slots__ = ("buffer", "frame", "hears", "speaks")

    def __init__(self) -> None:
        self.hears = self.speaks = False
        self.buffer = JitterBuffer()
        self.frame = _QUIET

    def next(self) -> bytes:
        """Never at an end: silence is sent too, so that telephones and NATs know the call lives."""
        return self.frame


class Room:
    """Made, filled and driven by the desk. `said` are listeners to the mix of all (a recorder)."""

    def __init__(self, call_soon: Callable[[Callable[[], None]], object]) -> None:
        self._call_soon = call_soon
        self._mixer = Mixer()
        self._members: dict[Voice, Member] = {}
        self._player: Player | None = None
        self.said: list[Said] = []

    @property
    def members(self) -> tuple[Voice, ...]:
        """In the order of their coming."""
        return tuple(self._members)

    def enter(self, voice: Voice, *, hears: bool, speaks: bool) -> None:
        """Come in; again only changes who hears and speaks."""
        member = self._members.get(voice)
        if member is None:
            member = self._members[voice] = voice.beneath = Member()
        if speaks and not member.speaks:
            member.buffer = JitterBuffer()
            voice.heard.append(member.buffer.put)
        elif member.speaks and not speaks:
            voice.heard.remove(member.buffer.put)
        member.hears, member.speaks = hears, speaks

    def leave(self, voice: Voice) -> Member:
        """Go; the place that it had, for its figures. Raises KeyError for one who isn't here."""
        member = self._members.pop(voice)
        if member.speaks:
            voice.heard.remove(member.buffer.put)
        voice.beneath = None
        return member

    def play(self, player: Player | None) -> None:
        """A sound for all who hear, instead of the one before, whose `on_finished` is never called."""
        self._player = player

    def tick(self, tick: int) -> None:
        """Make what each member is to hear in this tick."""
        speakers, frames, others = [], [], []
        for member in self._members.values():
            frame = member.buffer.take() if member.speaks else None
            if frame is None or frame == _QUIET:
                others.append(member)
            else:
                speakers.append(member)
                frames.append(frame)
        played = self._played()
        if played is not None:
            frames.append(played)
        mixes = self._mixer.mix(frames)
        whole = mixes[-1]
        for speaker, mix in zip(speakers, mixes, strict=False):
            speaker.frame = mix if speaker.hears else _QUIET
        for member in others:
            member.frame = whole if member.hears else _QUIET
        for listener in self.said:
            listener(tick, whole)

    def _played(self) -> bytes | None:
        player = self._player
        if player is None:
            return None
        frame = player.next()
        if frame is None:
            self._player = None
            if player.on_finished is not None:
                self._call_soon(player.on_finished)
        return frame
