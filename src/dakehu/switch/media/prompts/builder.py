"""`python -m dakehu.switch.media.prompts.builder HOME/prompts`: make the files of all prompts.

A file is made only when it has to be: beside it lies `<name>.key`, the hash of its text and voice, or of the
studio's recording that replaces both. Files are replaced whole, so a reader never meets half of one, and two
builders at once only do the work twice. A recording that can't be read is named, and a voice speaks: Piper's
where the language has a model, the built-in one else. What Piper can't say is named and left as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import wave
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dakehu.switch.announcements.names import Language, Prompt
from dakehu.switch.announcements.texts import TEXTS
from dakehu.switch.media import g711
from dakehu.switch.media.prompts.music import Music
from dakehu.switch.media.prompts.piper import PiperVoice, model_of
from dakehu.switch.media.prompts.resample import to_telephone
from dakehu.switch.media.prompts.voice import VERSION, Voice, VoiceFailed


def main(arguments: Sequence[str]) -> int:
    """The exit status: 1 when a prompt could not be made."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recordings", type=Path)
    parser.add_argument("--piper", type=Path)
    given = parser.parse_args(arguments)
    faults = list(build(given.folder, given.recordings, given.piper))
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


def build(folder: Path, recordings: Path | None = None, piper: Path | None = None) -> Iterator[str]:
    """Make what is missing or outdated; yields a sentence per fault. Raises `OSError` for the folder."""
    yield from _music(folder, recordings)
    voices = Voices(piper)
    yield from voices.faults
    for (language, prompt), text in TEXTS.items():
        target = folder / language / f"{prompt}.al"
        recording = recordings / language / f"{prompt}.wav" if recordings is not None else None
        if recording is not None and recording.is_file():
            try:
                _use_recording(recording, target)
                continue
            except (wave.Error, EOFError, ValueError) as error:
                yield f"{recording}: {error}"
        key = hashlib.sha256(f"{voices.name(language)}|{language}|{text}".encode()).hexdigest()
        if _is_made(target, key):
            continue
        try:
            samples, rate = voices.say(text, language)
        except VoiceFailed as error:
            yield f"{language}/{prompt}: {error}"
            continue
        _write(target, key, g711.encode(to_telephone(samples, rate)))


class Voices:
    """Who speaks which language; the built-in voice is loaded when it is first needed."""

    def __init__(self, piper: Path | None) -> None:
        self.faults: list[str] = []
        self._neural: dict[Language, PiperVoice] = {}
        for language in Language:
            if model := model_of(piper, language):
                try:
                    self._neural[language] = PiperVoice(model)
                except VoiceFailed as error:
                    self.faults.append(str(error))

    def name(self, language: Language) -> str:
        neural = self._neural.get(language)
        return neural.name if neural is not None else VERSION

    def say(self, text: str, language: Language) -> tuple[npt.NDArray[np.int16], int]:
        """Samples and their rate; raises `VoiceFailed`."""
        if (neural := self._neural.get(language)) is not None:
            samples = neural.say(text)
            return samples, neural.rate
        voice = _built_in()
        return voice.say(text, language), voice.rate


@cache
def _built_in() -> Voice:
    """The library takes being set up twice in a process badly: it may hang."""
    return Voice()


def _music(folder: Path, recordings: Path | None) -> Iterator[str]:
    """Music only comes from recordings: without one the shelf has a melody of its own."""
    for music in Music:
        target = folder / "music" / f"{music}.al"
        recording = recordings / "music" / f"{music}.wav" if recordings is not None else None
        if recording is not None and recording.is_file():
            try:
                _use_recording(recording, target)
                continue
            except (wave.Error, EOFError, ValueError) as error:
                yield f"{recording}: {error}"
        target.unlink(missing_ok=True)


def outdated(folder: Path) -> list[tuple[Language, Prompt]]:
    """Which prompts have no file."""
    return [(lang, prompt) for lang, prompt in TEXTS if not (folder / lang / f"{prompt}.al").is_file()]


def _use_recording(recording: Path, target: Path) -> None:
    octets = recording.read_bytes()
    key = hashlib.sha256(octets).hexdigest()
    if _is_made(target, key):
        return
    with wave.open(str(recording), "rb") as sound:
        if sound.getsampwidth() != 2:
            raise ValueError("not 16 bits")
        frames = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        channels, rate = sound.getnchannels(), sound.getframerate()
    mono = frames.reshape(-1, channels).mean(axis=1).astype(np.int16)
    _write(target, key, g711.encode(to_telephone(mono, rate)))


def _is_made(target: Path, key: str) -> bool:
    try:
        return target.is_file() and target.with_suffix(".key").read_text() == key
    except OSError:
        return False


def _write(target: Path, key: str, octets: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_suffix(".key").unlink(missing_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_bytes(octets)
    draft.replace(target)
    target.with_suffix(".key").write_text(key)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
