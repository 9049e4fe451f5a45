"""What a kept tone is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ToneFile:
    """A kept tone by the SHA-256 of its sound, in hexadecimal. Raises `ValueError` for anything else."""

    sha256: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.sha256):
            raise ValueError("no name of a tone")

    def path(self, folder: Path) -> Path:
        """Where it lies: raw A-law of 8 kHz."""
        return folder / f"{self.sha256}.al"
