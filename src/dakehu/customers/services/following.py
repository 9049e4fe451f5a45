"""Customers whose unit was moved: their rows have followed, their search words follow here.

Search words hold the unit's path, so that a search narrows by it inside the index. The unit's move tells of
itself by the outbox; a job writes the words anew in small transactions, again from the start if it is killed.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dakehu.customers.models import Customer
from dakehu.customers.services.saving import index
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.jobs.api import Run, job, start
from dakehu.infra.outbox.api import Event, subscribe

_KIND = "customers.follow"
_BATCH = 1000


def connect() -> None:
    subscribe("unit.moved", "customers.following", _on_moved)


def _on_moved(events: Sequence[Event]) -> None:
    for event in events:
        start(SYSTEM, _KIND, path=event.payload["path"])


@job(_KIND, title=_("Search words of moved customers"))
def run_following(run: Run, path: str) -> dict[str, object]:
    moved = Customer.objects.filter(org_path__startswith=path).order_by("pk")
    total, done, last = moved.count(), 0, 0
    while True:
        with transaction.atomic():
            rows = list(moved.select_for_update().filter(pk__gt=last)[:_BATCH])
            index(rows)
        if not rows:
            return {"customers": done}
        last, done = rows[-1].pk, done + len(rows)
        run.progress(done, max(total, done))
