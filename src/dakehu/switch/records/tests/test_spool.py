from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from dakehu.numbering.domain.services import Services, ServicesChange
from dakehu.switch.records import (
    START,
    CallRecord,
    Cursor,
    CursorAhead,
    EndCause,
    Party,
    SpoolBusy,
    SpoolLimits,
    SpoolReader,
    SpoolWriter,
)
from dakehu.switch.records.segments import path_of

SMALL = SpoolLimits(segment_bytes=600, sync_interval_s=0.001)


def call(number: int, *, answer_ms: int = 2000, end_ms: int = 0) -> CallRecord:
    return CallRecord(
        f"r{number}",
        f"c{number}",
        "03512348001",
        70,
        7,
        "8002",
        1000,
        answer_ms=answer_ms,
        end_ms=end_ms,
        cause=EndCause.COMPLETED,
        ended_by=Party.CALLER,
        trace=("CTX-03", "CTX-16"),
    )


def all_records(directory: Path) -> list[CallRecord]:
    reader, cursor = SpoolReader(directory), START
    found: list[CallRecord] = []
    while True:
        batch = reader.read(cursor, 3)
        found += batch.records
        if not batch.records:
            return found
        cursor = batch.cursor


def test_records_come_back_in_order_and_the_cursor_moves(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    for number in range(5):
        writer.answered(call(number))
        writer.ended(call(number, end_ms=3000 + number))
    reader = SpoolReader(tmp_path)
    first = reader.read(START, 2)
    assert [record.record_id for record in first.records] == ["r0", "r1"]
    assert reader.read(START, 2) == first
    second = reader.read(first.cursor, 10)
    assert [record.record_id for record in second.records] == ["r2", "r3", "r4"]
    assert second.records[-1] == call(4, end_ms=3004)
    assert reader.read(second.cursor) == ((), second.cursor)
    assert writer.close()


def test_records_and_changes_of_services_are_read_each_by_its_consumer(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, SMALL)
    changes = [ServicesChange(f"n{number}", Services(absent=True), number, 9000) for number in range(3)]
    for number, change in enumerate(changes):
        writer.services_changed(change)
        writer.answered(call(number))
        writer.ended(call(number, end_ms=3000))
    writer.answered(call(7))
    writer.close()
    reader = SpoolReader(tmp_path)
    first = reader.read_changes(START, 2)
    assert list(first.changes) == changes[:2]
    assert list(reader.read_changes(first.cursor).changes) == changes[2:]
    assert [record.record_id for record in all_records(tmp_path)] == ["r0", "r1", "r2"]
    assert SpoolWriter(tmp_path).interrupted == 1
    assert all_records(tmp_path)[-1].end_ms == 9000, "a change tells that the process lived then"


def test_a_spool_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert SpoolReader(tmp_path / "none").read() == ((), START)


def test_flush_makes_all_durable(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, SpoolLimits(sync_interval_s=60))
    writer.ended(call(1, end_ms=3000))
    before = writer.is_durable
    assert writer.flush()
    assert (before, writer.is_durable) == (False, True)
    writer.close()


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    with pytest.raises(SpoolBusy):
        SpoolWriter(tmp_path)
    writer.close()
    SpoolWriter(tmp_path).close()


def test_segments_are_closed_by_size_and_deleted_when_consumed(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, SMALL)
    writer.answered(call(99))
    for number in range(30):
        writer.ended(call(number, end_ms=3000))
    reader = SpoolReader(tmp_path)
    before = len(list(tmp_path.glob("*.calls")))
    assert before >= 4
    batch = reader.read(START, 100)
    assert [record.record_id for record in batch.records] == [f"r{number}" for number in range(30)]
    assert reader.delete_consumed(START) == 0
    assert reader.delete_consumed(batch.cursor) == before - 2
    writer.close()
    SpoolWriter(tmp_path, SMALL).close()  # the call that was up at the kill is known from a head
    assert [record.record_id for record in reader.read(batch.cursor).records] == ["r99"]


def test_a_cursor_of_another_spool_is_refused(tmp_path: Path) -> None:
    SpoolWriter(tmp_path).close()
    with pytest.raises(CursorAhead):
        SpoolReader(tmp_path).read(Cursor(9, 0))


def test_a_call_up_at_the_crash_ends_at_the_last_moment_known(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    writer.answered(call(1, answer_ms=2000))
    writer.answered(call(2, answer_ms=2500))
    writer.ended(call(2, answer_ms=2500, end_ms=4000))
    writer.checkpoint(34_000)
    writer.close()  # leaves the call up, as a kill does
    writer = SpoolWriter(tmp_path)
    assert writer.interrupted == 1
    writer.close()
    ended, interrupted = all_records(tmp_path)
    assert ended.cause is EndCause.COMPLETED
    assert interrupted == msgspec.structs.replace(
        call(1), end_ms=34_000, cause=EndCause.INTERRUPTED, ended_by=Party.NETWORK
    )
    assert interrupted.talk_ms == 32_000
    SpoolWriter(tmp_path).close()
    assert len(all_records(tmp_path)) == 2


def test_a_call_that_is_killed_right_after_its_answer_was_talked(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    writer.answered(call(1, answer_ms=2000))
    writer.close()
    SpoolWriter(tmp_path).close()
    assert [record.talk_ms for record in all_records(tmp_path)] == [1]


def test_garbage_in_a_closed_segment_costs_only_what_it_covers(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    sizes = []
    for number in range(5):
        writer.ended(call(number, end_ms=3000))
        sizes.append(path_of(tmp_path, 1).stat().st_size)
    writer.close()
    SpoolWriter(tmp_path).close()
    with path_of(tmp_path, 1).open("rb+") as file:
        file.seek(sizes[1] + 20)
        file.write(b"\0" * 10)
    assert [record.record_id for record in all_records(tmp_path)] == ["r0", "r1", "r3", "r4"]


@pytest.fixture
def file_size_limit() -> Iterator[Callable[[int], None]]:
    """A disk that is full at so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_loses_nothing(tmp_path: Path, file_size_limit: Callable[[int], None]) -> None:
    writer = SpoolWriter(tmp_path)
    writer.ended(call(0, end_ms=3000))
    file_size_limit(path_of(tmp_path, 1).stat().st_size + 50)
    writer.ended(call(1, end_ms=3000))
    writer.ended(call(2, end_ms=3000))
    assert writer.waiting == 2
    assert not writer.flush()
    assert [record.record_id for record in all_records(tmp_path)] == ["r0"]
    file_size_limit(resource.RLIM_INFINITY)
    writer.checkpoint(4000)
    assert writer.waiting == 0
    assert writer.close()
    assert [record.record_id for record in all_records(tmp_path)] == ["r0", "r1", "r2"]


WRITES_UNTIL_KILLED = """
import sys
from pathlib import Path
from dakehu.switch.records import SpoolLimits, SpoolWriter
from dakehu.switch.records.tests.test_spool import call
writer = SpoolWriter(Path(sys.argv[1]), SpoolLimits(segment_bytes=4000))
for number in range(int(sys.argv[2]), 10**9):
    writer.answered(call(number))
    print("a", number, flush=True)
    if number % 3:
        writer.ended(call(number - 1, end_ms=3000))
        print("e", number - 1, flush=True)
"""


def test_kill_9_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """What the process said it had written is there once, whenever it was killed."""
    said: list[str] = []
    for start in range(0, 500_000, 100_000):
        with subprocess.Popen(
            [sys.executable, "-c", WRITES_UNTIL_KILLED, str(tmp_path), str(start)],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            said += [process.stdout.readline() for _ in range(50 + start % 37)]
            os.kill(process.pid, signal.SIGKILL)
            said += process.stdout.readlines()
    SpoolWriter(tmp_path).close()
    causes: dict[str, list[EndCause]] = {}
    for record in all_records(tmp_path):
        causes.setdefault(record.record_id, []).append(record.cause)
    assert all(len(found) == 1 for found in causes.values())
    whole = [line.split() for line in said if line.endswith("\n")]
    assert {f"r{number}" for kind, number in whole if kind == "a"} <= causes.keys()
    assert all(causes[f"r{number}"] == [EndCause.COMPLETED] for kind, number in whole if kind == "e")
