"""The door to backups."""

from __future__ import annotations

from dakehu.infra.backups.making import backup_make
from dakehu.infra.backups.permissions import Permission
from dakehu.infra.backups.restoring import Loss, restore, restore_noted, restore_preview
from dakehu.infra.backups.store import Backup, backups, folder, prune
from dakehu.infra.backups.work import KIND, backup_start, next_due, retention

__all__ = [
    "KIND",
    "Backup",
    "Loss",
    "Permission",
    "backup_make",
    "backup_start",
    "backups",
    "folder",
    "next_due",
    "prune",
    "restore",
    "restore_noted",
    "restore_preview",
    "retention",
]
