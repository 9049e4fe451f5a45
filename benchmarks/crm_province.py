"""A province of any size for `crm`: the demonstration's, and beside it what grows with the years.

`dakehu demo` makes organisation, people, customers with search words and ownership, and the lake. Added here,
in proportion to the accounts: three contacts each, two years of billed revenue (some twenty rows), a period of
grade, logged visits, entries on the named-account list. It is kept, by database and size, until migrations,
the demonstration or this file change; what writes works on a copy (`copied`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "bench"


@dataclass(frozen=True, slots=True)
class Province:
    """Where one stands: its home folder and, on PostgreSQL, its database's address."""

    home: Path
    url: str = ""

    @property
    def database(self) -> str:
        return "PostgreSQL" if self.url else "SQLite"

    @property
    def environment(self) -> dict[str, str]:
        added = {"DAKEHU_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "dakehu.config.settings"}
        added |= {"DAKEHU_DATABASE_URL": self.url} if self.url else {}
        return {**os.environ, **added}

    def run(self, *command: str) -> None:
        """A program of this folder's Python against the province; it tells of its work on stderr."""
        self._run(command, sys.stderr)

    def shown(self, *command: str) -> None:
        """The same for a program that prints figures."""
        sys.stdout.flush()
        self._run(command, None)

    def lines(self, *command: str) -> list[str]:
        """What such a program prints."""
        return self._run(command, subprocess.PIPE).stdout.splitlines()

    def _run(self, command: Sequence[str], out: Any) -> subprocess.CompletedProcess[str]:
        whole = [sys.executable, *command]
        return subprocess.run(whole, env=self.environment, cwd=ROOT, check=True, stdout=out, text=True)


def province(accounts: int, kept: Path) -> Province:
    """The province of that size, built first if need be."""
    url = os.environ.get("DAKEHU_DATABASE_URL", "")
    home = kept / f"{'postgresql' if url else 'sqlite'}-{accounts}"
    found = Province(home.resolve(), _beside(url, f"dakehu_crm_{accounts}") if url else "")
    marker = home / "built.txt"
    if not marker.exists() or marker.read_text() != fingerprint():
        _build(found, accounts)
        marker.write_text(fingerprint())
    return found


def fingerprint() -> str:
    """Changes when the tables or what fills them do."""
    digest = hashlib.sha256()
    source = ROOT / "src" / "dakehu"
    paths = [*source.rglob("migrations/*.py"), *(source / "config" / "demo").glob("*.py")]
    for path in [*sorted(paths), Path(__file__).with_name("crm_years.py")]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _build(made: Province, accounts: int) -> None:
    print(f"building {accounts:,} accounts in {made.home} …", file=sys.stderr)
    shutil.rmtree(made.home, ignore_errors=True)
    made.home.mkdir(parents=True)
    if made.url:
        _in_server(made.url, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", "CREATE DATABASE {name}")
    began = time.monotonic()
    made.run("-m", "dakehu.config", "setup")
    made.run("-m", "dakehu.config", "demo", "--accounts", str(accounts))
    made.run("-m", "benchmarks.crm_years")
    print(f"built in {time.monotonic() - began:.0f} s", file=sys.stderr)


@contextmanager
def copied(origin: Province) -> Iterator[Province]:
    """A copy to write in, gone afterwards. The lake and the files are left out: nothing here writes them."""
    home = origin.home.with_name(f"{origin.home.name}-copy")
    copy = Province(home, _beside(origin.url, f"{_name(origin.url)}_copy") if origin.url else "")
    _forget(copy)
    home.mkdir()
    for path in origin.home.iterdir():
        if path.is_file() and path.name != "built.txt":
            shutil.copy2(path, home / path.name)
    if copy.url:
        _in_server(copy.url, f"CREATE DATABASE {{name}} TEMPLATE {_name(origin.url)}")
    try:
        yield copy
    finally:
        _forget(copy)


def _forget(copy: Province) -> None:
    shutil.rmtree(copy.home, ignore_errors=True)
    if copy.url:
        _in_server(copy.url, "DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _in_server(url: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(_beside(url, "postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.format(name=_name(url)).encode())


def _beside(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")
