"""Call progress tones of China, as one period of A-law each.

450 Hz throughout (GB/T 3380, YD/T 1289; ITU-T E.180 supplement 2, China), cadences in seconds of tone and
pause. A period is whole 20 ms frames; 450 Hz has 9 cycles in 20 ms, so frames join without a click.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from dakehu.switch.media import g711

FREQUENCY_HZ = 450
_LEVEL = 0.22  # of full scale: -13 dBm0 (full scale of a sine is +3.14 dBm0)


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


CADENCES_MS: dict[Tone, tuple[tuple[int, int], ...]] = {
    Tone.DIAL: ((1000, 0),),
    Tone.SPECIAL_DIAL: ((400, 40),),
    Tone.RINGBACK: ((1000, 4000),),
    Tone.BUSY: ((350, 350),),
    Tone.CONGESTION: ((700, 700),),
    Tone.UNOBTAINABLE: ((100, 100), (100, 100), (100, 100), (400, 400)),
    Tone.CALL_WAITING: ((400, 4000),),
    Tone.CONFIRMATION: ((100, 100), (100, 100), (100, 700)),
    Tone.RECORD: ((400, 14600),),
    Tone.SILENCE: ((0, 1000),),
}
"""Tone and pause in milliseconds, repeated."""


def tone_alaw(tone: Tone) -> bytes:
    """A whole number of periods of the tone, and of frames."""
    cadence = CADENCES_MS[tone]
    parts = []
    for on_ms, off_ms in cadence:
        time = np.arange(8 * on_ms) / g711.RATE
        sine = np.sin(2 * np.pi * FREQUENCY_HZ * time) * (_LEVEL * 32767)
        parts += [sine.astype(np.int16), np.zeros(8 * off_ms, np.int16)]
    octets = g711.encode(np.concatenate(parts))
    while len(octets) % g711.FRAME_SAMPLES:
        octets += octets
    return octets
