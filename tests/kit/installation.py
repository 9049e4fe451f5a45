"""A whole Dakehu with a home, a database and ports of its own, started as its users start it."""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.kit.ports import free_port
from tests.kit.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
_START_S = 120.0


class Installation:
    """`start` runs `dakehu run`; `kill` strikes one of its programs; `rows` asks its database.

    On PostgreSQL (`DAKEHU_DATABASE_URL` of the test run) it makes a database of its own and drops it.
    """

    def __init__(self, home: Path, *, accounts: int = 60) -> None:
        self.home = home
        self.web_port, self.sip_port = free_port(), free_port()
        self.accounts = accounts
        self._process: subprocess.Popen[bytes] | None = None
        self._server = os.environ.get("DAKEHU_DATABASE_URL", "")
        self._name = f"dakehu_e2e_{secrets.token_hex(4)}"
        self.environment = os.environ | {
            "DAKEHU_HOME": str(home),
            "DAKEHU_WEB_PORT": str(self.web_port),
            "DAKEHU_SIP_PORT": str(self.sip_port),
            "DAKEHU_VOICE_SILENT": "1",  # prompts are made by a program that would compete for the processors
            "DJANGO_SETTINGS_MODULE": "dakehu.config.settings",
        }
        if self._server:
            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {self._name}")
            self.environment["DAKEHU_DATABASE_URL"] = self._own_url

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def sip(self) -> str:
        return f"127.0.0.1:{self.sip_port}"

    @property
    def _own_url(self) -> str:
        return f"{self._server.rsplit('/', 1)[0]}/{self._name}"

    def start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "run.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dakehu.config", "run", "--accounts", str(self.accounts)],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_for("the first page", self._answers, patience_s=_START_S)
        wait_for("the telephones' accounts", lambda: "Ctrl-C" in self.log(), patience_s=_START_S)

    def stop(self) -> None:
        """Ctrl-C, and everything must come down by itself."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        self._process.wait(60)
        self._process = None

    def remove(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.stop()
        if self._process is not None:
            self._process.kill()
        if self._server:
            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def pid(self, program: str) -> int:
        """The process id of "web", "worker" or "voice" as it runs now."""
        marks = {"web": "granian", "worker": "worker", "voice": "dakehu.switchd"}

        def look() -> int | None:
            assert self._process is not None
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
            for child in children.split():
                with suppress(OSError):
                    words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
                    if marks[program] in words:
                        return int(child)
            return None

        return wait_for(f"the process {program}", look)

    def kill(self, program: str) -> None:
        """kill -9; the supervisor starts it again."""
        pid = self.pid(program)
        os.kill(pid, signal.SIGKILL)
        wait_for(f"the end of {program}", lambda: not Path(f"/proc/{pid}/cmdline").read_bytes() or None
                 if Path(f"/proc/{pid}").exists() else True)  # fmt: skip

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database says, read beside the running programs. Placeholders are %s."""
        if self._server:
            with psycopg.connect(self._own_url) as connection:
                return connection.execute(query, values).fetchall()
        with closing(sqlite3.connect(f"file:{self.home / 'dakehu.sqlite3'}?mode=ro", uri=True)) as lite:
            return lite.execute(query.replace("%s", "?"), values).fetchall()

    def wait_for_news(self, consumer: str) -> None:
        """Until the worker has delivered to this consumer of the outbox all that has happened so far."""
        due = "SELECT 1 FROM outbox_delivery WHERE consumer = %s AND state = 'due' LIMIT 1"
        wait_for(f"news to reach {consumer}", lambda: not self.rows(due, consumer), patience_s=_START_S)

    def log(self) -> str:
        return (self.home / "run.log").read_text(errors="replace")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"dakehu run ended:\n{self.log()}"
        with suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False
