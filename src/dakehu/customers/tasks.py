"""Work over many accounts in the background: grades by the rules, signs of churn; each day and on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.churn import watch
from dakehu.customers.services.grading import keep_grades
from dakehu.infra.access.api import SYSTEM, Actor, require, visible
from dakehu.infra.clock import now
from dakehu.infra.jobs.api import Run, job, start
from dakehu.infra.jobs.models import Job
from dakehu.kernel.clock import day_of, day_start

GRADE, WATCH = "customers.grade", "customers.watch"
_BATCH = 500
_DAILY_FROM = timedelta(hours=1)
"""How long after midnight in China the day's work begins."""


@job(GRADE, title=gettext_lazy("Grades of all accounts by the rules"))
def run_grades(run: Run) -> dict[str, object]:
    """Averages and grades of every account that the starter sees; begun again it changes no more."""

    def step(ids: Sequence[int]) -> int:
        keep_averages(ids)
        return keep_grades(run.actor, ids)

    changed = _over_all(run, step)
    return {"summary": _("%(count)s accounts changed their grade") % {"count": f"{changed:,}"}}


@job(WATCH, title=gettext_lazy("Signs of churn on all accounts"))
def run_watch(run: Run) -> dict[str, object]:
    """Looks at every account that the starter sees. Killed, it begins again and warns of none twice."""
    raised = _over_all(run, lambda ids: watch(run.actor, ids))
    return {"summary": _("%(count)s new warnings") % {"count": f"{raised:,}"}}


def start_grades(actor: Actor) -> Job:
    require(actor, Permission.GRADING)
    return start(actor, GRADE)


def start_watch(actor: Actor) -> Job:
    require(actor, Permission.GRADING)
    return start(actor, WATCH)


def start_daily() -> bool:
    """Start each of the two once a day; called by the worker again and again. Never has more work at once."""
    midnight = day_start(day_of(now()))
    if now() >= midnight + _DAILY_FROM and Customer.objects.exists():
        for kind in (GRADE, WATCH):
            if not Job.objects.filter(kind=kind, owner_id=None, created_at__gte=midnight).exists():
                start(SYSTEM, kind)
    return False


def _over_all(run: Run, step: Callable[[Sequence[int]], int]) -> int:
    """`step` on all accounts in batches, in the order of their ids; the sum of what it gives."""
    rows = visible(Customer.objects.all(), run.actor, Permission.GRADING)
    total, done, changed = rows.count(), 0, 0
    for ids in _batches(rows):
        changed += step(ids)
        done += len(ids)
        run.progress(min(done, total), total)
    return changed


def _batches(rows: QuerySet[Customer]) -> Iterator[list[int]]:
    last = 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        yield ids
        last = ids[-1]
