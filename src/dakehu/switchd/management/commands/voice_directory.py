from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dakehu.switchd.publisher import rebuild, writer


class Command(BaseCommand):
    help = "Build the voice directory anew from the line records; calls go on meanwhile."

    def handle(self, *_args: Any, **_options: Any) -> None:
        generation = rebuild()
        lines, groups = writer().reader().counts()
        self.stdout.write(f"Publication {generation}: {lines} lines, {groups} groups.")
