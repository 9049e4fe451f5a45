"""CHECKING: parse, compare, ask the app, stage; a batch of rows per transaction, resumable after any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from dakehu.infra.importing.domain.states import BatchEvent, BatchState
from dakehu.infra.importing.evaluation import ROW_FIELDS, Evaluated, RowReader, SeenKeys, ask_app
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.reading.rowfile import path_for, stored_rows
from dakehu.infra.importing.work import Work, move, recount, run_phase
from dakehu.infra.jobs.api import Run
from dakehu.infra.rows import insert_rows

ROWS_A_STEP = 1000


def check_job(run: Run, batch_id: int) -> Mapping[str, Any]:
    """The job of CHECKING after a person has mapped the headings."""
    return run_phase(run, batch_id, BatchState.CHECKING, check)


def check(work: Work) -> Mapping[str, Any]:
    with work.step() as batch:
        if batch.staged_to == 0:
            ImportRow.objects.filter(batch=batch).delete()
    reader, seen = RowReader(work.spec, batch.mapping), SeenKeys()
    rows = _below_headings(batch, reader)
    done = _pass_staged(work, rows, seen, batch.staged_to)
    work.run.progress(done, batch.rows)
    while some := list(islice(rows, ROWS_A_STEP)):
        for row in some:
            seen.compare(row, work.spec.unique)
        _stage(work, some)
        done += len(some)
        work.run.progress(done, batch.rows)
    with work.step() as batch:
        move(batch, BatchEvent.CHECKED)
        batch.rows = done
        recount(batch)
        batch.save()
    return {"rows": done, "good": batch.good, "faulty": batch.faulty, "duplicate": batch.duplicate}


def _below_headings(batch: ImportBatch, reader: RowReader) -> Iterator[Evaluated]:
    for number, cells in stored_rows(path_for(batch.pk)):
        if number > batch.heading_number and not reader.is_example(cells):
            yield reader.read(number, cells)


def _pass_staged(work: Work, rows: Iterator[Evaluated], seen: SeenKeys, staged_to: int) -> int:
    """Go past what an earlier run staged, remembering its keys; the number of rows passed."""
    if staged_to == 0:
        return 0
    passed = 0
    for row in rows:
        seen.compare(row, work.spec.unique)
        passed += 1
        if row.number == staged_to:
            break
    return passed


def _stage(work: Work, rows: list[Evaluated]) -> None:
    ask_app(work.actor, work.spec, rows)
    values: list[tuple[str | int, ...]] = []
    for row in rows:
        texts = row.texts()
        state = int(row.state)
        values.append((work.batch_id, row.number, state, *(texts[name] for name in ROW_FIELDS[3:])))
    with work.step() as batch:
        insert_rows(ImportRow, ROW_FIELDS, values)
        batch.staged_to = rows[-1].number
        batch.save(update_fields=["staged_to"])
