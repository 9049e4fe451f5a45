from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dakehu.infra import i18n


class Command(BaseCommand):
    help = "Bring every app's Chinese catalogue up to date, or check (--check) that all are complete."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("labels", nargs="*", help="app labels; all by default")
        parser.add_argument("--check", action="store_true")

    def handle(self, *_args: Any, labels: list[str], check: bool, **_options: Any) -> None:
        chosen = [app for app in i18n.our_apps() if not labels or app.label in labels]
        if check:
            found = [fault for app in chosen for fault in i18n.faults(app)]
            for fault in found:
                self.stderr.write(fault)
            if found:
                raise CommandError(f"{len(found)} sentences need their Chinese or English.")
            self.stdout.write("Chinese and English are complete.")
            return
        for app in chosen:
            missing = i18n.update(app)
            if missing:
                self.stdout.write(f"{app.label}: {missing} sentences lack Chinese in {app.po}")
        i18n.compile_all()
