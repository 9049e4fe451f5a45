"""UNDOING: what was made is handed back to the app, newest first, a batch per transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.infra.importing.access import own_batch
from dakehu.infra.importing.domain.faults import StillInUse
from dakehu.infra.importing.domain.states import BatchEvent, BatchState, RowState
from dakehu.infra.importing.evaluation import encode, stored
from dakehu.infra.importing.models import ImportBatch, ImportMade, ImportRow
from dakehu.infra.importing.specs import Made, spec_of
from dakehu.infra.importing.work import Work, by_halves, move, recount, run_phase, trace
from dakehu.infra.jobs.api import Run, start
from dakehu.kernel.errors import DomainError

ROWS_A_STEP = 500


def import_undo(*, actor: Actor, batch_id: int) -> ImportBatch:
    """Start taking back everything that this import made and nobody has touched since."""
    with own_batch(actor, batch_id) as batch:
        require(actor, spec_of(batch.spec).permission)
        move(batch, BatchEvent.UNDO)
        batch.problem = {}
        batch.job_id = start(actor, "importing.undo", batch_id=batch.pk).pk
        batch.save()
        trace(actor, "import.undo", batch, rows=batch.committed)
    return batch


def undo_job(run: Run, batch_id: int) -> Mapping[str, Any]:
    return run_phase(run, batch_id, BatchState.UNDOING, _undo)


def _undo(work: Work) -> Mapping[str, Any]:
    left = ImportMade.objects.filter(batch=work.batch_id, removed=False)
    with work.step() as batch:
        left.update(kept_because="")
        batch.kept = 0
        batch.save(update_fields=["kept"])
    waiting, done = left.count(), 0
    while handled := _step(work):
        done += handled
        work.run.progress(done, max(done, waiting))
    with work.step() as batch:
        move(batch, BatchEvent.UNDONE)
        batch.undone_at = now()
        recount(batch)
        batch.save()
        trace(work.actor, "import.undone", batch, undone=batch.undone, kept=batch.kept)
    return {"undone": batch.undone, "kept": batch.kept}


def _step(work: Work) -> int:
    with work.step() as batch:
        made = list(
            ImportMade.objects.filter(batch=batch, removed=False, kept_because="").order_by("-number")[
                :ROWS_A_STEP
            ]
        )
        if not made:
            return 0
        given = [Made(item.object_id, item.version) for item in made]
        held: DomainError | None = StillInUse()
        outcomes = by_halves(work.spec.undo, work.actor, given, held)
        removed = []
        for item, reason in zip(made, outcomes, strict=True):
            if reason is None:
                removed.append(item)
            else:
                item.kept_because = encode(stored(reason))
                item.save(update_fields=["kept_because"])
        ImportMade.objects.filter(pk__in=[item.pk for item in removed]).update(removed=True)
        numbers = [item.number for item in removed]
        ImportRow.objects.filter(batch=batch, number__in=numbers).update(state=RowState.UNDONE)
        batch.kept += len(made) - len(removed)
        batch.save(update_fields=["kept"])
    return len(made)
