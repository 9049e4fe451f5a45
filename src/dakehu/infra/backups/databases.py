"""One snapshot of the database as a file, the proof that it can be restored, and the restore itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from django.db import connection

from dakehu.infra.backups.postgres import Postgres
from dakehu.infra.backups.sqlite import Sqlite

Step = Callable[[int, int], None]
"""Called with how much is done of how much."""


class Database(Protocol):
    """`kind` is "SQLite" or "PostgreSQL", `member` the snapshot's name in the archive."""

    kind: str
    member: str

    def size(self) -> int:
        """About how many bytes it holds."""

    def snapshot(self, target: Path, step: Step) -> None:
        """Write one consistent state of it to the file, while others go on writing."""

    def prove(self, snapshot: Path) -> str:
        """Restore the snapshot into a scratch place: "restored", or "read" through. Raises `BackupBroken`."""

    def in_use(self) -> str:
        """Who else is connected, "" when nobody is known to be."""

    def restore(self, snapshot: Path, aside: Path) -> None:
        """Put the snapshot in the database's place, keeping the present state in the folder `aside`."""


def database() -> Database:
    """The one this installation runs on."""
    if connection.vendor == "sqlite":
        return Sqlite(Path(str(connection.settings_dict["NAME"])))
    return Postgres(connection.settings_dict)
