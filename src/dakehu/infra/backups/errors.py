"""What backups and restores refuse, and how they fail."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class BackupUnderWay(DomainError):
    """Another backup is being made; one at a time."""

    code = "backups.under_way"


class BackupBroken(DomainError):
    """The archive is not what its manifest says. Data: `name`, `fault`."""

    code = "backups.broken"


class BackupOfAnotherDatabase(DomainError):
    """SQLite's archive can't be restored into PostgreSQL, nor the other way. Data: `made_of`, `runs_on`."""

    code = "backups.other_database"


class DatabaseToolFailed(DomainError):
    """pg_dump, pg_restore or psql is missing or ended with a fault. Data: `tool`, `fault`."""

    code = "backups.tool_failed"


class ProductRuns(DomainError):
    """Something runs over the home, or is connected to the database: stop it first. Data: `where`."""

    code = "backups.product_runs"


class NoRoom(DomainError):
    """The disk has too little room. Data: `needed_mb`, `free_mb`."""

    code = "backups.no_room"
