"""Backups: which there are, how old and how large, and one made now."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.backups.api import (
    KIND,
    Backup,
    Permission,
    backup_start,
    backups,
    folder,
    next_due,
    retention,
)
from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.api import Badge, Tone, actor_of, go_to, page
from dakehu.infra.ui.jobs import JOB_STATES

_WHOLE = Badge(gettext_lazy("Restored on trial"), Tone.GOOD)
_READ = Badge(gettext_lazy("Read through"), Tone.GOOD)
_GONE = Badge(gettext_lazy("Archive missing or changed"), Tone.BAD)
_JOBS = 5
_TOO_OLD_H = 48


@dataclass(frozen=True, slots=True)
class Row:
    backup: Backup
    age: str
    megabytes: str
    badge: Badge


@page(Permission.BACKUP_VIEW, methods=("GET",))
def backup_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = [_row(backup) for backup in backups()]
    jobs = list(Job.objects.filter(kind=KIND).order_by("-created_at")[:_JOBS])
    under_way = next((job for job in jobs if not job.is_over), None)
    newest = next((row.backup.made_at for row in rows if row.backup.is_whole), None)
    context = {
        "title": _("Backups"),
        "rows": rows,
        "folder": folder(),
        "retention": retention(),
        "next_due": next_due(),
        "job": under_way if under_way and under_way.owner_id == actor.user_id else None,
        "under_way": under_way,
        "badge": JOB_STATES[under_way.state] if under_way else None,
        "failed": jobs[0] if jobs and jobs[0].state == Job.State.FAILED else None,
        "is_too_old": newest is None or (now() - newest).total_seconds() > _TOO_OLD_H * 3600,
        "may_make": actor.may(Permission.BACKUP_MAKE) and under_way is None,
    }
    return render(request, "organisation/backups.html", context)


@page(Permission.BACKUP_MAKE, methods=("POST",))
def backup_now(request: HttpRequest) -> HttpResponse:
    """Start one in the background; its progress stands on the list."""
    backup_start(actor=actor_of(request))
    return go_to(request, reverse("organisation-backup-list"))


def _row(backup: Backup) -> Row:
    proved = _WHOLE if backup.manifest.proof == "restored" else _READ
    return Row(
        backup,
        timesince(backup.made_at, now(), depth=1),
        f"{backup.size / 2**20:,.1f}",
        proved if backup.is_whole else _GONE,
    )
