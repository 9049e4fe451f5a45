"""What every phase of an import shares: its run's token, its transactions, its end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count

from dakehu.infra.access.api import Actor, hold_places
from dakehu.infra.audit.api import Change, record
from dakehu.infra.importing.domain.faults import ReadingInterrupted
from dakehu.infra.importing.domain.states import BATCH_STATES, BatchEvent, BatchState, RowState
from dakehu.infra.importing.evaluation import stored
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.specs import ImportSpec, spec_of
from dakehu.infra.jobs.api import Cancelled, Run
from dakehu.kernel.errors import DomainError

T = TypeVar("T")
R = TypeVar("R")
Phase = Callable[["Work"], Mapping[str, Any]]


class TakenOver(Exception):
    """Another run works on this import now; this one ends without touching anything."""


@dataclass(frozen=True, slots=True)
class Work:
    """One run of one phase."""

    run: Run
    batch_id: int
    state: BatchState
    runner: str
    spec: ImportSpec[Any]

    @property
    def actor(self) -> Actor:
        return self.run.actor

    @contextmanager
    def step(self) -> Iterator[ImportBatch]:
        """A transaction with the batch locked; raises `TakenOver` when it is no longer this run's."""
        with transaction.atomic():
            hold_places()  # before any row's lock; what the app saves in this step is given places, too
            batch = ImportBatch.objects.select_for_update().get(pk=self.batch_id)
            if batch.runner != self.runner or batch.state != self.state:
                raise TakenOver
            yield batch


def run_phase(run: Run, batch_id: int, state: BatchState, phase: Phase) -> Mapping[str, Any]:
    """Do a phase as the work of a job, and leave the import in order however it ends.

    Does nothing where the import is in another state or another job's: the phase was done before the process
    died.
    """
    runner = uuid.uuid4().hex
    with transaction.atomic():
        batch = (
            ImportBatch.objects.select_for_update().filter(pk=batch_id, state=state, job_id=run.id).first()
        )
        if batch is None:
            return {}
        batch.runner = runner
        batch.save(update_fields=["runner"])
    work = Work(run, batch_id, state, runner, spec_of(batch.spec))
    try:
        return phase(work)
    except TakenOver:
        return {}
    except Cancelled:
        _stop(work, None)
        raise
    except DomainError as error:
        _stop(work, error)
        raise
    except Exception as fault:
        _stop(work, ReadingInterrupted(detail=f"{type(fault).__name__}: {fault}"[:500]))
        raise


def by_halves(
    function: Callable[[Actor, Sequence[T]], Sequence[R]], actor: Actor, items: Sequence[T], refused: R
) -> list[R]:
    """Give the items to the app together; where the database refuses, find the one it refuses.

    That one's answer is `refused`, the others' the app's own. Runs inside a transaction.
    """
    if not items:
        return []
    try:
        with transaction.atomic():
            return list(function(actor, items))
    except IntegrityError:
        if len(items) == 1:
            return [refused]
        half = len(items) // 2
        return [
            *by_halves(function, actor, items[:half], refused),
            *by_halves(function, actor, items[half:], refused),
        ]


def _stop(work: Work, problem: DomainError | None) -> None:
    try:
        with work.step() as batch:
            stop(batch, problem)
    except TakenOver:
        return


def stop(batch: ImportBatch, problem: DomainError | None) -> None:
    """Bring a locked batch from a state at work to the one where a person is awaited."""
    move(batch, BatchEvent.STOP)
    batch.problem = msgspec.to_builtins(stored(problem), enc_hook=str) if problem else {}
    recount(batch)
    batch.save()


def move(batch: ImportBatch, event: BatchEvent) -> None:
    """Take the move, or raise `IllegalMove`; the caller holds the lock and saves."""
    batch.state = BATCH_STATES.move(BatchState(batch.state), event)
    batch.runner = ""


def recount(batch: ImportBatch) -> None:
    """Bring the batch's counters in line with its rows: one query over an index."""
    counted = ImportRow.objects.filter(batch=batch).values_list("state").annotate(Count("pk"))
    by_state = dict(counted.order_by())
    batch.good = by_state.get(RowState.GOOD, 0) + by_state.get(RowState.WANTED, 0)
    batch.faulty = by_state.get(RowState.FAULTY, 0)
    batch.duplicate = by_state.get(RowState.DUPLICATE, 0)
    batch.committed = by_state.get(RowState.COMMITTED, 0)
    batch.refused = by_state.get(RowState.REFUSED, 0)
    batch.undone = by_state.get(RowState.UNDONE, 0)


def trace(actor: Actor, action: str, batch: ImportBatch, **after: object) -> None:
    """The import's own audit row; the app's services leave one per object."""
    change = Change(
        noun="import", object_id=batch.pk, label=batch.file_name, after=after, org_path=batch.org_path
    )
    record(actor, action, change)
