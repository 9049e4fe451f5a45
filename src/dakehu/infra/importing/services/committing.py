"""COMMITTING: batches of rows become the app's objects, each batch in one transaction with its marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.infra.importing.access import own_batch
from dakehu.infra.importing.domain.faults import NothingToCommit, RepeatUnconfirmed, RowRefused
from dakehu.infra.importing.domain.states import TO_COMMIT, BatchEvent, BatchState, RowState
from dakehu.infra.importing.evaluation import (
    StoredDuplicate,
    encode,
    stored,
)
from dakehu.infra.importing.models import ImportBatch, ImportLane, ImportMade, ImportRow
from dakehu.infra.importing.specs import Finding, Made, spec_of
from dakehu.infra.importing.staging import insert_rows
from dakehu.infra.importing.work import Work, by_halves, move, recount, run_phase, trace
from dakehu.infra.jobs.api import Run, start
from dakehu.kernel.errors import DomainError

ROWS_A_STEP = 1000
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
    return {"committed": batch.committed, "refused": batch.refused}


class _Step:
    """One batch of rows after `last`, in one transaction."""

    def __init__(self, work: Work, last: int) -> None:
        self._work, self._last = work, last
        self._rows: list[tuple[int, int, Any]] = []
        self._outcomes: dict[int, Made | DomainError] = {}
        self._found: dict[int, Finding] = {}

    def do(self) -> list[int]:
        """The numbers of the rows dealt with; none when all are."""
        with self._work.step() as batch:
            # Imports of one noun take turns, so that what one has just saved is a duplicate to the next.
            ImportLane.objects.select_for_update().get(spec=batch.spec)
            self._rows = self._waiting()
            self._check_again()
            ready = [row for row in self._rows if row[0] not in self._found]
            self._outcomes.update(
                zip([row[0] for row in ready], self._made([row[2] for row in ready]), strict=True)
            )
            self._mark()
            batch.committed += sum(isinstance(outcome, Made) for outcome in self._outcomes.values())
            batch.save(update_fields=["committed"])
        return [number for number, _state, _draft in self._rows]

    def _waiting(self) -> list[tuple[int, int, Any]]:
        rows = ImportRow.objects.filter(batch=self._work.batch_id, number__gt=self._last, state__in=TO_COMMIT)
        decode = self._work.spec.decode
        values = rows.order_by("number").values_list("number", "state", "draft")[:ROWS_A_STEP]
        return [(number, state, decode(draft)) for number, state, draft in values]

    def _check_again(self) -> None:
        """What became faulty or a duplicate since the check stays out; a wanted duplicate may be one."""
        findings = self._work.spec.check(self._work.actor, [draft for _number, _state, draft in self._rows])
        for (number, state, _draft), finding in zip(self._rows, findings, strict=True):
            wanted = state == RowState.WANTED and all(item.importable for item in finding.duplicates)
            if finding.faults or (finding.duplicates and not wanted):
                self._found[number] = finding

    def _made(self, drafts: Sequence[Any]) -> list[Made | DomainError]:
        refused: Made | DomainError = RowRefused()
        return by_halves(self._work.spec.commit, self._work.actor, drafts, refused)

    def _mark(self) -> None:
        made = [(number, item) for number, item in self._outcomes.items() if isinstance(item, Made)]
        insert_rows(
            ImportMade,
            _MADE_FIELDS,
            [(self._work.batch_id, number, item.object_id, item.version, False, "") for number, item in made],
        )
        others = self._rows_by_number(
            set(self._found) | (set(self._outcomes) - {number for number, _ in made})
        )
        for number, row in others.items():
            self._mark_other(number, row)
        if self._rows:
            first, last = self._rows[0][0], self._rows[-1][0]
            rows = ImportRow.objects.filter(batch=self._work.batch_id, number__range=(first, last))
            rows.filter(state__in=TO_COMMIT).exclude(number__in=list(others)).update(state=RowState.COMMITTED)

    def _rows_by_number(self, numbers: set[int]) -> dict[int, ImportRow]:
        if not numbers:
            return {}
        rows = ImportRow.objects.filter(batch=self._work.batch_id, number__in=numbers)
        return {row.number: row for row in rows}

    def _mark_other(self, number: int, row: ImportRow) -> None:
        finding = self._found.get(number)
        if finding is not None:
            row.state = RowState.FAULTY if finding.faults else RowState.DUPLICATE
            row.faults = encode([stored(fault) for fault in finding.faults]) if finding.faults else ""
            row.duplicates = encode(
                [StoredDuplicate(stored(d.reason), d.object_id, d.importable) for d in finding.duplicates]
            )
        else:
            error = self._outcomes[number]
            assert isinstance(error, DomainError)  # noqa: S101 - the made ones were told apart before
            row.state, row.faults = RowState.REFUSED, encode([stored(error)])
        row.save(update_fields=["state", "faults", "duplicates"])
