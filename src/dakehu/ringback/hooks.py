"""What this chapter asks of strangers: who keeps sounds, and whose the tones are.

The switch keeps and plays sounds, other products own VPNs and groups; none of them is below this chapter.
Whoever stands above all registers them in `AppConfig.ready`:

register_sounds(KeptSounds())
register_owner(Owner.VPN, vpn_owner)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from dakehu.infra.access.api import Actor
from dakehu.ringback.domain.choice import Owner


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that is kept: its SHA-256 in hexadecimal, and how long it is."""

    digest: str
    seconds: float


class Sounds(Protocol):
    """The keeper of sounds."""

    def keep(self, upload: BinaryIO) -> Sound:
        """Check and keep an upload, once for the same sound. Raises a `DomainError` saying what is wrong."""

    def wav(self, digest: str) -> bytes:
        """The sound for a browser: WAV, linear, 8 kHz. Raises `FileNotFoundError`."""


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """Whose tones they are: the name and the page of the VPN, group or line, and its customer."""

    customer_id: int
    name: str
    url: str


OwnerLookup = Callable[[Actor, int], OwnerFacts]
_sounds: list[Sounds] = []
_owners: dict[Owner, OwnerLookup] = {}


def register_sounds(sounds: Sounds) -> None:
    _sounds[:] = [sounds]


def sounds() -> Sounds:
    """The keeper; a switch is always installed."""
    return _sounds[0]


def register_owner(kind: Owner, lookup: OwnerLookup) -> None:
    """Have `lookup` asked for owners of the kind; it raises `NotFound` for what the actor does not see."""
    _owners[kind] = lookup


def owner_facts(actor: Actor, kind: Owner, owner_id: int) -> OwnerFacts:
    """The owner as the actor sees it, or `NotFound`, `NotAllowed`."""
    return _owners[kind](actor, owner_id)
