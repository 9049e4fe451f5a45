from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from dakehu.infra.backups.api import Loss, backups, restore, restore_noted, restore_preview
from dakehu.infra.errors import message_for
from dakehu.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Put a backup in the place of what is here; tells first what it replaces. Dakehu must be stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", nargs="?", help="the archive or its name; the newest by default")
        parser.add_argument("--yes", action="store_true", help="don't ask")
        parser.add_argument("--check", action="store_true", help="check the archive, tell, change nothing")

    def handle(self, *_args: Any, archive: str | None, yes: bool, check: bool, **_options: Any) -> None:
        path = _archive(archive)
        try:
            loss = restore_preview(path)
            self._tell(path, loss)
            if check:
                return
            if not yes and input("Type restore to go on: ").strip() != "restore":
                raise CommandError("Nothing was changed.")
            aside = restore(path)
            call_command("setup", verbosity=0)
            restore_noted(path, loss)
            call_command("voice_directory", stdout=self.stdout)
        except DomainError as error:
            raise CommandError(message_for(error)) from None
        self.stdout.write(f"Restored. What was here lies in {aside}; remove it when all is well.")

    def _tell(self, path: Path, loss: Loss) -> None:
        manifest = loss.manifest
        if loss.writes is None:
            lost = "The present database can't be read."
        else:
            lost = f"{loss.writes} writes since then will be gone, the newest of {loss.newest or '–'}."
        self.stdout.write(
            f"{path}: {manifest.database}, made at {manifest.made_at}, "
            f"{len(manifest.entries)} files, whole.\n"
            f"{lost}\nIt replaces the database and {', '.join(loss.entries)}."
        )


def _archive(given: str | None) -> Path:
    known = backups()
    if given is None:
        if not known:
            raise CommandError("There is no backup here; name an archive.")
        return known[0].path
    return next((backup.path for backup in known if backup.name == given), Path(given)).resolve()
