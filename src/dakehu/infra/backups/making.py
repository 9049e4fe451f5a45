"""Making a backup: gather, write, prove, let old ones go."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.backups import contents, store
from dakehu.infra.backups.archive import Manifest, Writer, digest_of, unpack
from dakehu.infra.backups.databases import Database, database
from dakehu.infra.backups.errors import NoRoom
from dakehu.infra.backups.permissions import Permission
from dakehu.infra.backups.store import Backup
from dakehu.infra.clock import now

Progress = Callable[[int, int, str], None]
_SPARE = 64 * 2**20


def backup_make(*, actor: Actor, progress: Progress) -> Backup:
    """Back up everything and prove it; nothing is stopped for it.

    `progress` may raise to cancel: then nothing is left. Raises `BackupUnderWay`, `NoRoom`, `BackupBroken`,
    `DatabaseToolFailed`.
    """
    require(actor, Permission.BACKUP_MAKE)
    with store.only_one(), tempfile.TemporaryDirectory(dir=store.folder(), suffix=".part") as scratch:
        backup = _Making(Path(scratch), progress).run()
    with transaction.atomic():
        manifest = backup.manifest
        after = {"size": backup.size, "files": len(manifest.entries), "proof": manifest.proof}
        record(actor, "backup.make", Change("backup", backup.name, backup.name, {}, after))
    return backup


class _Making:
    """One backup on its way. Half of the progress is writing, half is proving."""

    def __init__(self, scratch: Path, progress: Progress) -> None:
        self._home, self._scratch, self._progress = Path(settings.HOME), scratch, progress
        self._database = database()
        self._done, self._total, self._note = 0, 1, ""

    def run(self) -> Backup:
        self._measure()
        part = self._scratch / "archive"
        manifest = self._write(part)
        self._note = str(_("Checking the backup"))
        manifest = replace(
            manifest,
            proof=prove(part, self._database, self._scratch, self._tell),
            archive_size=part.stat().st_size,
            archive_sha256=digest_of(part),
        )
        part.chmod(0o600)
        backup = Backup(store.archive_path(datetime.fromisoformat(manifest.made_at)), manifest)
        part.rename(backup.path)
        beside = self._scratch / "manifest"
        beside.write_bytes(manifest.to_json())
        beside.rename(store.manifest_path(backup.path))
        return backup

    def _measure(self) -> None:
        """How much there is to do, and whether it fits: snapshot, archive and scratch copy at the worst."""
        names = [*contents.first(self._home), *contents.rest(self._home)]
        files = sum((self._home / name).stat().st_size for name in names if (self._home / name).exists())
        size = self._database.size()
        self._total = 2 * (size + files) + size
        needed, free = 2 * size + files + _SPARE, shutil.disk_usage(store.folder()).free
        if needed > free:
            raise NoRoom(needed_mb=needed >> 20, free_mb=free >> 20)

    def _write(self, part: Path) -> Manifest:
        at = now()
        with part.open("wb") as stream:
            writer = Writer(stream, self._tell)
            self._note = str(_("Copying what the telephones left"))
            self._add(writer, contents.first(self._home))
            self._note = str(_("Copying the database"))
            last = AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0
            snapshot = self._scratch / self._database.member
            start = self._done
            size = self._database.size()
            self._database.snapshot(
                snapshot, lambda done, all_: self._reach(start + size * done // max(1, all_))
            )
            writer.add(snapshot, self._database.member)
            snapshot.unlink()
            self._note = str(_("Copying files"))
            self._add(writer, contents.rest(self._home))
            manifest = Manifest(at.isoformat(), self._database.kind, version("dakehu"), last, writer.entries)
            writer.close(manifest)
        return manifest

    def _add(self, writer: Writer, names: Iterable[str]) -> None:
        for name in names:
            path = self._home / name
            writer.add(self._still(path) if path.suffix == ".lmdb" else path, name)

    def _still(self, path: Path) -> Path:
        """A copy of an LMDB file that nobody writes to."""
        copy = self._scratch / "copy.lmdb"
        command = [sys.executable, "-m", "dakehu.infra.backups.lmdbcopy", str(path), str(copy)]
        subprocess.run(command, check=True, timeout=600)  # noqa: S603 - our own program
        return copy

    def _tell(self, count: int) -> None:
        self._reach(self._done + count)

    def _reach(self, done: int) -> None:
        self._done = done
        self._progress(min(done, self._total - 1), self._total, self._note)


def prove(archive: Path, source: Database, scratch: Path, tell: Callable[[int], None]) -> str:
    """Read the archive back, compare every checksum, restore its database on trial: how it was proved."""
    snapshot = scratch / f"proof-{source.member}"
    unpack(archive, lambda name: snapshot if name == source.member else None, tell)
    try:
        return source.prove(snapshot)
    finally:
        snapshot.unlink(missing_ok=True)
