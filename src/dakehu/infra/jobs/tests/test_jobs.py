from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from dakehu.infra.access.api import Actor, Scope
from dakehu.infra.clock import now
from dakehu.infra.correlation import correlated, correlation_id
from dakehu.infra.jobs import loops, running
from dakehu.infra.jobs.api import Cancelled, Run, cancel, job, start
from dakehu.infra.jobs.models import Job
from dakehu.infra.worker import drain
from dakehu.kernel.errors import DomainError, NotFound

OWNER = Actor(7, "王晓明", frozenset({"customer.import"}), Scope("00010001"), "000100010001")


class Noted(DomainError):
    """A refusal without words of its own."""

    code = "domain.error"


class Work:
    """A job function whose steps a test writes; `done` survives a death, as a job's own rows do."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.actor: Actor | None = None
        self.correlation = ""
        self.die_at: int | None = None
        self.cancel_at: int | None = None
        self.fault: Exception | None = None

    def __call__(self, run: Run, total: int) -> dict[str, object]:
        self.actor, self.correlation = run.actor, correlation_id()
        for step in range(len(self.done), total):
            if step == self.die_at:
                self.die_at = None
                raise SystemExit  # no handler of ours sees it: the row stays as a killed process leaves it
            if self.fault:
                raise self.fault
            if step == self.cancel_at:
                cancel(OWNER, run.id)
            self.done.append(step)
            run.progress(step + 1, total, f"第{step + 1}步")
        return {"steps": total}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    monkeypatch.setattr(running, "_SAVE_EVERY_S", 0.0)
    made = Work()
    job("test.work", title="试验")(made)
    yield made
    running._kinds.pop("test.work")


@pytest.mark.django_db
def test_a_job_runs_with_its_owners_rights_and_shows_how_far_it_is(work: Work) -> None:
    with correlated("click5"):
        row = start(OWNER, "test.work", total=3)
    assert (row.state, row.owner_name, row.org_path) == ("queued", "王晓明", OWNER.org_path)
    drain("tasks")
    row.refresh_from_db()
    assert (row.state, row.done, row.total, row.percent, row.note) == ("done", 3, 3, 100, "第3步")
    assert row.result == {"steps": 3}
    assert row.is_over
    assert row.finished_at is not None
    assert work.actor == OWNER
    assert work.correlation == "click5"


@pytest.mark.django_db
def test_progress_is_saved_now_and_then(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_SAVE_EVERY_S", 60.0)
    row = start(OWNER, "test.work", total=50)
    saved: list[int] = []
    original = Run.progress

    def watched(run: Run, done: int, total: int, note: str = "") -> None:
        original(run, done, total, note)
        saved.append(Job.objects.get(pk=row.pk).done)

    monkeypatch.setattr(Run, "progress", watched)
    drain("tasks")
    assert set(saved) == {1, 50}  # the first and the last


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once(work: Work) -> None:
    row = start(OWNER, "test.work", total=3)
    assert cancel(OWNER, row.pk).state == Job.State.CANCELLED
    drain("tasks")
    assert work.done == []
    row.refresh_from_db()
    assert (row.state, row.is_over) == ("cancelled", True)


@pytest.mark.django_db
def test_a_running_job_stops_at_its_next_step(work: Work) -> None:
    work.cancel_at = 1
    row = start(OWNER, "test.work", total=10)
    drain("tasks")
    row.refresh_from_db()
    assert (row.state, row.cancel_requested, work.done) == ("cancelled", True, [0, 1])


@pytest.mark.django_db
def test_only_the_owner_cancels_and_a_finished_job_stays_finished(work: Work) -> None:
    row = start(OWNER, "test.work", total=1)
    for stranger in (Actor(8, "别人", everything=True), Actor(None, "system")):
        with pytest.raises(NotFound):
            cancel(stranger, row.pk)
    with pytest.raises(NotFound):
        cancel(OWNER, uuid4())
    drain("tasks")
    assert cancel(OWNER, row.pk).state == Job.State.DONE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fault", "words"), [(Noted(), "请求"), (ValueError("坏数据"), "ValueError: 坏数据"), (Cancelled(), "")]
)
def test_a_fault_ends_the_job_with_its_words(work: Work, fault: Exception, words: str) -> None:
    work.fault = fault
    row = start(OWNER, "test.work", total=1)
    drain("tasks")
    row.refresh_from_db()
    assert row.state == ("cancelled" if isinstance(fault, Cancelled) else "failed")
    assert words in row.error
    assert row.is_over


@pytest.mark.django_db
def test_a_job_whose_process_died_is_taken_up_where_its_rows_say(work: Work) -> None:
    work.die_at = 2
    row = start(OWNER, "test.work", total=5)
    drain("tasks")
    row.refresh_from_db()
    assert (row.state, work.done) == ("running", [0, 1])
    loops.sweep_stale()
    drain("tasks")
    row.refresh_from_db()
    assert row.state == "running"  # its last sign of life is too fresh

    Job.objects.update(heartbeat_at=now() - timedelta(seconds=loops.STALE_AFTER_S + 1))
    loops.sweep_stale()
    drain("tasks")
    row.refresh_from_db()
    assert (row.state, work.done) == ("done", [0, 1, 2, 3, 4])  # each step once


@pytest.mark.django_db
def test_a_long_silence_is_no_death_while_the_process_lives(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = now() - timedelta(hours=1)
    seen: list[tuple[str, bool]] = []

    def silent(run: Run) -> None:
        Job.objects.filter(pk=run.id).update(heartbeat_at=long_ago)
        loops.sweep_stale()
        state = Job.objects.get(pk=run.id).state
        loops.beat()
        seen.append((state, Job.objects.get(pk=run.id).heartbeat_at > long_ago))

    job("test.silent", title="静默")(silent)
    start(OWNER, "test.silent")
    drain("tasks", "jobs-sweep")
    running._kinds.pop("test.silent")
    assert seen == [("running", True)]


@pytest.mark.django_db
def test_a_second_task_for_the_same_job_does_nothing(work: Work) -> None:
    row = start(OWNER, "test.work", total=2)
    running.run_job.enqueue(str(row.pk))
    drain("tasks")
    assert work.done == [0, 1]


_WORKER = """
import sys, time
import django
django.setup()
from dakehu.infra.jobs.api import job
from dakehu.infra.jobs.loops import run_ready_tasks
from dakehu.infra.jobs.models import Job

@job("test.slow", title="慢")
def slow(run, total):
    done = Job.objects.get(pk=run.id).done
    for step in range(done, total):
        run.progress(step + 1, total)
        print(step, flush=True)
        time.sleep(float(sys.argv[1]))

run_ready_tasks()
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the test database of SQLite is in memory")
def test_kill_9_of_the_worker_and_another_goes_on() -> None:
    from django.conf import settings

    database = connection.settings_dict
    credentials = f"{database['USER']}:{database['PASSWORD']}"
    url = f"postgresql://{credentials}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = os.environ | {
        "DAKEHU_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE or "dakehu.config.settings_for_tests",
    }
    job("test.slow", title="慢")(lambda _run: None)
    row = start(OWNER, "test.slow", total=4)
    running._kinds.pop("test.slow")

    first = subprocess.Popen(
        [sys.executable, "-c", _WORKER, "60"], env=environment, stdout=subprocess.PIPE, text=True
    )
    with first:
        assert first.stdout is not None
        assert first.stdout.readline() == "0\n"
        first.send_signal(signal.SIGKILL)
    row.refresh_from_db()
    assert (row.state, row.done) == ("running", 1)

    Job.objects.update(heartbeat_at=now() - timedelta(seconds=loops.STALE_AFTER_S + 1))
    loops.sweep_stale()
    subprocess.run([sys.executable, "-c", _WORKER, "0.6"], env=environment, check=True, timeout=60)
    row.refresh_from_db()
    assert (row.state, row.done) == ("done", 4)
