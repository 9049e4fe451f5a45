"""The synthetic voice: eSpeak NG by its C interface (speak_lib.h), from the wheel of espeakng-loader.

The library keeps one voice per process and is not thread-safe, so it runs in the builder's process only.
"""

from __future__ import annotations

import ctypes

import espeakng_loader
import numpy as np
import numpy.typing as npt

from dakehu.switch.announcements.names import Language

VERSION = "espeak-ng 1.52, 1"
"""Part of what the files are named by: raise the last number when the sound of all prompts changes."""

_RETRIEVAL, _DONT_EXIT = 1, 0x8000
_CHARS_UTF8 = 1
_RATE_PARAMETER, _PITCH_PARAMETER, _RANGE_PARAMETER, _GAP_PARAMETER = 1, 3, 4, 7
_VOICES = {Language.CHINESE: b"cmn", Language.ENGLISH: b"gmw/en-US"}
_SPEEDS = {Language.CHINESE: 155, Language.ENGLISH: 150}
_OnSound = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class VoiceFailed(Exception):
    """The library or one of its voices is not there."""


class Voice:
    """One per process."""

    def __init__(self) -> None:
        try:
            self._lib = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise VoiceFailed(str(error)) from error
        data = espeakng_loader.get_data_path().encode()
        self.rate = int(self._lib.espeak_Initialize(_RETRIEVAL, 0, data, _DONT_EXIT))
        if self.rate <= 0:
            raise VoiceFailed("no data")
        self._pieces: list[npt.NDArray[np.int16]] = []
        self._on_sound = _OnSound(self._take)
        self._lib.espeak_SetSynthCallback(self._on_sound)

    def say(self, text: str, language: Language) -> npt.NDArray[np.int16]:
        """The text's samples at `rate`; raises `VoiceFailed`."""
        if self._lib.espeak_SetVoiceByName(_VOICES[language]):
            raise VoiceFailed(f"no voice for {language}")
        for parameter, value in (
            (_RATE_PARAMETER, _SPEEDS[language]),
            (_PITCH_PARAMETER, 55),
            (_RANGE_PARAMETER, 60),
            (_GAP_PARAMETER, 0),
        ):
            self._lib.espeak_SetParameter(parameter, value, 0)
        self._pieces = []
        octets = text.encode() + b"\0"
        fault = self._lib.espeak_Synth(octets, ctypes.c_size_t(len(octets)), 0, 0, 0, _CHARS_UTF8, None, None)
        if fault or self._lib.espeak_Synchronize():
            raise VoiceFailed(f"{text!r} can't be said")
        return np.concatenate(self._pieces) if self._pieces else np.zeros(0, np.int16)

    def _take(self, samples: object, count: int, _events: object) -> int:
        if count > 0 and samples:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).astype(np.int16))
        return 0
