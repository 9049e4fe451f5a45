"""`python -m dakehu.switch.media.prompts.builder HOME/prompts [RECORDINGS]`: make the files of all prompts.

A file is made only when it has to be: beside it lies `<name>.key`, the hash of its text and voice, or of the
studio's recording that replaces both. Files are replaced whole, so a reader never meets half of one, and two
builders at once only do the work twice. A recording that can't be read is named, and the voice speaks.
"""

from __future__ import annotations

import hashlib
import os
import sys
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from dakehu.switch.announcements.names import Language, Prompt
from dakehu.switch.announcements.texts import TEXTS
from dakehu.switch.media import g711
from dakehu.switch.media.prompts.music import Music
from dakehu.switch.media.prompts.resample import to_telephone
from dakehu.switch.media.prompts.voice import VERSION, Voice, VoiceFailed


def main(arguments: Sequence[str]) -> int:
    """The exit status: 1 when a prompt could not be made."""
    recordings = Path(arguments[1]) if len(arguments) > 1 else None
    faults = list(build(Path(arguments[0]), recordings))
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


def build(folder: Path, recordings: Path | None = None) -> Iterator[str]:
    """Make what is missing or outdated; yields a sentence per fault. Raises `OSError` for the folder."""
    yield from _music(folder, recordings)
    voice: Voice | None = None
    for (language, prompt), text in TEXTS.items():
        target = folder / language / f"{prompt}.al"
        if recordings is not None:
            recording = recordings / language / f"{prompt}.wav"
            if recording.is_file():
                try:
                    _use_recording(recording, target)
                    continue
                except (wave.Error, EOFError, ValueError) as error:
                    yield f"{recording}: {error}"
        key = hashlib.sha256(f"{VERSION}|{language}|{text}".encode()).hexdigest()
        if _is_made(target, key):
            continue
        try:
            voice = voice or Voice()
            samples = voice.say(text, language)
        except VoiceFailed as error:
            yield f"{language}/{prompt}: {error}"
            if voice is None:
                return
            continue
        _write(target, key, g711.encode(to_telephone(samples, voice.rate)))


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
