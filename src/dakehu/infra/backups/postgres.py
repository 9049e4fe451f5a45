"""PostgreSQL by its own tools: pg_dump, pg_restore and psql, the newest installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, connections
from psycopg import sql

from dakehu.infra.backups.errors import BackupBroken, DatabaseToolFailed

_HOURS = 6 * 3600
_ELSEWHERE = Path("/usr/lib/postgresql")


class Postgres:
    kind = "PostgreSQL"
    member = "database.dump"

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._name = str(settings["NAME"])
        given = {key: str(settings.get(key) or "") for key in ("HOST", "PORT", "USER", "PASSWORD")}
        self._environment = {f"PG{key}": value for key, value in given.items() if value}

    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])

    def snapshot(self, target: Path, step: Callable[[int, int], None]) -> None:
        self._run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", self._name
        )
        step(1, 1)

    def prove(self, snapshot: Path) -> str:
        """In a scratch database; where none may be made, the dump is read through to its end."""
        scratch = f"dakehu_proof_{uuid.uuid4().hex[:12]}"
        try:
            self._administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(scratch)))
        except psycopg.errors.InsufficientPrivilege:
            self._restore_tool(snapshot, "--file=/dev/null")
            return "read"
        try:
            self._restore_tool(snapshot, f"--dbname={scratch}")
            with self._connect(scratch) as checked:
                if not checked.execute("SELECT count(*) FROM django_migrations").fetchone():
                    raise BackupBroken(name=snapshot.name, fault="no migrations")
        finally:
            self._administer(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(scratch))
            )
        return "restored"

    def in_use(self) -> str:
        """Other programs' connections; our own ones are closed first."""
        connections.close_all()
        _close_pool()
        with self._connect(self._name) as alone:
            row = alone.execute(
                "SELECT count(*), string_agg(DISTINCT coalesce(host(client_addr), 'local'), ', ') "
                "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            ).fetchone()
        return f"{row[0]} × {row[1]}" if row and row[0] else ""

    def restore(self, snapshot: Path, aside: Path) -> None:
        """In one transaction: either everything is as in the snapshot, or nothing has changed."""
        self.snapshot(aside / self.member, lambda _done, _all: None)
        script = snapshot.with_suffix(".sql")
        try:
            with script.open("wb") as file:
                file.write(b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n")
                file.flush()
                self._run(
                    "pg_restore",
                    "--no-owner",
                    "--no-privileges",
                    "--file=-",
                    str(snapshot),
                    stdout=file.fileno(),
                )
            self._run(
                "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
                f"--dbname={self._name}", f"--file={script}",
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        finally:
            script.unlink(missing_ok=True)

    def _restore_tool(self, snapshot: Path, where: str) -> None:
        try:
            self._run("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", where, str(snapshot))
        except DatabaseToolFailed as failed:
            raise BackupBroken(name=snapshot.name, fault=str(failed.data["fault"])) from None

    def _administer(self, statement: sql.Composed) -> None:
        with self._connect(self._name, autocommit=True) as server:
            server.execute(statement)

    def _connect(self, name: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
        environment = self._environment
        return psycopg.connect(
            dbname=name,
            host=environment.get("PGHOST"),
            port=environment.get("PGPORT"),
            user=environment.get("PGUSER"),
            password=environment.get("PGPASSWORD"),
            autocommit=autocommit,
            connect_timeout=10,
        )

    def _run(self, tool: str, *arguments: str, stdout: int | None = None) -> None:
        try:
            subprocess.run(  # noqa: S603 - PostgreSQL's own tools, arguments of our making
                [_tool(tool), *arguments],
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.PIPE,
                check=True,
                timeout=_HOURS,
            )
        except subprocess.CalledProcessError as failed:
            fault = failed.stderr.decode(errors="replace").strip()[-300:]
            raise DatabaseToolFailed(tool=tool, fault=fault) from None
        except subprocess.TimeoutExpired:
            raise DatabaseToolFailed(tool=tool, fault=f"> {_HOURS} s") from None


def _tool(name: str) -> str:
    """The newest installed: pg_dump must not be older than the server."""
    versions = sorted(_ELSEWHERE.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]), reverse=True)
    found = str(versions[0]) if versions else shutil.which(name)
    if found is None:
        raise DatabaseToolFailed(tool=name, fault="not installed")
    return found


def _close_pool() -> None:
    """Django keeps its pool's connections open beyond `close`."""
    with suppress(AttributeError):
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone
