"""From a voice's samples to telephone sound: low-pass, 8 kHz, level."""

from __future__ import annotations

from math import gcd

import numpy as np
import numpy.typing as npt

from dakehu.switch.media import g711

Floats = npt.NDArray[np.float64]
_CUT_HZ = 3400.0
_HIGH_PASS_HZ = 200.0
_HALF_WIDTH = 48  # zero crossings of the sinc on each side: about 60 dB down 300 Hz above the cut
_BLOCK = 1024  # results at once: a minute of sound as one matrix would be gigabytes
_ACTIVE_LEVEL = 0.11  # RMS of speech, of full scale: -16 dBm0
_PEAK = 0.95
_QUIET = 0.01
_LEAD = 400  # 50 ms kept around the words


def to_telephone(samples: npt.NDArray[np.int16], rate: int) -> g711.Samples:
    """Speech at any rate as 8 kHz: band 200 to 3400 Hz, silence trimmed, level set."""
    if not len(samples):
        return np.zeros(0, np.int16)
    sound = to_band(samples.astype(np.float64) / 32768, rate)
    return (levelled(_trimmed(sound)) * 32767).astype(np.int16)


def to_band(sound: Floats, rate: int) -> Floats:
    """Any sound as 8 kHz, 200 to 3400 Hz. Raises ValueError for none."""
    return _high_pass(resample(sound, rate, g711.RATE))


def resample(samples: Floats, rate: int, wanted: int) -> Floats:
    """Another rate through a windowed-sinc low-pass: one matrix row per phase of the rational ratio."""
    common = gcd(rate, wanted)
    up, down = wanted // common, rate // common
    cut = min(_CUT_HZ, wanted / 2 * 0.85, rate / 2 * 0.85) / rate * 2
    reach = int(_HALF_WIDTH / cut)
    length = len(samples) * up // down
    padded = np.concatenate([np.zeros(reach), samples, np.zeros(reach + 1)])
    out = np.empty(length)
    offsets = np.arange(-reach + 1, reach + 1)
    for phase in range(min(up, length)):
        whole = np.arange(phase, length, up) * down // up
        distance = offsets - phase * down % up / up
        kernel = cut * np.sinc(cut * distance) * np.cos(np.pi * distance / (2 * reach + 2)) ** 2
        kernel /= kernel.sum()
        sounds = out[phase::up]
        for at in range(0, len(whole), _BLOCK):
            sounds[at : at + _BLOCK] = padded[whole[at : at + _BLOCK, None] + offsets + reach] @ kernel
    return out


def _high_pass(sound: Floats) -> Floats:
    """Below 200 Hz a telephone carries nothing but rumble: taken off in the spectrum."""
    spectrum = np.fft.rfft(sound)
    frequency = np.fft.rfftfreq(len(sound), 1 / g711.RATE)
    filtered: Floats = np.fft.irfft(spectrum * np.clip(frequency / _HIGH_PASS_HZ, 0, 1), len(sound))
    return filtered


def _trimmed(sound: Floats) -> Floats:
    loud = np.flatnonzero(np.abs(sound) > _QUIET)
    if not len(loud):
        return sound[:0]
    return sound[max(0, loud[0] - _LEAD) : loud[-1] + _LEAD]


def levelled(sound: Floats) -> Floats:
    """Speech (not the pauses) at the nominal level; peaks are rounded, not cut."""
    active = sound[np.abs(sound) > _QUIET]
    if not len(active):
        return sound
    louder = sound * (_ACTIVE_LEVEL / np.sqrt(np.mean(active**2)))
    levelled: Floats = np.tanh(louder / _PEAK) * _PEAK
    return levelled
