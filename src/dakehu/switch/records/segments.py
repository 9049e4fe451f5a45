"""The spool's files by their numbers."""

from __future__ import annotations

from pathlib import Path

SUFFIX = ".calls"
_WIDTH = 12


def path_of(directory: Path, number: int) -> Path:
    return directory / f"{number:0{_WIDTH}d}{SUFFIX}"


def numbers_in(directory: Path) -> list[int]:
    """The segments there are, oldest first; none if the directory is missing."""
    if not directory.is_dir():
        return []
    names = (path.stem for path in directory.iterdir() if path.suffix == SUFFIX)
    return sorted(int(name) for name in names if name.isdecimal())
