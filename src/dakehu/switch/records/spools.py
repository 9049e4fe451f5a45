"""Where spools lie: one a voice process, by its instance's name; a single process's has none."""

from __future__ import annotations

from pathlib import Path

_NAME = "spool"


def spool_path(home: Path, instance: str = "") -> Path:
    """The spool of the voice process of that name."""
    return home / (f"{_NAME}-{instance}" if instance else _NAME)


def spools_in(home: Path) -> dict[str, Path]:
    """All spools that have been written, by instance, in the order of names; the nameless one in any case.

    Those of processes that are gone are among them.
    """
    named = sorted(path for path in home.glob(f"{_NAME}-*") if path.is_dir())
    return {"": spool_path(home)} | {path.name.removeprefix(f"{_NAME}-"): path for path in named}
