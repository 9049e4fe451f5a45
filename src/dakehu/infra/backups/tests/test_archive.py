"""Schedule and retention as tables; archives that are damaged or lie."""

from __future__ import annotations

import io
import tarfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.infra.backups.archive import MANIFEST, Entry, Manifest, Writer, unpack
from dakehu.infra.backups.domain.schedule import Retention, kept, last_due
from dakehu.infra.backups.errors import BackupBroken
from dakehu.kernel.clock import cst


@pytest.mark.parametrize(
    ("at", "hour", "every", "due"),
    [
        (cst(2026, 11, 26, 3), 2, 24, cst(2026, 11, 26, 2)),
        (cst(2026, 11, 26, 1, 59), 2, 24, cst(2026, 11, 25, 2)),
        (cst(2026, 11, 26, 2), 2, 24, cst(2026, 11, 26, 2)),
        (cst(2026, 11, 26, 15), 2, 6, cst(2026, 11, 26, 14)),
        (cst(2026, 11, 26, 1), 2, 6, cst(2026, 11, 25, 20)),
        (cst(2026, 11, 26, 1), 0, 1, cst(2026, 11, 26, 1)),
    ],
)
def test_when_a_backup_is_due(at: datetime, hour: int, every: int, due: datetime) -> None:
    assert last_due(at, hour=hour, every_hours=every) == due


@given(st.integers(0, 400), st.sampled_from([1, 3, 12, 24, 48, 168]))
def test_what_is_due_is_past_and_not_older_than_the_interval(hours: int, every: int) -> None:
    at = cst(2026, 1, 1) + timedelta(hours=hours, minutes=7)
    due = last_due(at, hour=2, every_hours=every)
    assert at - timedelta(hours=max(every, 24)) <= due <= at


def test_retention_keeps_the_last_of_days_weeks_and_months() -> None:
    made = [cst(2026, 11, 26, hour) - timedelta(days=day) for day in range(70) for hour in (2, 14)]
    chosen = kept(made, Retention(days=3, weeks=2, months=3))
    assert sorted(chosen) == [
        cst(2026, 9, 30, 14),  # the last of September
        cst(2026, 10, 31, 14),  # of October
        cst(2026, 11, 22, 14),  # of the week before, a Sunday
        cst(2026, 11, 24, 14),
        cst(2026, 11, 25, 14),
        cst(2026, 11, 26, 2),  # of the last 24 hours
        cst(2026, 11, 26, 14),
    ]
    assert kept(made[:1], Retention(0, 0, 0)) == {made[0]}
    assert kept([], Retention(7, 5, 12)) == set()


def _archive(path: Path, files: dict[str, bytes], *, lie: str = "") -> Path:
    folder = path.with_suffix(".d")
    folder.mkdir()
    with path.open("wb") as stream:
        writer = Writer(stream, lambda _count: None)
        for number, (name, content) in enumerate(files.items()):
            source = folder / str(number)
            source.write_bytes(content)
            writer.add(source, name)
        if lie:
            writer.entries.append(Entry(lie, 0, ""))
        writer.close(Manifest("2026-11-26T00:00:00+00:00", "SQLite", "1", 0, writer.entries))
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    files = {"files/ab/1": b"x" * 100_000, "lake/月.parquet": b"", "big": bytes(17 * 2**20)}
    archive = _archive(tmp_path / "a.tar.gz", files)
    manifest = unpack(archive, lambda name: tmp_path / "out" / name, lambda _count: None)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in files} == files
    assert [entry.name for entry in manifest.entries] == list(files)


def test_a_file_that_is_gone_meanwhile_is_passed_over(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as stream:
        writer = Writer(stream, lambda _count: None)
        writer.add(tmp_path / "never", "never")
        writer.close(Manifest("2026-11-26T00:00:00+00:00", "SQLite", "1", 0, writer.entries))
    assert unpack(tmp_path / "a", lambda _name: None, lambda _count: None).entries == []


@pytest.mark.parametrize("at", [0.05, 0.3, 0.6, 0.9])
def test_a_changed_byte_is_found(tmp_path: Path, at: float) -> None:
    noise = bytes(number * 7919 % 251 for number in range(50_000))
    archive = _archive(tmp_path / "a.tar.gz", {"one": noise, "two": noise[::-1]})
    content = bytearray(archive.read_bytes())
    content[int(len(content) * at)] ^= 0x55
    archive.write_bytes(content)
    with pytest.raises(BackupBroken):
        unpack(archive, lambda _name: None, lambda _count: None)


def test_a_cut_archive_and_a_missing_file_are_found(tmp_path: Path) -> None:
    archive = _archive(tmp_path / "a.tar.gz", {"one": b"1" * 5000})
    archive.write_bytes(archive.read_bytes()[:-60])
    with pytest.raises(BackupBroken):
        unpack(archive, lambda _name: None, lambda _count: None)
    with pytest.raises(BackupBroken) as raised:
        unpack(_archive(tmp_path / "b.tar.gz", {"one": b"1"}, lie="two"), lambda _n: None, lambda _c: None)
    assert raised.value.data["fault"] == "two"


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "evil.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for each, content in ((name, b"x"), (MANIFEST, b"{}")):
            info = tarfile.TarInfo(each)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    with pytest.raises(BackupBroken):
        unpack(archive, lambda each: tmp_path / "in" / each, lambda _count: None)
    assert not (tmp_path / "outside").exists()
