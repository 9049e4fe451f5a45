from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.backups.api import backup_make, folder, prune, retention
from dakehu.infra.errors import message_for
from dakehu.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Back up database, uploads, lake and the telephones' files, prove it, let old backups go."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            backup = backup_make(actor=SYSTEM, progress=lambda _done, _total, _note: None)
        except DomainError as error:
            raise CommandError(message_for(error)) from None
        manifest = backup.manifest
        self.stdout.write(
            f"{backup.path}\n{backup.size / 2**20:,.1f} MB, {len(manifest.entries)} files, "
            f"proof: {manifest.proof}\nSHA-256 {manifest.archive_sha256}"
        )
        for name in prune(retention()):
            self.stdout.write(f"removed {folder() / name}")
