"""Imports whose job ended without them: cancelled while it waited, or failed before it began."""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.access import access_batch
from dakehu.infra.importing.domain.faults import ReadingInterrupted
from dakehu.infra.importing.domain.states import AT_WORK
from dakehu.infra.importing.models import ImportBatch
from dakehu.infra.importing.work import stop
from dakehu.infra.jobs.api import cancel
from dakehu.infra.jobs.models import Job


def import_cancel(*, actor: Actor, batch_id: int) -> ImportBatch:
    """Ask the job at work to stop; what is already staged or committed stays as it is."""
    batch = access_batch(actor, batch_id)
    if batch.state in AT_WORK and batch.job_id is not None:
        cancel(actor, batch.job_id)
    return import_settled(batch)


def import_settled(batch: ImportBatch) -> ImportBatch:
    """The import as it is, brought to rest first when its job is over."""
    if batch.state not in AT_WORK or not _over(batch):
        return batch
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.state in AT_WORK and (job := _over(locked)):
            stop(locked, ReadingInterrupted(detail=job.error[:200]) if job.error else None)
    return locked


def _over(batch: ImportBatch) -> Job | None:
    """The batch's job if it ended otherwise than by doing its work."""
    ended = (Job.State.CANCELLED, Job.State.FAILED)
    return Job.objects.filter(pk__in=[batch.job_id], state__in=ended).first()
