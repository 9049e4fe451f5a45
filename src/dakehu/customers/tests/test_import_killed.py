"""Kill -9 of the worker in the middle of an import: nothing lost, nothing doubled.

Real processes on a database of their own, SQLite or PostgreSQL as the suite runs on.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from dakehu.customers.tests.killing import ROWS

pytestmark = pytest.mark.database
_LIMIT_S = 240.0
_STALE = "2000-01-01 00:00:00+00:00"


class Machine:
    """A database, its worker, and looks into the one from outside the other."""

    def __init__(self, home: Path, url: str) -> None:
        self._sqlite, self._url = home / "dakehu.sqlite3", url
        self._env = {**os.environ, "DAKEHU_HOME": str(home), "DAKEHU_DATABASE_URL": url}
        self._env.pop("DJANGO_SETTINGS_MODULE", None)

    def run(self, *arguments: str, module: str = "dakehu.customers.tests.killing") -> str:
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self._env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sql(self, text: str) -> list[Any]:
        if self._url:
            with psycopg.connect(self._url, autocommit=True) as connection:
                cursor = connection.execute(text)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self._sqlite, timeout=30, isolation_level=None)) as connection:
            return connection.execute(text).fetchall()

    def figure(self, column: str) -> Any:
        return self.sql(f"SELECT {column} FROM importing_importbatch")[0][0]  # noqa: S608 - our own names

    def work_until(self, reached: Callable[[], bool], *, kill: bool) -> None:
        """Let a worker work until `reached`; with `kill`, kill it there and leave its job for dead."""
        worker = subprocess.Popen([sys.executable, "-m", "dakehu.config", "worker"], env=self._env)
        try:
            deadline = time.monotonic() + _LIMIT_S
            while not reached():
                assert worker.poll() is None, "the worker ended by itself"
                assert time.monotonic() < deadline, f"stuck as {self.figure('state')}"
                time.sleep(0.01)
            time.sleep(random.random() * 0.1 if kill else 0)
        finally:
            worker.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            worker.wait(60)
        self.sql(f"UPDATE jobs_job SET heartbeat_at = '{_STALE}' WHERE state = 'running'")  # noqa: S608


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    url = os.environ.get("DAKEHU_DATABASE_URL", "")
    own = ""
    if url:
        name = f"dakehu_killed_{os.getpid()}"
        own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        admin = urlunsplit(urlsplit(url)._replace(path="/postgres"))
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
    machine = Machine(tmp_path, own)
    machine.run("migrate", "--skip-checks", module="dakehu.config")
    yield machine
    if own:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.req("KAM-03")
def test_a_worker_killed_again_and_again_neither_loses_nor_doubles(machine: Machine) -> None:
    batch_id = machine.run("prepare")
    for target in (1, 1500):
        machine.work_until(_grown(machine, "staged_to", target, "ready"), kill=True)
    machine.work_until(lambda: machine.figure("state") == "ready", kill=False)
    assert machine.sql("SELECT count(*), count(DISTINCT number) FROM importing_importrow") == [(ROWS, ROWS)]

    machine.run("commit", batch_id)
    for target in (1, 1500):
        machine.work_until(_grown(machine, "committed", target, "done"), kill=True)
    machine.work_until(lambda: machine.figure("state") == "done", kill=False)
    assert machine.run("figures") == f"{ROWS} {ROWS} {ROWS} {ROWS} 0"

    machine.run("undo", batch_id)
    left = "(SELECT count(*) FROM customers_customer)"
    machine.work_until(lambda: machine.figure(left) <= ROWS - 1000, kill=True)
    machine.work_until(lambda: machine.figure("state") == "undone", kill=False)
    assert machine.run("figures") == f"0 0 {ROWS} 0 0"


def _grown(machine: Machine, column: str, target: int, end: str) -> Callable[[], bool]:
    """True once the figure has passed `target`, or the phase is over (then there is nothing left to kill)."""
    return lambda: machine.figure(column) >= target or machine.figure("state") == end
