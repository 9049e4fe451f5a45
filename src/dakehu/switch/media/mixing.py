"""Several voices in one: the sum of A-law frames, limited, and for each voice the sum without it.

Values of A-law are whole multiples of 8, so sums are kept in 13-bit units. Where all together are louder than
the knee the room is turned down, in 5 ms and before they are cut; afterwards it comes up again by 0.4 dB a
frame. What is above the knee in those 5 ms is rounded off by the table that leads from sums to octets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dakehu.switch.media import g711
from dakehu.switch.media.g711 import FRAME_SAMPLES, SILENCE, Law

_Sums: TypeAlias = npt.NDArray[np.int32]
_QUIET = SILENCE[Law.A]
_VALUES = g711.decode(bytes(range(256))).astype(np.int32) >> 3
_FULL = 4032  # the greatest value of A-law, in 13-bit units
_KNEE = 3000  # +0.4 dBm0
_REACH = 1 << 16  # of the table, to either side
_AT_ONCE = _REACH // _FULL  # voices whose sum cannot leave the table
_RISE = 1.05
_RAMP = np.minimum(np.arange(1, FRAME_SAMPLES + 1) / 40, 1.0)


def _limiting() -> bytes:
    """The octet of each sum; negative ones from the end, as numpy counts."""
    sums = np.concatenate([np.arange(_REACH), np.arange(-_REACH, 0)]).astype(np.float64)
    over = np.maximum(np.abs(sums) - _KNEE, 0)
    rounded = np.minimum(np.abs(sums), _KNEE) + (_FULL - _KNEE) * np.tanh(over / (_FULL - _KNEE))
    return g711.encode((np.sign(sums) * rounded * 8).astype(np.int16))


_LIMITED = np.frombuffer(_limiting(), np.uint8)


def both(one: bytes, other: bytes) -> bytes:
    """Two sounds of one length in one, of any number of octets."""
    sums = _VALUES[np.frombuffer(one, np.uint8)] + _VALUES[np.frombuffer(other, np.uint8)]
    return _LIMITED[sums].tobytes()


def side_by_side(left: bytes, right: bytes) -> bytes:
    """Two sounds of one length as two channels."""
    pairs = np.stack([np.frombuffer(left, np.uint8), np.frombuffer(right, np.uint8)], axis=1)
    return pairs.tobytes()


class Mixer:
    """One room's: what it remembers is how far it is turned down."""

    __slots__ = ("_gain",)

    def __init__(self) -> None:
        self._gain = 1.0

    def mix(self, frames: Sequence[bytes]) -> list[bytes]:
        """For each of the frames the others; after these, all. A lone frame passes untouched."""
        if not frames:
            self._gain = 1.0
            return [_QUIET]
        if len(frames) == 1 and self._gain == 1.0:
            return [_QUIET, frames[0]]
        octets = np.frombuffer(b"".join(frames), np.uint8).reshape(len(frames), FRAME_SAMPLES)
        values = _VALUES[octets]
        sums = np.empty((len(frames) + 1, FRAME_SAMPLES), np.int32)
        whole = np.add.reduce(values, out=sums[-1])
        np.subtract(whole, values, out=sums[:-1])
        sums = self._turned_down(sums)
        if len(frames) > _AT_ONCE:
            np.clip(sums, -_REACH, _REACH - 1, out=sums)
        mixes = _LIMITED[sums].tobytes()
        return [mixes[at : at + FRAME_SAMPLES] for at in range(0, len(mixes), FRAME_SAMPLES)]

    def _turned_down(self, sums: _Sums) -> _Sums:
        whole = sums[-1]
        peak = max(int(whole.max()), -int(whole.min()), 1)
        before = self._gain
        self._gain = gain = min(_KNEE / peak, before * _RISE, 1.0)
        if gain == before == 1.0:
            return sums
        return (sums * (before + (gain - before) * _RAMP)).astype(np.int32)
