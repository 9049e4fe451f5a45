from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dakehu.config.demo.accounts import DEFAULT_ACCOUNTS, DEFAULT_SEED
from dakehu.config.demo.models import DemoProvince
from dakehu.config.demo.seeding import seed_demo

_EVERY_S = 2.0


class Command(BaseCommand):
    help = "Seed the demonstration province of invented customers, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=int, default=DEFAULT_ACCOUNTS, help="how many customers")
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another number, another province")

    def handle(self, *_args: Any, accounts: int, seed: int, **_options: Any) -> None:
        self.began = self.told = time.monotonic()
        try:
            made = seed_demo(accounts=accounts, seed=seed, progress=self._tell)
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        if made:
            seconds = time.monotonic() - self.began
            self.stdout.write(f"The demonstration province is there: {accounts:,} accounts, {seconds:.1f} s.")
            return
        row = DemoProvince.objects.get()
        self.stdout.write(f"The demonstration province is there already: {row.accounts:,} accounts.")
        if row.accounts != accounts:
            self.stdout.write("For another size start with another DAKEHU_HOME or database.")

    def _tell(self, done: int, total: int, what: str) -> None:
        """A line every two seconds, so that a large province shows how far it is."""
        if time.monotonic() - self.told >= _EVERY_S and done < total:
            self.told = time.monotonic()
            speed = done / (self.told - self.began)
            self.stdout.write(f"  {what}: {done:,} of {total:,} ({speed:,.0f}/s)")
            self.stdout.flush()
