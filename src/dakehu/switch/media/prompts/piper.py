"""A neural voice, where a model file is given: Piper, run as a program beside (`DAKEHU_PIPER`).

The folder holds `<language>.onnx` with its `<language>.onnx.json`, as Piper's voices come. Piper is not among
what Dakehu installs: it is licensed otherwise, and its models are files of 60 MB that no package brings.
A language without a model is spoken by the built-in voice.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import wave
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dakehu.switch.announcements.names import Language
from dakehu.switch.media.prompts.voice import VoiceFailed

_SECONDS = 120
"""For one prompt, the loading of the model included."""


def model_of(folder: Path | None, language: Language) -> Path | None:
    """The language's model in the folder, None where there is none."""
    model = folder / f"{language}.onnx" if folder is not None else None
    return model if model is not None and model.is_file() else None


class PiperVoice:
    """One language's; `name` changes with the model, `rate` is known after the first words."""

    def __init__(self, model: Path) -> None:
        """Raises `VoiceFailed` where Piper itself is not installed."""
        self._model = model
        self._program = _program()
        self.rate = 0
        with model.open("rb") as octets:
            self.name = "piper " + hashlib.file_digest(octets, "sha256").hexdigest()

    def say(self, text: str) -> npt.NDArray[np.int16]:
        """The text's samples at `rate`; raises `VoiceFailed`."""
        command = [*self._program, "--model", str(self._model), "--output-file", "-"]
        try:
            done = subprocess.run(  # noqa: S603 — the operator's program and file, no shell
                command, input=text.encode(), capture_output=True, check=False, timeout=_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise VoiceFailed(f"Piper: {error}") from error
        if done.returncode:
            raise VoiceFailed(f"Piper: {done.stderr.decode(errors='replace')[-300:]}")
        try:
            with wave.open(io.BytesIO(done.stdout), "rb") as sound:
                self.rate = sound.getframerate()
                return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.int16)
        except (wave.Error, EOFError) as error:
            raise VoiceFailed(f"Piper made no sound of {text!r}") from error


def _program() -> list[str]:
    """Piper beside this interpreter or on the path."""
    if find_spec("piper") is not None:
        return [sys.executable, "-m", "piper"]
    if found := shutil.which("piper"):
        return [found]
    raise VoiceFailed("a Piper voice is configured, but Piper is not installed (pip install piper-tts)")
