"""Cancelling, taking over, side by side, bounded queries, forgetting."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.importing.domain.states import BatchState
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.reading.rowfile import path_for
from dakehu.infra.importing.services import checking, committing
from dakehu.infra.importing.services.checking import check_job
from dakehu.infra.importing.services.committing import commit_job, import_commit
from dakehu.infra.importing.services.mapping import import_map
from dakehu.infra.importing.services.purging import purge_old
from dakehu.infra.importing.services.undoing import import_undo
from dakehu.infra.importing.tests import nouns
from dakehu.infra.importing.tests.nouns import PERMISSION, roles, row, uploaded, workbook, worked
from dakehu.infra.importing.work import TakenOver, Work, run_phase
from dakehu.infra.jobs.api import Run, cancel
from dakehu.infra.jobs.models import Job


def importer(world: Any) -> Actor:
    own = world.manager
    return Actor(own.user_id, own.name, frozenset({PERMISSION}), own.scope, own.org_path)


def ready(actor: Actor, rows: int, first: int = 1) -> ImportBatch:
    return uploaded(actor, workbook([row(n) for n in range(first, first + rows)]))


def run_of(batch: ImportBatch) -> Run:
    """A run of the import's present job."""
    job_id = ImportBatch.objects.get(pk=batch.pk).job_id
    assert job_id is not None
    return Run(Job.objects.get(pk=job_id))


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "ROWS_A_STEP", 10)
    monkeypatch.setattr(committing, "ROWS_A_STEP", 10)
    monkeypatch.setattr("dakehu.infra.jobs.running._SAVE_EVERY_S", 0.0)


@pytest.mark.django_db
def test_cancelled_while_committing_it_rests_and_can_go_on_or_back(
    world: Any, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = importer(world)
    batch = ready(actor, 50)
    import_commit(actor=actor, batch_id=batch.pk)
    calls = 0

    def commit_and_cancel(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            job_id = ImportBatch.objects.get(pk=batch.pk).job_id
            assert job_id is not None
            cancel(actor, job_id)
        return nouns.commit(*arguments)

    spec = nouns.SPEC
    monkeypatch.setitem(spec.__dict__, "commit", commit_and_cancel)
    batch = worked(batch)
    assert (batch.state, batch.committed, batch.good) == ("paused", 20, 30)
    monkeypatch.setitem(spec.__dict__, "commit", nouns.commit)
    import_commit(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    assert (batch.state, batch.committed) == ("done", 50)
    import_undo(actor=actor, batch_id=batch.pk)
    assert worked(batch).undone == 50


@pytest.mark.django_db
def test_a_fault_of_ours_stops_it_between_two_steps(
    world: Any, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = importer(world)
    batch = ready(actor, 30)
    import_commit(actor=actor, batch_id=batch.pk)

    def fail_later(_actor: Actor, drafts: Any, wanted: Any) -> Any:
        if drafts[0].code == "AB0011":
            raise RuntimeError("boom")
        return nouns.commit(_actor, drafts, wanted)

    monkeypatch.setitem(nouns.SPEC.__dict__, "commit", fail_later)
    batch = worked(batch)
    assert (batch.state, batch.committed, batch.problem["code"]) == ("paused", 10, "importing.interrupted")


@pytest.mark.django_db
def test_a_run_taken_for_dead_touches_nothing_more(world: Any) -> None:
    actor = importer(world)
    batch = ready(actor, 3)
    import_commit(actor=actor, batch_id=batch.pk)
    run = run_of(batch)

    def overtaken(work: Work) -> dict[str, Any]:
        commit_job(run, batch.pk)
        with work.step():
            raise AssertionError("the step of an overtaken run began")

    assert run_phase(run, batch.pk, BatchState.COMMITTING, overtaken) == {}
    batch.refresh_from_db()
    assert (batch.state, batch.committed) == ("done", 3)
    with pytest.raises(TakenOver), Work(run, batch.pk, BatchState.COMMITTING, "x", nouns.SPEC).step():
        pass


@pytest.mark.django_db
def test_checking_goes_on_where_a_dead_run_left_it(world: Any, small_steps: None) -> None:
    actor = importer(world)
    batch = ready(actor, 45)
    import_map(actor=actor, batch_id=batch.pk, mapping=batch.mapping)
    batch.refresh_from_db()
    ImportRow.objects.filter(batch=batch, number__gt=21).delete()
    ImportBatch.objects.filter(pk=batch.pk).update(staged_to=21)
    marked = ImportRow.objects.get(batch=batch, number=5)
    result = check_job(run_of(batch), batch.pk)
    assert result["rows"] == 45
    assert ImportRow.objects.filter(batch=batch).count() == 45
    assert ImportRow.objects.get(batch=batch, number=5).pk == marked.pk


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_rows_at_once_make_each_row_once(world: Any) -> None:
    """Two workers commit side by side; SQLite has one writer and lets them take turns by itself."""
    if connection.vendor != "postgresql":
        pytest.skip("side by side on PostgreSQL only")
    actor = importer(world)
    batches = [ready(actor, 40), uploaded(actor, workbook([row(n) for n in range(40, 0, -1)]))]
    before = roles().count()
    for batch in batches:
        import_commit(actor=actor, batch_id=batch.pk)
    runs = [(run_of(batch), batch.pk) for batch in batches]
    start = threading.Barrier(2)
    faults: list[BaseException] = []

    def work(run: Run, batch_id: int) -> None:
        start.wait()
        try:
            commit_job(run, batch_id)
        except BaseException as fault:  # noqa: BLE001 - shown by the test
            faults.append(fault)
        connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert roles().count() == before + 40
    after = [ImportBatch.objects.get(pk=batch.pk) for batch in batches]
    assert sorted((b.committed, b.duplicate) for b in after) == [(0, 40), (40, 0)]


@pytest.mark.django_db
def test_queries_are_bounded_by_batches_not_rows(world: Any) -> None:
    actor = importer(world)

    def queries(rows: int, first: int) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as checked:
            batch = ready(actor, rows, first)
        import_commit(actor=actor, batch_id=batch.pk)
        with CaptureQueriesContext(connection) as committed:
            worked(batch)
        return len(checked), len(committed)

    few, many = queries(20, 1), queries(900, 1000)
    # `bulk_create` of the test's own noun takes more statements for more rows, the kit does not.
    assert many[0] - few[0] <= 4
    assert many[1] - few[1] <= 12


@pytest.mark.django_db
def test_old_imports_forget_the_rows_and_remember_the_figures(world: Any) -> None:
    actor = importer(world)
    batch = ready(actor, 3)
    fresh = ready(actor, 3, 100)
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=now() - timedelta(days=91))
    assert path_for(batch.pk).exists()
    purge_old()
    assert not ImportRow.objects.filter(batch=batch).exists()
    assert not path_for(batch.pk).exists()
    assert ImportRow.objects.filter(batch=fresh).count() == 3
    assert ImportBatch.objects.get(pk=batch.pk).good == 3
