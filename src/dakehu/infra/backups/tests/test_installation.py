"""A whole installation of its own, backed up and restored by the commands, on SQLite or PostgreSQL."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import lmdb
import psycopg
import pytest

pytestmark = pytest.mark.database
_URL = os.environ.get("DAKEHU_DATABASE_URL", "")


class Installation:
    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("DAKEHU_")},
            "DAKEHU_HOME": str(home),
            "DAKEHU_DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "dakehu.config.settings",
        }

    def run(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "dakehu.config", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def python(self, code: str) -> str:
        return self.run("shell", "--no-imports", "-c", code).strip()

    def units(self) -> str:
        return self.python("from dakehu.organisation.models import OrgUnit as U; print(U.objects.count())")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    if not _URL:
        yield Installation(tmp_path, "")
        return
    name = f"backup_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(_URL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield Installation(tmp_path, f"{_URL.rpartition('/')[0]}/{name}")
    finally:
        with psycopg.connect(_URL, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


_OPEN_UNIT = (
    "from dakehu.organisation.models import OrgUnit; from dakehu.infra.access.api import SYSTEM;"
    "from dakehu.organisation.services.units import unit_create;"
    "unit_create(actor=SYSTEM, parent_id=OrgUnit.objects.get(path='0001').pk, name='{}')"
)


@pytest.mark.req("KAM-11")
def test_a_backup_brings_everything_back(installation: Installation) -> None:
    home = installation.home
    installation.run("setup")
    installation.python(_OPEN_UNIT.format("甲市"))
    upload = home / "files" / "ab" / "cd"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"contract")
    with lmdb.open(str(home / "services.lmdb"), subdir=False) as services:
        with services.begin(write=True) as transaction:
            transaction.put(b"8001", b"forward")
        said = installation.run("backup")  # while somebody has it open
    assert "proof: restored" in said
    archive = next((home / "backups").glob("*.tar.gz"))
    assert archive.stat().st_mode & 0o077 == 0

    installation.python(_OPEN_UNIT.format("乙市"))
    upload.write_bytes(b"overwritten")
    (home / "files" / "late").write_bytes(b"x")
    (home / "services.lmdb").unlink()
    assert installation.units() == "3"

    told = installation.run("restore", "--check")
    assert "1 writes since then will be gone" in told
    assert installation.units() == "3"
    installation.run("restore", "--yes")
    assert installation.units() == "2"
    assert upload.read_bytes() == b"contract"
    assert not (home / "files" / "late").exists()
    with (
        lmdb.open(str(home / "services.lmdb"), subdir=False) as services,
        services.begin() as transaction,
    ):
        assert transaction.get(b"8001") == b"forward"
    aside = next(home.glob("before-restore-*"))
    assert (aside / "files" / "late").read_bytes() == b"x"
    assert (home / "directory.lmdb").exists()
    assert "backup.restore" in installation.python(
        "from dakehu.infra.audit.models import AuditEntry as E;"
        "print(list(E.objects.values_list('action', flat=True)))"
    )
    assert not list(home.glob("restoring-*"))

    with (home / "running.lock").open("w") as held:  # as each program holds it
        fcntl.flock(held, fcntl.LOCK_SH)
        assert "正在运行" in installation.run("restore", "--yes", status=1)
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 0xFF
    archive.write_bytes(content)
    assert "已损坏" in installation.run("restore", "--yes", status=1)
    assert installation.units() == "2"
