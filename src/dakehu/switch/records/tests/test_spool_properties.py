"""Cut at any byte, in recovery too, and read at any moment: each answered call has exactly one record."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dakehu.switch.records import START, Cursor, EndCause, SpoolLimits, SpoolReader, SpoolWriter
from dakehu.switch.records.segments import path_of
from dakehu.switch.records.tests.test_spool import all_records, call

Step = tuple[str, int]
SMALL = SpoolLimits(segment_bytes=400, sync_interval_s=0.0)


@pytest.fixture(scope="module", autouse=True)
def _no_power_cuts() -> Iterator[None]:
    """A kill leaves what was written; bringing it to the disk thousands of times proves nothing more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _file: None)
        patch.setattr(os, "fdatasync", lambda _file: None)
        yield


def write(directory: Path, steps: list[Step]) -> None:
    """Answers and ends calls by their number, as often as a history may ask for it and no more."""
    writer = SpoolWriter(directory, SMALL)
    answered: set[int] = set()
    ended: set[int] = set()
    for kind, number in steps:
        if kind == "answer" and number not in answered:
            writer.answered(call(number))
            answered.add(number)
        elif kind == "end" and number not in ended:
            writer.ended(call(number, end_ms=5000))
            answered.add(number)
            ended.add(number)
        elif kind == "checkpoint":
            writer.checkpoint(4000)
    writer.close()


def length(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.glob("*.calls"))


def cut(directory: Path, length: int) -> None:
    """Leave the first `length` bytes of the stream, as if the process had been killed there."""
    for path in sorted(directory.glob("*.calls")):
        size = path.stat().st_size
        if length <= 0:
            path.unlink()
        elif size > length:
            with path.open("rb+") as file:
                file.truncate(length)
        length -= size


def recover(directory: Path) -> None:
    SpoolWriter(directory, SMALL).close()


steps = st.lists(
    st.tuples(st.sampled_from(["answer", "end", "answer", "end", "checkpoint"]), st.integers(0, 6)),
    max_size=25,
)


def test_every_cut_of_one_history(tmp_path: Path) -> None:
    history: list[Step] = [
        ("answer", 1), ("answer", 2), ("end", 1), ("checkpoint", 0), ("end", 3), ("answer", 4), ("end", 4),
        ("answer", 5), ("end", 2),
    ]  # fmt: skip
    write(tmp_path / "whole", history)
    before: Counter[str] = Counter()
    for at in range(length(tmp_path / "whole") + 1):
        directory = tmp_path / "cut"
        shutil.copytree(tmp_path / "whole", directory)
        cut(directory, at)
        committed = Counter(record.record_id for record in all_records(directory))
        recover(directory)
        recover(directory)
        records = all_records(directory)
        found = Counter(record.record_id for record in records)
        assert max(found.values(), default=1) == 1
        assert committed <= found
        assert before <= found
        before = found
        shutil.rmtree(directory)
    assert before == Counter({"r1": 1, "r2": 1, "r3": 1, "r4": 1, "r5": 1})


@settings(max_examples=80, deadline=None)
@given(steps, st.floats(0, 1), st.lists(st.floats(0, 1), max_size=3))
def test_killed_again_in_recovery(
    tmp_path_factory: pytest.TempPathFactory, history: list[Step], first: float, again: list[float]
) -> None:
    directory = tmp_path_factory.mktemp("spool") / "spool"
    write(directory, history)
    cut(directory, round(first * length(directory)))
    whole = SpoolReader(directory).read(START, 1000).records
    shutil.copytree(directory, directory.with_name("once"))
    recover(directory.with_name("once"))
    once = {record.record_id for record in all_records(directory.with_name("once"))}
    for share in again:
        floor = length(directory)
        recover(directory)
        cut(directory, floor + round(share * (length(directory) - floor)))
    recover(directory)
    records = all_records(directory)
    found = Counter(record.record_id for record in records)
    assert found == Counter(dict.fromkeys(once, 1))
    assert tuple(records[: len(whole)]) == whole
    assert all(record.cause is EndCause.INTERRUPTED for record in records[len(whole) :])


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=4), st.lists(st.integers(1, 4), min_size=4, max_size=4))
def test_a_reader_that_deletes_sees_each_record_once(
    tmp_path_factory: pytest.TempPathFactory, histories: list[list[Step]], limits: list[int]
) -> None:
    """Runs of the writer, each left with calls up; between them the reader takes a few and deletes."""
    directory = tmp_path_factory.mktemp("spool")
    reader, cursor = SpoolReader(directory), Cursor(0, 0)
    seen: list[str] = []
    expected: set[str] = set()
    for run, (history, limit) in enumerate(zip(histories, limits, strict=False)):
        write(directory, [(kind, number + 100 * run) for kind, number in history])
        expected |= {f"r{number + 100 * run}" for kind, number in history if kind != "checkpoint"}
        batch = reader.read(cursor, limit)
        seen += [record.record_id for record in batch.records]
        cursor = batch.cursor
        reader.delete_consumed(cursor)
    recover(directory)
    seen += [record.record_id for record in reader.read(cursor, 1000).records]
    assert Counter(seen) == Counter(dict.fromkeys(expected, 1))


@given(st.binary(max_size=300), st.integers(0, 3))
def test_noise_is_never_a_record(tmp_path_factory: pytest.TempPathFactory, noise: bytes, good: int) -> None:
    """Whatever lies behind whole frames, those are read and the rest is cut off."""
    directory = tmp_path_factory.mktemp("spool")
    write(directory, [("end", number) for number in range(good)])
    newest = path_of(directory, max(int(path.stem) for path in directory.glob("*.calls")))
    with newest.open("ab") as file:
        file.write(noise)
    recover(directory)
    assert len(all_records(directory)) == good
