"""What of a home belongs into a backup, in the order in which it must be read."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

FIRST = ("spool*", "services*.lmdb", "bindings.lmdb", "wishes.lmdb")
"""Read before the database: see the package's theory of operation."""
LEFT_OUT = (
    "dakehu.sqlite3*",  # goes by its own way
    "backups",
    "before-restore-*",
    "restoring-*",
    "directory.*",  # made anew from the database
    "dialogs*.lmdb",  # calls that are over by then
    "prompts",  # made at the first start
    "voice*.json",
    "*.sock",
    "*.lock",
    "*-lock",
    "*.part",
)
_PASSING = ("files/incoming/*",)


def first(home: Path) -> Iterator[str]:
    """The files to read before the database, by their paths below `home`."""
    yield from (name for name in _all(home) if _is_first(name))


def rest(home: Path) -> Iterator[str]:
    yield from (name for name in _all(home) if not _is_first(name))


def replaced(home: Path) -> list[str]:
    """The entries of `home` that a restore puts aside beside the database: all but backups and its own."""
    kept = ("dakehu.sqlite3*", "backups", "before-restore-*", "restoring-*", "running.lock")
    return sorted(each.name for each in home.iterdir() if not _matches(each.name, kept))


def _all(home: Path) -> list[str]:
    chosen = []
    for top in sorted(home.iterdir()):
        if _matches(top.name, LEFT_OUT):
            continue
        paths = sorted(top.rglob("*")) if top.is_dir() else [top]
        names = (
            path.relative_to(home).as_posix() for path in paths if path.is_file() and not path.is_symlink()
        )
        chosen += [name for name in names if not _matches(name, _PASSING) and not name.endswith(".part")]
    return chosen


def _is_first(name: str) -> bool:
    return _matches(name.partition("/")[0], FIRST)


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
