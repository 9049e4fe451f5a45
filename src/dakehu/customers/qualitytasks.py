"""Scores in the background: all after the rules changed, those whose day has come, tasks (KAM-13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.customers.models import AccountQuality, Customer, QualityReminder
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.qualityrules import rule_book
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.qualityreminding import remind
from dakehu.infra.access.api import SYSTEM, Actor, require
from dakehu.infra.clock import now
from dakehu.infra.jobs.api import Run, job, start
from dakehu.infra.jobs.models import Job
from dakehu.kernel.clock import day_of, day_start

SCORE, REMIND = "customers.quality", "customers.quality_remind"
_BATCH = 1000
_DAILY_FROM = timedelta(hours=2)
_ALIVE = (Job.State.QUEUED, Job.State.RUNNING)


@job(SCORE, title=gettext_lazy("Scores of all accounts by the rules of data entry"))
def run_scores(run: Run) -> dict[str, object]:
    """Judges every account that was not by the rules of now; killed, it goes on with those that are left.

    Rules belong to the whole installation: all accounts are judged, whatever the starter sees.
    """
    total, changed = Customer.objects.count(), 0
    while True:
        book, done = rule_book(), 0
        for ids in _batches():
            good = AccountQuality.objects.filter(pk__in=ids, stamp=book.stamp)
            left = set(ids) - set(good.values_list("pk", flat=True))
            changed += keep_quality(left, book=book)
            done += len(ids)
            run.progress(min(done, total), total)
        if rule_book().stamp == book.stamp:
            break
    return {"summary": _("%(count)s scores changed") % {"count": f"{changed:,}"}}


@job(REMIND, title=gettext_lazy("Tasks of filling in"))
def run_remind(run: Run) -> dict[str, object]:
    """Tasks for the owners of poor accounts; those of all others end. Begun again, it makes none twice."""
    open_ones = QualityReminder.objects.filter(state=QualityReminder.State.OPEN).values("customer_id")
    rows = AccountQuality.objects.filter(Q(is_poor=True, owner__isnull=False) | Q(pk__in=open_ones))
    total, done, raised, last = rows.count(), 0, 0, 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        raised += remind(ids)
        last, done = ids[-1], done + len(ids)
        run.progress(min(done, total), total)
    return {"summary": _("%(count)s new tasks") % {"count": f"{raised:,}"}}


def start_scores(actor: Actor) -> Job:
    require(actor, Permission.QUALITY_RULES)
    return start(actor, SCORE)


def quality_due() -> bool:
    """Judge a batch of accounts whose day has come; True when there may be more.

    Where accounts were judged by other rules than today's, because a rule or parameter begins or ends, the
    job that judges all is started, once.
    """
    due = AccountQuality.objects.filter(check_on__lte=day_of(now())).order_by("check_on", "pk")
    ids = list(due.values_list("pk", flat=True)[:_BATCH])
    keep_quality(ids)
    if ids:
        return True
    stamp = rule_book().stamp
    others = AccountQuality.objects.filter(Q(stamp__lt=stamp) | Q(stamp__gt=stamp))
    if others.exists() and not Job.objects.filter(kind=SCORE, state__in=_ALIVE).exists():
        start(SYSTEM, SCORE)
    return False


def start_daily() -> bool:
    """Once a day, see that no account is without a score, and make the tasks. Never has more work."""
    midnight = day_start(day_of(now()))
    if now() >= midnight + _DAILY_FROM and Customer.objects.exists():
        for kind in (SCORE, REMIND):
            if not Job.objects.filter(kind=kind, owner_id=None, created_at__gte=midnight).exists():
                start(SYSTEM, kind)
    return False


def _batches() -> Iterator[list[int]]:
    last, rows = 0, Customer.objects.order_by("pk").values_list("pk", flat=True)
    while ids := list(rows.filter(pk__gt=last)[:_BATCH]):
        yield ids
        last = ids[-1]
