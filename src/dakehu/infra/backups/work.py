"""Backups as jobs: on the button, and by the schedule."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.api import SYSTEM, Actor, require
from dakehu.infra.backups import store
from dakehu.infra.backups.domain.schedule import Retention, last_due
from dakehu.infra.backups.errors import BackupUnderWay
from dakehu.infra.backups.making import backup_make
from dakehu.infra.backups.parameters import EVERY_HOURS, HOUR, KEEP_DAYS, KEEP_MONTHS, KEEP_WEEKS
from dakehu.infra.backups.permissions import Permission
from dakehu.infra.clock import now
from dakehu.infra.jobs.api import Run, job
from dakehu.infra.jobs.api import start as start_job
from dakehu.infra.jobs.models import Job
from dakehu.infra.parameters.api import value_of

KIND = "backups.make"
_AGAIN_AFTER = timedelta(hours=1)
_UNDER_WAY = (Job.State.QUEUED, Job.State.RUNNING)


@job(KIND, title=gettext_lazy("Backup"))
def run_backup(run: Run) -> dict[str, object]:
    """Resumable by being done anew: nothing of a killed one is left but scratch files."""
    backup = backup_make(actor=run.actor, progress=run.progress)
    gone = store.prune(retention())
    said = _("%(name)s: %(size)s MB, %(files)s files, proved by a test restore.") % {
        "name": backup.name,
        "size": f"{backup.size / 2**20:,.1f}",
        "files": len(backup.manifest.entries),
    }
    return {"summary": said, "name": backup.name, "removed": gone}


def backup_start(*, actor: Actor) -> Job:
    """Enqueue a backup; raises `BackupUnderWay` while one waits or runs."""
    require(actor, Permission.BACKUP_MAKE)
    if Job.objects.filter(kind=KIND, state__in=_UNDER_WAY).exists():
        raise BackupUnderWay
    return start_job(actor, KIND)


def retention() -> Retention:
    return Retention(value_of(KEEP_DAYS), value_of(KEEP_WEEKS), value_of(KEEP_MONTHS))


def next_due() -> datetime | None:
    """When the next one is due by the schedule; None where there is no schedule."""
    every, hour = value_of(EVERY_HOURS), value_of(HOUR)
    if not every:
        return None
    step = timedelta(hours=every if every < 24 else every // 24 * 24)
    return last_due(now(), hour=hour, every_hours=every) + step


def start_due() -> bool:
    """The worker's step: start a backup when one is due, and again an hour after one that failed."""
    every, at = value_of(EVERY_HOURS), now()
    if not every:
        return False
    due = last_due(at, hour=value_of(HOUR), every_hours=every)
    if _last_made() >= due:
        return False
    tried = Job.objects.filter(kind=KIND).order_by("-created_at").first()
    if tried and (tried.state in _UNDER_WAY or tried.created_at > at - _AGAIN_AFTER):
        return False
    start_job(SYSTEM, KIND)
    return False


def _last_made() -> datetime:
    """The newest backup's moment; before there is any, the moment at which the installation was set up."""
    made = [backup.made_at for backup in store.backups() if backup.is_whole]
    if made:
        return max(made)
    first = MigrationRecorder.Migration.objects.order_by("applied").first()
    return first.applied if first else now()
