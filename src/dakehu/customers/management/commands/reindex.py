from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dakehu.customers.services.reindexing import reindex


class Command(BaseCommand):
    help = "Write the search words of everything anew, after an upgrade that changes how things are found."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for label, count in reindex(self._tell).items():
            self.stdout.write(f"{label}: {count:,}")

    def _tell(self, label: str, done: int) -> None:
        self.stderr.write(f"  {label}: {done:,} …", ending="\r")
