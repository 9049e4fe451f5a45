from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from dakehu.customers.models import Customer
from dakehu.customers.services.saving import index

_BATCH = 2000


class Command(BaseCommand):
    help = "Write the search words of all customers anew, after an upgrade that changes how they are found."

    def handle(self, *_args: Any, **_options: Any) -> None:
        last, done = 0, 0
        while rows := self._batch(last):
            last, done = rows[-1].pk, done + len(rows)
        self.stdout.write(f"{done:,} customers are indexed.")

    def _batch(self, after: int) -> list[Customer]:
        """The next rows by key, indexed in a transaction of their own while nobody changes them."""
        with transaction.atomic():
            rows = Customer.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:_BATCH]
            found = list(rows)
            index(found)
        return found
