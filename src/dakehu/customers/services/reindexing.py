"""Search words of everything written anew: by command, or by a job where a database is older than the index.

Rows are written in small transactions, each while nobody changes them; killed, it loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dakehu.customers.domain.tokens import EDITION
from dakehu.customers.models import Customer
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.services.saving import index
from dakehu.customers.services.things import findables, reindex_things, things_missing
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.jobs.api import Run, job, start
from dakehu.infra.jobs.models import Job

_KIND = "customers.reindex"
_BATCH = 2000
_NO_CUSTOMER = 0
"""The index's own row, which holds the edition of its words."""
Tell = Callable[[str, int], None]


def reindex(tell: Tell) -> dict[str, int]:
    """All customers and all that hangs on them; how many of each kind, under its label."""
    found = {str(_("Customers")): _customers(tell), **reindex_hanging(tell)}
    CUSTOMERS.put({_NO_CUSTOMER: [EDITION]})
    return found


def reindex_hanging(tell: Tell = lambda _label, _done: None) -> dict[str, int]:
    """What hangs on customers alone: after a load that wrote rows past their services."""
    return {str(kind.label): reindex_things(kind, partial(tell, str(kind.label))) for kind in findables()}


def reindex_if_older() -> bool:
    """Start the job where the words are of an earlier edition, or an earlier job died; whether it did."""
    if EDITION in CUSTOMERS.tokens([_NO_CUSTOMER]).get(_NO_CUSTOMER, ()) and not things_missing():
        return False
    if not Customer.objects.exists():
        CUSTOMERS.put({_NO_CUSTOMER: [EDITION]})
        return False
    if Job.objects.filter(kind=_KIND, finished_at=None).exists():
        return False
    start(SYSTEM, _KIND)
    return True


@job(_KIND, title=_("Search words of everything"))
def run_reindexing(run: Run) -> dict[str, object]:
    total = Customer.objects.count()
    found = reindex(lambda label, done: run.progress(min(done, total), total, label))
    return {"rows": sum(found.values())}


def _customers(tell: Tell) -> int:
    last, done = 0, 0
    while True:
        with transaction.atomic():
            rows = list(Customer.objects.select_for_update().filter(pk__gt=last).order_by("pk")[:_BATCH])
            index(rows)
        if not rows:
            return done
        last, done = rows[-1].pk, done + len(rows)
        tell(str(_("Customers")), done)
