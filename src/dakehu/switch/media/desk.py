"""Draft of the API: names and types stand, the bodies follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from dakehu.switch.media.prompts.names import Language, Prompt
from dakehu.switch.media.tones import Tone
from dakehu.switch.sip.sdp import Direction, Sdp

Sound = Prompt | Tone | Path
"""A file is a WAV (8 kHz, 16 bit, mono)."""


class Endpoint(Protocol):
    """One of our RTP ports; `local` is the answer made, or the offer to be sent."""

    @property
    def local(self) -> Sdp: ...


class Desk(Protocol):
    """Everything belongs to the event loop's thread and returns at once."""

    async def start(self) -> None:
        """Tones, the clock; the prompts' builder is started beside."""

    def stop(self) -> None:
        """Close every endpoint and the clock."""

    def endpoint(
        self,
        offer: Sdp | None,
        *,
        direction: Direction = Direction.SENDRECV,
        on_digit: Callable[[str], None] | None = None,
    ) -> Endpoint:
        """Raises `NoCommonCodec`, `PortsExhausted`."""
        ...

    def answered(self, endpoint: Endpoint, answer: Sdp) -> None:
        """The peer's answer to our offer. Raises `NoCommonCodec`; the endpoint stays as it was."""

    def reoffered(self, endpoint: Endpoint, offer: Sdp) -> Sdp:
        """Our answer to a re-INVITE's offer. Raises `NoCommonCodec`."""
        ...

    def play(
        self,
        endpoint: Endpoint,
        sounds: Sequence[Sound],
        *,
        languages: Sequence[Language] | None = None,
        loop: bool = False,
        on_finished: Callable[[], None] | None = None,
    ) -> None:
        """Instead of what was played before (whose `on_finished` is never called)."""

    def silence(self, endpoint: Endpoint) -> None:
        """Play nothing more; `on_finished` is not called."""

    def close(self, endpoint: Endpoint) -> None:
        """Again is nothing."""
