"""Starting, running and cancelling jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.functional import Promise
from django_tasks import task

from dakehu.infra.access.api import Actor, Scope
from dakehu.infra.clock import now
from dakehu.infra.correlation import correlated, correlation_id
from dakehu.infra.errors import message_for
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import DomainError, NotFound

_SAVE_EVERY_S = 0.5
_log = structlog.get_logger(__name__)

Function = Callable[..., Mapping[str, Any] | None]


class Cancelled(Exception):
    """The owner asked the job to stop; the function lets it pass after leaving its rows in order."""


@dataclass(frozen=True, slots=True)
class _Kind:
    function: Function
    title: str | Promise


_kinds: dict[str, _Kind] = {}
_in_this_process: set[UUID] = set()


def running_here() -> frozenset[UUID]:
    """The jobs that this process works on: alive, however long they have been silent."""
    return frozenset(_in_this_process)


def job(kind: str, *, title: str | Promise) -> Callable[[Function], Function]:
    """Register a function as the work of `kind`; it takes a `Run` and the job's params as keywords."""

    def register(function: Function) -> Function:
        _kinds[kind] = _Kind(function, title)
        return function

    return register


class Run:
    """A job while it runs: reports progress, notices cancellation."""

    def __init__(self, row: Job) -> None:
        self.id: UUID = row.pk
        self.actor = Actor(
            user_id=row.owner_id,
            name=row.owner_name,
            permissions=frozenset(row.params.get("permissions", ())),
            scope=Scope(row.params.get("scope", "")),
            org_path=row.org_path,
            everything=bool(row.params.get("everything")),
        )
        self._saved_at = 0.0

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Show how far the work is; cheap to call often. Raises `Cancelled`."""
        if time.monotonic() - self._saved_at < _SAVE_EVERY_S and done < total:
            return
        self._saved_at = time.monotonic()
        Job.objects.filter(pk=self.id).update(done=done, total=total, note=note[:200], heartbeat_at=now())
        if Job.objects.filter(pk=self.id, cancel_requested=True).exists():
            raise Cancelled


def start(actor: Actor, kind: str, **arguments: Any) -> Job:
    """Enqueue work of `kind` for `actor`, who keeps the rights and scope of this moment while it runs."""
    at = now()
    row = Job(
        kind=kind,
        title=str(_kinds[kind].title),
        params={
            "arguments": arguments,
            "permissions": sorted(actor.permissions),
            "scope": actor.scope.path,
            "everything": actor.everything,
        },
        owner_id=actor.user_id,
        owner_name=actor.name,
        correlation_id=correlation_id(),
        created_at=at,
        heartbeat_at=at,
    )
    row.place(actor.org_path)
    with transaction.atomic():
        row.save()
        run_job.enqueue(str(row.pk))
    return row


def cancel(actor: Actor, job_id: UUID) -> Job:
    """Ask the actor's own job to stop: at once when it waits, at its next step when it runs."""
    with transaction.atomic():
        row = Job.objects.select_for_update().filter(pk=job_id, owner_id=actor.user_id).first()
        if row is None:
            raise NotFound(noun="job", id=str(job_id))
        if not row.is_over:
            row.cancel_requested = True
            if row.state == Job.State.QUEUED:
                row.state, row.finished_at = Job.State.CANCELLED, now()
            row.save(update_fields=["cancel_requested", "state", "finished_at"])
    return row


@task()
def run_job(job_id: str) -> None:
    """The task behind every job. A job that is over, or that another process runs, is left alone."""
    with transaction.atomic():
        row = Job.objects.select_for_update().filter(pk=job_id, state=Job.State.QUEUED).first()
        if row is None:
            return
        row.state, row.heartbeat_at = Job.State.RUNNING, now()
        row.save(update_fields=["state", "heartbeat_at"])
    _in_this_process.add(row.pk)
    try:
        with correlated(row.correlation_id):
            _finish(row, *_outcome(row))
    finally:
        _in_this_process.discard(row.pk)


def _outcome(row: Job) -> tuple[Job.State, Mapping[str, Any], str]:
    try:
        result = _kinds[row.kind].function(Run(row), **row.params["arguments"])
    except Cancelled:
        return Job.State.CANCELLED, {}, ""
    except DomainError as error:
        return Job.State.FAILED, {}, message_for(error)
    except Exception as fault:  # noqa: BLE001 - kept on the job for its owner, logged for the operator
        _log.exception("job failed", kind=row.kind, job=str(row.pk))
        return Job.State.FAILED, {}, f"{type(fault).__name__}: {fault}"
    return Job.State.DONE, result or {}, ""


def _finish(row: Job, state: Job.State, result: Mapping[str, Any], error: str) -> None:
    with transaction.atomic():
        Job.objects.filter(pk=row.pk).update(
            state=state, result=dict(result), error=error[:4000], finished_at=now(), heartbeat_at=now()
        )
        if state == Job.State.FAILED:
            payload = {"kind": row.kind, "title": row.title, "owner": row.owner_id, "error": error[:300]}
            publish("job.failed", key=row.pk, payload=payload)
