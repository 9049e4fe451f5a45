"""COMMITTING: batches of rows become the app's objects, each batch in one transaction with its marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.infra.importing.access import own_batch
from dakehu.infra.importing.domain.faults import NothingToCommit, RepeatUnconfirmed, RowRefused
from dakehu.infra.importing.domain.states import TO_COMMIT, BatchEvent, BatchState, RowState
from dakehu.infra.importing.evaluation import encode, stored, stored_duplicate
from dakehu.infra.importing.models import ImportBatch, ImportLane, ImportMade, ImportRow
from dakehu.infra.importing.specs import Finding, Made, Outcome, spec_of
from dakehu.infra.importing.work import Work, by_halves, move, recount, run_phase, trace
from dakehu.infra.jobs.api import Run, start
from dakehu.infra.outbox.api import publish
from dakehu.infra.rows import insert_rows
from dakehu.kernel.errors import DomainError

ROWS_A_STEP = 1000
_Wish = tuple[Any, bool]
"""A draft, and whether it is wanted although it has duplicates."""
_MADE_FIELDS = ("batch", "number", "object_id", "version", "removed", "kept_because")


def import_commit(*, actor: Actor, batch_id: int, repeat_meant: bool = False) -> ImportBatch:
    """Start making objects of all good and wanted rows; also goes on after a pause, or after more mending.

    Raises `RepeatUnconfirmed` where the same file was imported before and `repeat_meant` is not said.
    """
    with own_batch(actor, batch_id) as batch:
        require(actor, spec_of(batch.spec).permission)
        move(batch, BatchEvent.COMMIT)
        if not ImportRow.objects.filter(batch=batch, state__in=TO_COMMIT).exists():
            raise NothingToCommit
        if batch.repeats is not None and not repeat_meant:
            raise RepeatUnconfirmed(when=batch.repeats.created_at, who=batch.repeats.owner_name)
        batch.problem = {}
        batch.job_id = start(actor, "importing.commit", batch_id=batch.pk).pk
        batch.save()
        ImportLane.objects.get_or_create(spec=batch.spec)
        trace(actor, "import.commit", batch, rows=batch.good)
    return batch


def commit_job(run: Run, batch_id: int) -> Mapping[str, Any]:
    return run_phase(run, batch_id, BatchState.COMMITTING, _commit)


def _commit(work: Work) -> Mapping[str, Any]:
    waiting = ImportRow.objects.filter(batch=work.batch_id, state__in=TO_COMMIT).count()
    done, last = 0, 0
    work.run.progress(0, waiting)
    while step := _Step(work, last).do():
        last = step[-1]
        done += len(step)
        work.run.progress(done, max(done, waiting))
    with work.step() as batch:
        move(batch, BatchEvent.COMMITTED)
        batch.committed_at = now()
        recount(batch)
        batch.save()
        trace(work.actor, "import.committed", batch, committed=batch.committed, refused=batch.refused)
        left = batch.faulty + batch.duplicate + batch.refused
        news = {
            "owner": batch.owner_id,
            "file": batch.file_name,
            "committed": batch.committed,
            "faulty": left,
        }
        publish("import.ended", key=batch.pk, payload=news)
    return {"committed": batch.committed, "refused": batch.refused}


class _Step:
    """One batch of rows after `last`, in one transaction."""

    def __init__(self, work: Work, last: int) -> None:
        self._work, self._last = work, last

    def do(self) -> list[int]:
        """The numbers of the rows dealt with; none when all are."""
        with self._work.step() as batch:
            # Imports of one noun take turns, so that what one has just saved is a duplicate to the next.
            ImportLane.objects.select_for_update().get(spec=batch.spec)
            rows = self._waiting()
            numbers = [number for number, _wish in rows]
            refused: Outcome = RowRefused()
            outcomes = by_halves(self._commit, self._work.actor, [wish for _number, wish in rows], refused)
            by_number = dict(zip(numbers, outcomes, strict=True))
            self._keep_made(by_number)
            self._mark(by_number)
            batch.committed += sum(isinstance(outcome, Made) for outcome in outcomes)
            batch.save(update_fields=["committed"])
        return numbers

    def _waiting(self) -> list[tuple[int, _Wish]]:
        rows = ImportRow.objects.filter(batch=self._work.batch_id, number__gt=self._last, state__in=TO_COMMIT)
        decode = self._work.spec.decode
        values = rows.order_by("number").values_list("number", "state", "draft")[:ROWS_A_STEP]
        return [(number, (decode(draft), state == RowState.WANTED)) for number, state, draft in values]

    def _commit(self, actor: Actor, wishes: Sequence[_Wish]) -> Sequence[Outcome]:
        return self._work.spec.commit(actor, [d for d, _wanted in wishes], [wanted for _d, wanted in wishes])

    def _keep_made(self, outcomes: Mapping[int, Outcome]) -> None:
        rows = [
            (self._work.batch_id, number, made.object_id, made.version, False, "")
            for number, made in outcomes.items()
            if isinstance(made, Made)
        ]
        insert_rows(ImportMade, _MADE_FIELDS, rows)

    def _mark(self, outcomes: Mapping[int, Outcome]) -> None:
        """The rows that became something in one statement, the few others one by one."""
        if not outcomes:
            return
        others = {n: outcome for n, outcome in outcomes.items() if not isinstance(outcome, Made)}
        rows = ImportRow.objects.filter(batch=self._work.batch_id)
        for number, outcome in others.items():
            rows.filter(number=number).update(**_marks(outcome))
        dealt_with = rows.filter(number__range=(min(outcomes), max(outcomes)), state__in=TO_COMMIT)
        dealt_with.update(state=RowState.COMMITTED)


def _marks(outcome: Finding | DomainError) -> dict[str, object]:
    if isinstance(outcome, DomainError):
        return {"state": RowState.REFUSED, "faults": encode([stored(outcome)])}
    return {
        "state": RowState.FAULTY if outcome.faults else RowState.DUPLICATE,
        "faults": encode([stored(fault) for fault in outcome.faults]) if outcome.faults else "",
        "duplicates": encode([stored_duplicate(item) for item in outcome.duplicates]),
    }
