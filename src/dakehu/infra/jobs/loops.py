"""What the worker does for jobs: run ready tasks, take up jobs whose process died."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.jobs.running import run_job, running_here

STALE_AFTER_S = 30.0


def run_ready_tasks() -> bool:
    """Run one ready task; True when there was one."""
    if not DBTaskResult.objects.ready().exists():
        return False
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id="dakehu",
        excluded_queue_names=[],
    ).run()
    return True


def beat() -> bool:
    """Keep the heartbeat of this process's jobs fresh, also of those that have nothing to report for long."""
    here = running_here()
    if here:
        Job.objects.filter(pk__in=here, state=Job.State.RUNNING).update(heartbeat_at=now())
    return False


def sweep_stale() -> bool:
    """Enqueue again each running job that gave no sign of life for `STALE_AFTER_S` seconds."""
    dead = Job.objects.filter(
        state=Job.State.RUNNING, heartbeat_at__lt=now() - timedelta(seconds=STALE_AFTER_S)
    ).exclude(pk__in=running_here())
    if not dead.exists():
        return False
    with transaction.atomic():
        stale = dead.select_for_update(skip_locked=True)
        for row in stale:
            row.state, row.heartbeat_at = Job.State.QUEUED, now()
            row.save(update_fields=["state", "heartbeat_at"])
            run_job.enqueue(str(row.pk))
    return False
