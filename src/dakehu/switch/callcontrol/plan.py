"""Connecting the media of a call anew: the steps."""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.switch.callcontrol.events import Leg, Media
from dakehu.switch.callcontrol.sounds import Sounding


@dataclass(frozen=True, slots=True)
class Link:
    """Connect two legs end to end (RFC 3725): the first is asked for an offer, which the second answers.

    `offer` is the first's, once it is there.
    """

    first: Leg
    second: Leg
    offer: Media | None = None


@dataclass(frozen=True, slots=True)
class Attach:
    """Connect a leg to us: to hear something, or (None) into the call's conference."""

    leg: Leg
    hears: Sounding | None


Op = Link | Attach


def legs_of(op: Op) -> tuple[Leg, ...]:
    """The legs that the step sends a re-INVITE to, in order."""
    return (op.first, op.second) if isinstance(op, Link) else (op.leg,)
