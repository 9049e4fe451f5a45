from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from dakehu.catalogue.seed import seed as seed_catalogue
from dakehu.charging.api import seed as seed_charging
from dakehu.customers.api import reindex_if_older
from dakehu.infra.i18n import compile_all
from dakehu.organisation.seed import seed as seed_organisation


class Command(BaseCommand):
    help = "Bring database and reference data up to date; harmless to repeat."

    def handle(self, *_args: Any, verbosity: int = 1, **_options: Any) -> None:
        compile_all()
        call_command("migrate", interactive=False, verbosity=max(0, verbosity - 1))
        call_command("createcachetable", verbosity=0)
        seed_organisation()
        seed_catalogue()
        seed_charging()
        reindex_if_older()
        if verbosity:
            self.stdout.write("Database and reference data are up to date.")
