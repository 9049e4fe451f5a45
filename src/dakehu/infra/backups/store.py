"""The folder of backups: which there are, and removing those whose time is over."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from dakehu.infra.backups.archive import Manifest
from dakehu.infra.backups.domain.schedule import Retention, kept
from dakehu.infra.backups.errors import BackupUnderWay

_PREFIX, _SUFFIX = "dakehu-", ".tar.gz"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished, proved backup; `is_whole` False where the archive's size is no longer what was written."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest.made_at)

    @property
    def size(self) -> int:
        return self.manifest.archive_size

    @property
    def is_whole(self) -> bool:
        return self.path.exists() and self.path.stat().st_size == self.size


def folder() -> Path:
    """Where backups lie: `DAKEHU_BACKUPS`, else beside the data."""
    return Path(settings.BACKUPS)


def archive_path(at: datetime) -> Path:
    return folder() / f"{_PREFIX}{at.astimezone(UTC):%Y%m%d-%H%M%S}{_SUFFIX}"


def manifest_path(archive: Path) -> Path:
    return archive.with_name(archive.name.removesuffix(_SUFFIX) + ".json")


def backups() -> list[Backup]:
    """Every finished backup, the newest first. A file that is no manifest is passed over."""
    found = []
    for path in sorted(folder().glob(f"{_PREFIX}*.json"), reverse=True):
        try:
            manifest = Manifest.from_json(path.read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append(Backup(path.with_name(path.stem + _SUFFIX), manifest))
    return found


def prune(retention: Retention) -> list[str]:
    """Remove what retention lets go, and what was left half-made; the names of the removed."""
    known = backups()
    keep = kept((backup.made_at for backup in known if backup.is_whole), retention)
    gone = [backup for backup in known if backup.made_at not in keep and backup.is_whole]
    for backup in gone:
        manifest_path(backup.path).unlink(missing_ok=True)
        backup.path.unlink(missing_ok=True)
    for stray in folder().glob("*.part"):
        stray.unlink(missing_ok=True)
    return [backup.name for backup in gone]


@contextmanager
def only_one() -> Iterator[None]:
    """One backup at a time, whoever makes it; raises `BackupUnderWay`."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder() / "making.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupUnderWay from None
        yield
    finally:
        os.close(lock)
