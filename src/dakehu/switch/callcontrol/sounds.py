"""What a leg can be made to hear."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol.reasons import Reason


class Hearing(StrEnum):
    """What a leg hears from us until something else is done with it."""

    SILENCE = "silence"
    RING_BACK = "ring_back"
    HOLD = "hold"
    DIAL = "dial"


@dataclass(frozen=True, slots=True)
class RingBackTone:
    """A tone of the called side's choice (VPN-16), by the digest that its sound is kept under."""

    digest: str


EarlySound = Hearing | RingBackTone
Sounding = Hearing | Reason | Told
"""A `Reason` or `Told` is said once, and `Announced` follows."""
