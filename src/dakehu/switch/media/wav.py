"""WAV files (RIFF): linear, A-law and µ-law; what stands in a header, and a header for our own recordings.

Python's `wave` knows linear samples alone and believes what a header says; recordings of telephone sound are
A-law, and a file that somebody sends may say anything.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

from dakehu.switch.media.g711 import RATE

_MOST_CHUNKS = 64
_FORMAT = struct.Struct("<HHIIHH")
_CHUNK = struct.Struct("<4sI")
_HEAD = struct.Struct("<4sI4s4sIHHIIHHH4sII4sI")


class Encoding(IntEnum):
    """Format tags (RFC 2361)."""

    LINEAR = 1
    FLOAT = 3
    A_LAW = 6
    U_LAW = 7


_EXTENSIBLE = 0xFFFE
_BITS = {
    Encoding.LINEAR: {8, 16, 24, 32},
    Encoding.FLOAT: {32},
    Encoding.A_LAW: {8},
    Encoding.U_LAW: {8},
}


class NotWav(ValueError):
    """No RIFF of the form WAVE, or one whose parts contradict each other."""


class UnknownEncoding(ValueError):
    """A WAV of an encoding, width or number of channels that is not read here."""


@dataclass(frozen=True, slots=True)
class WavFormat:
    """`rate` in Hz. The sound is `length` octets from `start`, of `declared` that the header speaks of."""

    encoding: Encoding
    channels: int
    rate: int
    bits: int
    start: int
    length: int
    declared: int

    @property
    def frame(self) -> int:
        """Octets of one sample of all channels."""
        return self.channels * self.bits // 8

    @property
    def seconds(self) -> float:
        return self.length / self.frame / self.rate


def read_format(file: BinaryIO) -> WavFormat:
    """Read a header and no sound. Raises `NotWav`, `UnknownEncoding`, `OSError`."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise NotWav("no WAV")
    described = None
    for _ in range(_MOST_CHUNKS):
        chunk = file.read(_CHUNK.size)
        if len(chunk) < _CHUNK.size:
            break
        name, length = _CHUNK.unpack(chunk)
        start = file.tell()
        if name == b"fmt ":
            described = file.read(min(length, 40))
        elif name == b"data":
            if described is None:
                break
            return _checked(described, start, length, size)
        file.seek(start + length + length % 2)
    raise NotWav("no sound in it")


def _checked(described: bytes, start: int, declared: int, size: int) -> WavFormat:
    if len(described) < _FORMAT.size:
        raise NotWav("the description is too short")
    tag, channels, rate, _, _, bits = _FORMAT.unpack_from(described)
    if tag == _EXTENSIBLE and len(described) >= 26:
        (tag,) = struct.unpack_from("<H", described, 24)
    if tag not in list(Encoding) or bits not in _BITS[Encoding(tag)] or channels not in {1, 2}:
        raise UnknownEncoding(f"format {tag}, {bits} bits, {channels} channels")
    if not 4000 <= rate <= 192_000:
        raise UnknownEncoding(f"{rate} Hz")
    frame = channels * bits // 8
    length = min(declared, size - start) // frame * frame
    return WavFormat(Encoding(tag), channels, rate, bits, start, length, declared)


def header(channels: int, octets: int) -> bytes:
    """The header of our recordings: A-law, 8 kHz, so many octets of sound."""
    return _HEAD.pack(
        *(b"RIFF", _HEAD.size - 8 + octets, b"WAVE", b"fmt ", 18, Encoding.A_LAW, channels, RATE),
        *(RATE * channels, channels, 8, 0, b"fact", 4, octets // channels, b"data", octets),
    )


def repair(path: Path) -> bool:
    """Let the header of a recording of ours speak of all that lies in the file; whether it had to be changed.

    For recordings that a killed process left. Raises `NotWav`, `UnknownEncoding`, `OSError`.
    """
    with path.open("r+b") as file:
        found = read_format(file)
        size = file.seek(0, os.SEEK_END)
        octets = (size - found.start) // found.channels * found.channels
        ours = (found.encoding, found.rate, found.start) == (Encoding.A_LAW, RATE, _HEAD.size)
        if not ours or found.declared == octets:
            return False
        file.seek(0)
        file.write(header(found.channels, octets))
        return True
