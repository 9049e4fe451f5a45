"""Putting a backup back: say what it will replace, prove it, put it in place, keep what was there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.models import Max

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.api import Change, record
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.backups import contents, store
from dakehu.infra.backups.archive import Manifest, digest_of, unpack
from dakehu.infra.backups.databases import Database, database
from dakehu.infra.backups.errors import BackupBroken, BackupOfAnotherDatabase, NoRoom, ProductRuns
from dakehu.infra.clock import now
from dakehu.infra.presence import HomeBusy, alone

_SPARE = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Loss:
    """What a restore replaces. `writes` counts audit entries younger than the backup; None if unknown."""

    manifest: Manifest
    writes: int | None
    newest: datetime | None
    entries: list[str]
    free_mb: int


def restore_preview(archive: Path) -> Loss:
    """Read the whole archive, without changing anything, and compare with what is here.

    Raises `BackupBroken`, `BackupOfAnotherDatabase`.
    """
    manifest = _proved(archive)
    runs_on = database().kind
    if manifest.database != runs_on:
        raise BackupOfAnotherDatabase(made_of=manifest.database, runs_on=runs_on)
    home = Path(settings.HOME)
    writes, newest = _younger(manifest)
    return Loss(manifest, writes, newest, contents.replaced(home), shutil.disk_usage(home).free >> 20)


def restore(archive: Path, tell: Callable[[int], None] = lambda _count: None) -> Path:
    """Put the backup in place; the folder that keeps what was there before.

    Raises `ProductRuns` while a program runs over the home or is connected to the database.
    """
    home, source = Path(settings.HOME), database()
    try:
        with alone(home):
            return _restore(archive, home, source, tell)
    except HomeBusy:
        raise ProductRuns(where=str(home)) from None


def restore_noted(archive: Path, loss: Loss) -> None:
    """Leave a line of it in the restored trail, once the restored database is up to date."""
    with transaction.atomic():
        after = {"made_at": loss.manifest.made_at, "writes": loss.writes}
        record(SYSTEM, "backup.restore", Change("backup", archive.name, archive.name, {}, after))


def _restore(archive: Path, home: Path, source: Database, tell: Callable[[int], None]) -> Path:
    connected = source.in_use()
    if connected:
        raise ProductRuns(where=connected)
    needed, free = 2 * archive.stat().st_size + _SPARE, shutil.disk_usage(home).free
    if needed > free:
        raise NoRoom(needed_mb=needed >> 20, free_mb=free >> 20)
    with tempfile.TemporaryDirectory(dir=home, prefix="restoring-") as scratch:
        staged = Path(scratch) / "home"
        staged.mkdir()
        unpack(archive, lambda name: staged / name, tell)
        snapshot = (staged / source.member).rename(Path(scratch) / source.member)
        source.prove(snapshot)
        connections.close_all()
        aside = home / f"before-restore-{now().astimezone(UTC):%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700)
        source.restore(snapshot, aside)
        _exchange(home, staged, aside)
    return aside


def _exchange(home: Path, staged: Path, aside: Path) -> None:
    """Old entries aside, new ones in, by renames within one file system."""
    for name in contents.replaced(home):
        (home / name).rename(aside / name)
    for path in staged.iterdir():
        path.rename(home / path.name)


def _proved(archive: Path) -> Manifest:
    """The manifest, if the archive is whole: by its own checksums, and by those beside it where they are."""
    if not archive.is_file():
        raise BackupBroken(name=archive.name, fault="no such file")
    with suppress(OSError, ValueError, KeyError, TypeError):
        beside = Manifest.from_json(store.manifest_path(archive).read_bytes())
        if beside.archive_sha256 != digest_of(archive):
            raise BackupBroken(name=archive.name, fault="SHA-256")
    return unpack(archive, lambda _name: None, lambda _count: None)


def _younger(manifest: Manifest) -> tuple[int | None, datetime | None]:
    """How many writes the present database has had since, and its newest; unknown where it can't be read."""
    try:
        later = AuditEntry.objects.filter(pk__gt=manifest.last_write).exclude(action="backup.make")
        return later.count(), AuditEntry.objects.aggregate(newest=Max("at"))["newest"]
    except DatabaseError:
        return None, None
