"""What is played to those who wait: a melody of our own by arithmetic, so nobody holds rights in it.

Plucked strings in a pentatonic scale over slow low ones. A note's degree follows from its place by
a rule of remainders; each fourth bar comes to rest on the first degree. Strings ring on over the end into the
beginning, so a loop has no seam.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from dakehu.switch.media import g711


class Music(StrEnum):
    """Sounds without words or language. File names hang on them: never rename."""

    HOLD = "hold"


_BEAT = 2400  # samples: 0.3 s
_BARS, _BEATS = 16, 4
_LOWEST_HZ = 392.0
_SCALE = (0, 2, 4, 7, 9)  # semitones
_LEVEL = 0.09  # RMS of full scale: -18 dBm0
_PARTIALS = ((1, 1.0), (2, 0.45), (3, 0.2), (4, 0.08))


@cache
def melody() -> bytes:
    """The music on hold: A-law, 19.2 s, whole frames; 40 ms to make."""
    sound = np.zeros(_BARS * _BEATS * _BEAT)
    for place in range(_BARS * _BEATS):
        bar, beat = divmod(place, _BEATS)
        degree = (place * place + 2 * bar) % 7
        if bar % 4 == 3 and beat == 2:
            degree = 0
        if beat != 3 or bar % 2 == 0:
            _pluck(sound, place * _BEAT, _hertz(degree), 1.0, 0.9)
        if beat == 0:
            _pluck(sound, place * _BEAT, _hertz((0, 3, 2, 0)[bar % 4]) / 2, 0.7, 2.4)
    sound *= _LEVEL / np.sqrt(np.mean(sound**2))
    return g711.encode((np.tanh(sound) * 32767).astype(np.int16))


def _hertz(degree: int) -> float:
    octave, step = divmod(degree, len(_SCALE))
    return float(_LOWEST_HZ * 2.0 ** (octave + _SCALE[step] / 12))


def _pluck(sound: npt.NDArray[np.float64], start: int, hertz: float, level: float, seconds: float) -> None:
    """Add a string; higher partials die sooner."""
    time = np.arange(int(g711.RATE * seconds)) / g711.RATE
    note = np.zeros(len(time))
    for number, share in _PARTIALS:
        if number * hertz < 3300:
            note += share * np.sin(2 * np.pi * number * hertz * time) * np.exp(-time * 2.2 * (number + 1))
    note *= level * np.minimum(time / 0.004, 1.0) * np.minimum((seconds - time) / 0.05, 1.0)
    places = (start + np.arange(len(note))) % len(sound)
    sound[places] += note
