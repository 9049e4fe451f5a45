"""Call progress tones of China."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """What a network says without words."""

    DIAL = "dial"
    SPECIAL_DIAL = "special_dial"
    RINGBACK = "ringback"
    BUSY = "busy"
    CONGESTION = "congestion"
    UNOBTAINABLE = "unobtainable"
    CALL_WAITING = "call_waiting"
    CONFIRMATION = "confirmation"
    RECORD = "record"
    SILENCE = "silence"
