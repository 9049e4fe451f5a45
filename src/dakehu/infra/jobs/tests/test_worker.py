"""The worker's loops beside each other."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection

from dakehu.infra import worker
from dakehu.infra.jobs.models import Job

LOOPS = 20
"""More than a pool has connections (`config/settings/database.py`)."""


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_resting_loop_holds_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL's connections are few")
    turns, before = threading.Semaphore(0), sessions()

    def look() -> bool:
        Job.objects.exists()
        turns.release()
        return False

    loops = {f"loop {number}": worker.Loop(f"loop {number}", look, 60.0) for number in range(LOOPS)}
    monkeypatch.setattr(worker, "_loops", loops)
    working = worker.Worker()
    working.start()
    try:
        assert all(turns.acquire(timeout=10) for _ in range(LOOPS))
        deadline = time.monotonic() + 5
        while sessions() > before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert sessions() == before
    finally:
        working.stop()
        working.join()
