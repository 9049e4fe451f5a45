"""From an uploaded file to samples, never more of it than a tone may have.

WAV is read here. MP3 is decoded by libsndfile (soundfile's wheel brings it) in a process of its own with
little memory and time: it is a large decoder in C, and the file is a stranger's.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from dakehu.switch.media import g711, wav
from dakehu.switch.media.tonefiles.errors import (
    ToneEmpty,
    ToneTooBig,
    ToneTooLong,
    ToneTruncated,
    ToneUnknown,
)
from dakehu.switch.media.wav import Encoding, WavFormat

MOST_MB = 5
MOST_S = 60
LEAST_S = 0.5
DECODED = struct.Struct("<II")
"""How the decoder's answer begins: Hz, and whether there was more. Mono, 16 bits, follows."""
_DECODER = "dakehu.switch.media.tonefiles.mp3"
_PATIENCE_S = 20.0
_OPEN_END = 0xFFFFFFFF  # the length a program writes that cannot go back to the header

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Samples:
    """One channel, full scale 1."""

    sound: Floats
    rate: int


def read(file: BinaryIO) -> Samples:
    """The file's sound. Raises `ToneRefused`, `OSError`."""
    if file.seek(0, os.SEEK_END) > MOST_MB * 1_000_000:
        raise ToneTooBig(most_mb=MOST_MB)
    file.seek(0)
    begin = file.read(4)
    samples = _mp3(file) if _is_mp3(begin) else _wav(file)
    if len(samples.sound) < LEAST_S * samples.rate:
        raise ToneEmpty(least_s=LEAST_S)
    return samples


def _is_mp3(begin: bytes) -> bool:
    """A tag before it, or the eleven bits that begin a frame."""
    return begin[:3] == b"ID3" or (len(begin) > 1 and begin[0] == 0xFF and begin[1] & 0xE0 == 0xE0)


def _wav(file: BinaryIO) -> Samples:
    try:
        found = wav.read_format(file)
    except (wav.NotWav, wav.UnknownEncoding) as error:
        raise ToneUnknown from error
    if found.seconds > MOST_S:
        raise ToneTooLong(seconds=round(found.seconds, 1), most_s=MOST_S)
    declared = found.declared // found.frame
    if found.length // found.frame < declared and found.declared != _OPEN_END:
        raise ToneTruncated(seconds=round(found.seconds, 1), declared_s=round(declared / found.rate, 1))
    file.seek(found.start)
    sound = _linear(file.read(found.length), found)
    return Samples(sound.reshape(-1, found.channels).mean(axis=1), found.rate)


def _linear(octets: bytes, found: WavFormat) -> Floats:
    if found.encoding is Encoding.FLOAT:
        floats = np.frombuffer(octets, "<f4").astype(np.float64)
        return np.clip(np.nan_to_num(floats, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    if found.encoding is not Encoding.LINEAR:
        law = g711.Law.A if found.encoding is Encoding.A_LAW else g711.Law.U
        return g711.decode(octets, law) / 32768
    if found.bits == 8:
        return (np.frombuffer(octets, np.uint8) - 128.0) / 128
    if found.bits == 24:
        wide = np.zeros((len(octets) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(octets, np.uint8).reshape(-1, 3)
        return wide.view("<i4")[:, 0] / 2.0**31
    return np.frombuffer(octets, f"<i{found.bits // 8}") / 2.0 ** (found.bits - 1)


def _mp3(file: BinaryIO) -> Samples:
    file.seek(0)
    command = [sys.executable, "-m", _DECODER, str(MOST_S)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no argument of the upload
            command,
            input=file.read(MOST_MB * 1_000_000),
            capture_output=True,
            timeout=_PATIENCE_S,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise ToneUnknown from error
    rate, is_longer = DECODED.unpack_from(done.stdout)
    if is_longer:
        raise ToneTooLong(seconds=MOST_S, most_s=MOST_S)
    return Samples(np.frombuffer(done.stdout, "<i2", offset=DECODED.size) / 32768, rate)
