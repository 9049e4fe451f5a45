"""Prompts and tones ready to be played, read from the cache when first asked for.

A prompt whose file is missing or not yet made is answered with the tone that says nearly the same. It is
looked for again after `RETRY_S`, as the builder may have come to it by then.
"""

from __future__ import annotations

import wave
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from dakehu.switch.announcements.names import Language, Prompt
from dakehu.switch.media import g711
from dakehu.switch.media.player import Clip
from dakehu.switch.media.prompts.music import Music, melody
from dakehu.switch.media.tonefiles.names import ToneFile
from dakehu.switch.media.tones import Tone, tone_alaw

Sound: TypeAlias = Prompt | Tone | Music | ToneFile | Path
"""A path is a WAV of 8 kHz, 16 bits, mono (or raw A-law, `.al`)."""

RETRY_S = 2.0
_MOST_KEPT = 100_000  # frames of files, some 20 MB; a minute is 3000
_FALLBACKS = {
    Prompt.BUSY: Tone.BUSY,
    Prompt.CALL_REJECTED: Tone.BUSY,
    Prompt.NO_ANSWER: Tone.BUSY,
    Prompt.CONGESTION: Tone.CONGESTION,
    Prompt.NOT_REACHABLE: Tone.CONGESTION,
    Prompt.SERVICE_FAULT: Tone.CONGESTION,
    Prompt.SERVICE_ACTIVATED: Tone.CONFIRMATION,
    Prompt.SERVICE_CANCELLED: Tone.CONFIRMATION,
    Prompt.PASSWORD_CHANGED: Tone.CONFIRMATION,
    Prompt.PLEASE_HOLD: Tone.RINGBACK,
    Prompt.TRANSFERRING: Tone.RINGBACK,
    Prompt.AGENTS_BUSY: Tone.RINGBACK,
    Prompt.QUEUE_POSITION: Tone.RINGBACK,
    Prompt.WELCOME: Tone.DIAL,
    Prompt.DIAL_EXTENSION: Tone.DIAL,
    Prompt.RECORDED: Tone.RECORD,
    Prompt.LEAVE_MESSAGE: Tone.RECORD,
}
_SHORT = {Tone.RINGBACK: 1, Tone.DIAL: 2, Tone.RECORD: 1, Tone.CONFIRMATION: 1}
_REPEATS = 5


def fallback(prompt: Prompt) -> Tone:
    """The tone for a prompt that does not exist yet."""
    return _FALLBACKS.get(prompt, Tone.UNOBTAINABLE)


class Shelf:
    """Clips of one process, each kept once. Times are any monotonic seconds."""

    def __init__(self, folder: Path, now: Callable[[], float], tones: Path | None = None) -> None:
        """`tones` is the folder of `ToneFile`s."""
        self._folder = folder
        self._tone_files = tones or folder
        self._now = now
        self.tones = {tone: Clip.of(tone_alaw(tone)) for tone in Tone}
        self._melody = Clip.of(melody())
        self._music: dict[Music, Clip] = {}
        self._prompts: dict[tuple[Language, Prompt], Clip] = {}
        self._missing_until: dict[tuple[Language, Prompt], float] = {}
        self._files: OrderedDict[Path, Clip] = OrderedDict()
        self._kept = 0

    def clips(self, sounds: Sequence[Sound], languages: Sequence[Language]) -> list[Clip]:
        """What to play: the whole sequence in one language after the other.

        Tones, music and files have no language: a sequence of them alone is played once. While a prompt is
        missing, the sequence is replaced by the first prompt's tone. A tone file that is gone sounds as the
        usual ring-back. Raises `OSError` and `ValueError` for paths.
        """
        if not any(isinstance(sound, Prompt) for sound in sounds):
            return [self._unspoken(sound) for sound in sounds if not isinstance(sound, Prompt)]
        found = []
        for language in languages:
            spoken = [self._clip(sound, language) for sound in sounds]
            if None not in spoken:
                found += [clip for clip in spoken if clip is not None]
        return found or self._substitute(sounds)

    def forget(self) -> None:
        """Read all anew when it is next asked for: the builder has made others."""
        self._prompts.clear()
        self._music.clear()
        self._missing_until.clear()

    def _substitute(self, sounds: Sequence[Sound]) -> list[Clip]:
        prompt = next(sound for sound in sounds if isinstance(sound, Prompt))
        tone = fallback(prompt)
        return [self.tones[tone]] * _SHORT.get(tone, _REPEATS)

    def _clip(self, sound: Sound, language: Language) -> Clip | None:
        return self._prompt(sound, language) if isinstance(sound, Prompt) else self._unspoken(sound)

    def _unspoken(self, sound: Tone | Music | ToneFile | Path) -> Clip:
        if isinstance(sound, Tone):
            return self.tones[sound]
        if isinstance(sound, Music):
            return self._music.get(sound) or self._music.setdefault(sound, self._recorded(sound))
        if isinstance(sound, ToneFile):
            try:
                return self._file(sound.path(self._tone_files))
            except OSError:
                return self.tones[Tone.RINGBACK]
        return self._file(sound)

    def _file(self, path: Path) -> Clip:
        """Read once; the files that were asked for longest ago are forgotten first."""
        clip = self._files.get(path)
        if clip is None:
            clip = self._files[path] = read_clip(path)
            self._kept += len(clip.frames)
            while self._kept > _MOST_KEPT and len(self._files) > 1:
                self._kept -= len(self._files.popitem(last=False)[1].frames)
        self._files.move_to_end(path)
        return clip

    def _recorded(self, music: Music) -> Clip:
        """The operator's recording, where there is one."""
        try:
            return read_clip(self._folder / "music" / f"{music}.al")
        except (OSError, ValueError):
            return self._melody

    def _prompt(self, prompt: Prompt, language: Language) -> Clip | None:
        key = language, prompt
        clip = self._prompts.get(key)
        if clip is None and self._missing_until.get(key, 0.0) <= self._now():
            try:
                clip = self._prompts[key] = read_clip(self._folder / language / f"{prompt}.al")
            except (OSError, ValueError):
                self._missing_until[key] = self._now() + RETRY_S
        return clip


def read_clip(path: Path) -> Clip:
    """A file's sound. Raises `OSError`; `ValueError` for a WAV of another form."""
    if path.suffix == ".al":
        return Clip.of(path.read_bytes())
    try:
        with wave.open(str(path), "rb") as sound:
            if (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) != (1, 2, g711.RATE):
                raise ValueError(f"{path}: not 8 kHz, 16 bits, mono")
            octets = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path}: no WAV") from error
    return Clip.of(g711.encode(np.frombuffer(octets, "<i2").astype(np.int16)))
