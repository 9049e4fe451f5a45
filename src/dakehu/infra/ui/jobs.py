"""A person's own background jobs: their list, their states in words, their tile."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dakehu.infra.access.api import Actor
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.badges import Badge, Tone
from dakehu.infra.ui.lists.columns import Column, Kind
from dakehu.infra.ui.lists.filters import ChoiceFilter, DateFilter
from dakehu.infra.ui.lists.spec import EmptyState, ListSpec
from dakehu.infra.ui.registry import Tile, TileBody
from dakehu.infra.ui.tiles import TileRow, rows_tile
from dakehu.kernel.errors import NotFound

JOB_STATES: Mapping[str, Badge] = {
    Job.State.QUEUED: Badge(_("Waiting"), Tone.NEUTRAL, "clock"),
    Job.State.RUNNING: Badge(_("Running"), Tone.INFO, "progress"),
    Job.State.DONE: Badge(_("Done"), Tone.GOOD),
    Job.State.FAILED: Badge(_("Failed"), Tone.BAD),
    Job.State.CANCELLED: Badge(_("Cancelled"), Tone.QUIET),
}
_IN_TILE = 6


def job_url(job: Job) -> str:
    return reverse("ui-job-record", args=[job.pk])


def own_job(actor: Actor, pk: UUID) -> Job:
    """One of the actor's own jobs, or `NotFound`."""
    row = Job.objects.filter(pk=pk, owner_id=actor.user_id).first()
    if row is None:
        raise NotFound(noun="job", id=str(pk))
    return row


def jobs_tile(actor: Actor) -> TileBody:
    rows = Job.objects.filter(owner_id=actor.user_id).order_by("-created_at")[:_IN_TILE]
    return rows_tile(
        [
            TileRow(
                job.title,
                job_url(job),
                f"{job.percent}%" if job.state == Job.State.RUNNING else job.note,
                JOB_STATES[job.state],
            )
            for job in rows
        ],
        empty=_("Imports, exports and other long work that you start is listed here."),
    )


JOBS_TILE = Tile("ui.jobs", _("My jobs"), jobs_tile, order=900, width=4, url_name="ui-job-list", refresh_s=15)

JOBS: ListSpec[Job] = ListSpec(
    name="ui.job",
    title=_("My jobs"),
    queryset=lambda actor: Job.objects.filter(owner_id=actor.user_id),
    scoped=False,
    columns=[
        Column("title", _("Job"), Kind.LINK),
        Column("state", _("State"), Kind.STATE, states=JOB_STATES, width="8rem"),
        Column("percent", _("Progress"), Kind.PERCENT, value=lambda job: job.percent / 100, width="6rem"),
        Column("note", _("Note")),
        Column("created_at", _("Started"), Kind.MOMENT, sort="created_at", width="10rem"),
        Column("finished_at", _("Finished"), Kind.MOMENT, sort="finished_at", width="10rem"),
    ],
    sort="-created_at",
    filters=[
        ChoiceFilter("state", _("State"), choices=[(key, badge.label) for key, badge in JOB_STATES.items()]),
        DateFilter("created_at", _("Started")),
    ],
    search=lambda rows, text: rows.filter(title__icontains=text),
    search_hint=_("Search by title"),
    row_url=job_url,
    empty=EmptyState(
        _("You have started no long work yet"),
        _("An import, a large export or a recalculation runs in the background and is followed here."),
        icon="progress",
    ),
    live_s=5,
)
