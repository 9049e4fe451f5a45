"""What the media engine is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dakehu.switch.announcements.names import Language

FIRST_PORT = 16384
LAST_PORT = 24575


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """`host` is bound, `advertise` (or `host`) stands in c= lines; ports are taken in pairs from the range.

    `home` keeps `prompts/<language>/<name>.al` and `tones/<SHA-256>.al`. `recordings` is a folder of a
    studio's `<language>/<name>.wav`, each of which replaces the synthetic voice; `piper` one of Piper's,
    `<language>.onnx`, which speak in place of the built-in one. `languages` are spoken in this order.
    """

    home: Path
    host: str = "127.0.0.1"
    advertise: str = ""
    first_port: int = FIRST_PORT
    last_port: int = LAST_PORT
    languages: tuple[Language, ...] = (Language.CHINESE, Language.ENGLISH)
    recordings: Path | None = None
    piper: Path | None = None
    builds_prompts: bool = True

    @property
    def prompts_path(self) -> Path:
        return self.home / "prompts"

    @property
    def tones_path(self) -> Path:
        return self.home / "tones"
