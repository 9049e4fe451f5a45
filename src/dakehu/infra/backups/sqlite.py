"""SQLite: its online backup API, inside one read transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from dakehu.infra.backups.errors import BackupBroken

_PAGES = 4096
_BESIDE = ("-wal", "-shm", "-journal")


class Sqlite:
    kind = "SQLite"
    member = "database.sqlite3"

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self) -> int:
        return self._path.stat().st_size

    def snapshot(self, target: Path, step: Callable[[int, int], None]) -> None:
        """The read transaction holds one state: the copy begins anew for no writer, and no writer waits."""
        with (
            closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=_PAGES, progress=lambda _s, left, all_: step(all_ - left, all_))
            copy.execute("PRAGMA journal_mode=DELETE").fetchone()

    def prove(self, snapshot: Path) -> str:
        try:
            with closing(sqlite3.connect(f"{snapshot.as_uri()}?mode=ro", uri=True)) as copy:
                said = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
                stray = copy.execute("PRAGMA foreign_key_check").fetchone()
                copy.execute("SELECT count(*) FROM django_migrations").fetchone()
        except sqlite3.DatabaseError as fault:
            raise BackupBroken(name=snapshot.name, fault=str(fault)) from None
        if said != ["ok"] or stray:
            raise BackupBroken(
                name=snapshot.name, fault="; ".join(map(str, said)) if said != ["ok"] else str(stray)
            )
        return "restored"

    def in_use(self) -> str:
        return ""  # whoever writes to it holds the home as well

    def restore(self, snapshot: Path, aside: Path) -> None:
        for path in (self._path, *(Path(f"{self._path}{end}") for end in _BESIDE)):
            if path.exists():
                path.rename(aside / path.name)
        snapshot.rename(self._path)
