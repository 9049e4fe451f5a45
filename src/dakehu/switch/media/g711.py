"""G.711: A-law and µ-law to and from 16-bit linear samples.

Samples are numpy `int16`, full scale: a 13-bit A-law value stands 3 bits up, a 14-bit µ-law value 2 bits up.
Both directions are one look-up per sample in tables computed at import from the segments of the
recommendation; between the laws it is one `bytes.translate`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

RATE = 8000
FRAME_MS = 20
FRAME_SAMPLES = RATE * FRAME_MS // 1000

Samples: TypeAlias = npt.NDArray[np.int16]


class Law(StrEnum):
    """The codecs by their names in SDP (RFC 3551 section 4.5.14)."""

    A = "PCMA"
    U = "PCMU"


def _alaw_values() -> list[int]:
    """The sample each A-law octet stands for: the middle of its interval (G.711 table 1)."""
    values = []
    for octet in range(256):
        bits = octet ^ 0x55
        exponent, mantissa = bits >> 4 & 7, bits & 15
        magnitude = (mantissa << 4) + 8 if exponent == 0 else (mantissa << 4) + 0x108 << exponent - 1
        values.append(magnitude if bits & 0x80 else -magnitude)
    return values


def _ulaw_values() -> list[int]:
    """The sample each µ-law octet stands for (G.711 table 2)."""
    values = []
    for octet in range(256):
        bits = ~octet & 0xFF
        magnitude = ((bits & 15) << 3) + 0x84 << (bits >> 4 & 7)
        values.append(0x84 - magnitude if bits & 0x80 else magnitude - 0x84)
    return values


def _nearest(values: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    """The octet for each 16-bit sample, indexed by the sample's bits: the nearest value the law has."""
    order = np.argsort(values, kind="stable")
    steps = values[order]
    bounds = (steps[1:] + steps[:-1]) / 2
    samples = np.arange(65536, dtype=np.uint16).view(np.int16)
    return order[np.searchsorted(bounds, samples, side="right")].astype(np.uint8)


_VALUES = {
    Law.A: np.array(_alaw_values(), dtype=np.int32),
    Law.U: np.array(_ulaw_values(), dtype=np.int32),
}
_DECODE = {law: values.astype(np.int16) for law, values in _VALUES.items()}
_ENCODE = {law: _nearest(values) for law, values in _VALUES.items()}
_A_TO_U = _ENCODE[Law.U][_DECODE[Law.A].view(np.uint16)].tobytes()
_U_TO_A = _ENCODE[Law.A][_DECODE[Law.U].view(np.uint16)].tobytes()
SILENCE = {law: bytes([int(_ENCODE[law][0])]) * FRAME_SAMPLES for law in Law}
"""A frame of nothing."""


def decode(octets: bytes, law: Law = Law.A) -> Samples:
    """The samples of any number of octets."""
    return _DECODE[law][np.frombuffer(octets, np.uint8)]


def encode(samples: Samples, law: Law = Law.A) -> bytes:
    """The octets of `int16` samples."""
    return _ENCODE[law][samples.view(np.uint16)].tobytes()


def translate(octets: bytes, source: Law, target: Law) -> bytes:
    """The same sound by the other law."""
    if source is target:
        return octets
    return octets.translate(_A_TO_U if source is Law.A else _U_TO_A)
