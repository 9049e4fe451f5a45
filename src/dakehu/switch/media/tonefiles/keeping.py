"""Checks the sound of a tone, gives it a telephone's band and level, and puts it on disk once."""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from dakehu.switch.media import g711
from dakehu.switch.media.prompts.resample import levelled, to_band
from dakehu.switch.media.tonefiles.errors import ToneTooLoud, ToneTooQuiet
from dakehu.switch.media.tonefiles.names import ToneFile
from dakehu.switch.media.tonefiles.reading import Floats, read

_FULL = 0.985
_MOST_CUT = 0.01
_LEAST_LEVEL = 0.003  # RMS in the telephone's band: -50 dB
_FADE = 40  # 5 ms: a loop does not click


@dataclass(frozen=True, slots=True)
class Kept:
    """A tone on disk."""

    tone: ToneFile
    seconds: float


def keep(upload: BinaryIO, folder: Path) -> Kept:
    """Put an uploaded file's sound into the folder of tones; the same sound again is the same file.

    `upload` must be seekable. Raises `ToneRefused` with the reason, `OSError` for the disk.
    """
    octets = converted(upload)
    tone = ToneFile(hashlib.sha256(octets).hexdigest())
    target = tone.path(folder)
    if not target.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        with draft.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    return Kept(tone, len(octets) / g711.RATE)


def converted(upload: BinaryIO) -> bytes:
    """The sound as A-law of 8 kHz. Raises `ToneRefused`, `OSError`."""
    samples = read(upload)
    cut = float(np.mean(np.abs(samples.sound) >= _FULL))
    if cut > _MOST_CUT:
        raise ToneTooLoud(percent=round(100 * cut, 1))
    sound = to_band(samples.sound, samples.rate)
    level = float(np.sqrt(np.mean(sound**2)))
    if level < _LEAST_LEVEL:
        raise ToneTooQuiet(level_db=round(20 * float(np.log10(max(level, 1e-6))), 1))
    return g711.encode((_faded(levelled(sound)) * 32767).astype(np.int16))


def _faded(sound: Floats) -> Floats:
    ramp = np.linspace(0, 1, _FADE)
    sound[:_FADE] *= ramp
    sound[-_FADE:] *= ramp[::-1]
    return sound
