"""Services set by feature code: kept, reported, overtaken, refused, and killed between any two steps."""

from __future__ import annotations

import asyncio
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from dakehu.numbering.domain.services import NO_SERVICES, Services, ServicesChange, next_version
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import DirectoryWriter, LineEntry, MemoryView, UpsertLine
from dakehu.switch.media.tests.peer import Peer, offer_of
from dakehu.switch.records import SpoolReader
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.runtime.services import KeptServices
from dakehu.switch.runtime.tests.harness import Phone, phone, running
from dakehu.switch.runtime.tests.test_announcements import media
from dakehu.switch.sip import Response
from dakehu.switch.sip.sdp import Sdp

NUMBER = office.ANNA.public_number
FORWARDED = Services(forward_always="8002")
ABSENT = Services(absent=True)


def reported(home: Path) -> list[ServicesChange]:
    """What the records are told of services."""
    changes = SpoolReader(home / "spool").read_changes().changes
    return [change for change in changes if isinstance(change, ServicesChange)]


@contextmanager
def kept_in(
    home: Path, now_ms: int = 1000, lines: Iterable[LineEntry] = office.LINES
) -> Iterator[tuple[KeptServices, DirectoryWriter, list[ServicesChange]]]:
    """The services of a process, its directory, and what it reported."""
    reported: list[ServicesChange] = []
    with DirectoryWriter(home / "directory.lmdb") as writer:
        writer.rebuild(lambda: lines)
        kept = KeptServices(home / "services.lmdb", writer.reader(), reported.append, lambda: now_ms)
        try:
            yield kept, writer, reported
        finally:
            kept.close()


async def keep(kept: KeptServices, services: Services) -> bool:
    """Set the services; whether the disk took them."""
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    kept.keep(NUMBER, services, answer.set_result)
    return await answer


def seen(kept: KeptServices, entry: LineEntry = office.ANNA) -> Services:
    """What a call sees of the line."""
    line = kept.over(MemoryView([entry])).line(entry.public_number)
    assert line is not None
    return line.has


def test_a_version_is_above_all_that_its_maker_knew() -> None:
    assert next_version(1000) == 1000
    assert next_version(1000, 400, 7) == 1000
    assert next_version(1000, 2500) == 2501


@pytest.mark.req("CTX-07")
def test_what_the_directory_has_later_counts_and_the_rest_is_overlaid(tmp_path: Path) -> None:
    async def scene() -> None:
        with kept_in(tmp_path, now_ms=1000) as (kept, writer, reported):
            assert await keep(kept, FORWARDED)
            assert reported == [ServicesChange(NUMBER, FORWARDED, 1000, 1000, NO_SERVICES)]
            older = replace(office.ANNA, services_version=999, services=ABSENT)
            same = replace(office.ANNA, services_version=1000, services=ABSENT)
            assert (seen(kept, older), seen(kept, same)) == (FORWARDED, ABSENT)
            writer.publish([UpsertLine(older)])
            kept.drop_known()
            assert len(kept) == 1
            writer.publish([UpsertLine(same)])
            kept.drop_known()
            assert len(kept) == 0
        with kept_in(tmp_path) as (kept, _writer, _reported):
            assert len(kept) == 0, "it is gone from the disk too"

    asyncio.run(scene())


def test_a_telephones_change_is_later_than_a_page_whose_clock_is_ahead(tmp_path: Path) -> None:
    ahead = replace(office.ANNA, services_version=5000, services=ABSENT)

    async def scene() -> None:
        with kept_in(tmp_path, now_ms=1000, lines=[ahead]) as (kept, _writer, reported):
            assert await keep(kept, FORWARDED)
            assert await keep(kept, NO_SERVICES)
            assert [change.version for change in reported] == [5001, 5002]
            assert [change.base for change in reported] == [ABSENT, FORWARDED]
            assert seen(kept, ahead) == NO_SERVICES

    asyncio.run(scene())


def test_a_new_line_on_the_number_is_not_forwarded_by_the_old_ones_subscriber(tmp_path: Path) -> None:
    async def scene() -> None:
        with kept_in(tmp_path, now_ms=1000) as (kept, writer, _reported):
            assert await keep(kept, FORWARDED)
            opened_later = replace(office.ANNA, services_version=2000)
            assert seen(kept, opened_later) == NO_SERVICES
            writer.rebuild(list)
            kept.drop_known()
            assert len(kept) == 1, "a directory that was lost will be built again"
        with kept_in(tmp_path, now_ms=1000 + 25 * 3600 * 1000, lines=()) as (kept, _writer, reported):
            kept.report_again()
            assert (len(kept), reported) == (0, [])
            await asyncio.sleep(0)

    asyncio.run(scene())


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from dakehu.numbering.domain.services import Services
from dakehu.switch.directory import DirectoryReader
from dakehu.switch.records import SpoolWriter
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.runtime.services import KeptServices

home, step, number = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    spool = SpoolWriter(home / "spool")
    directory = DirectoryReader.open(home / "directory.lmdb")
    report = die if step == "reported" else spool.services_changed
    kept = KeptServices(home / "services.lmdb", directory, report, lambda: 1000)
    kept.keep(number, Services(forward_always="8002"), die)
    if step == "written":
        die()
    await asyncio.sleep(10)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("step", "is_kept", "frames"), [("written", False, 0), ("reported", True, 0), ("told", True, 1)]
)
def test_kill_9_between_the_steps(tmp_path: Path, step: str, is_kept: bool, frames: int) -> None:
    """Before the disk has it nobody was told; afterwards it holds, and the records will hear of it."""
    with DirectoryWriter(tmp_path / "directory.lmdb") as writer:
        writer.rebuild(lambda: office.LINES)
    command = [sys.executable, "-c", KILLED, str(tmp_path), step, NUMBER]
    assert subprocess.run(command, check=False, timeout=30).returncode == -signal.SIGKILL
    spool = SpoolReader(tmp_path / "spool")
    assert len(spool.read_changes().changes) == frames

    async def again() -> None:
        async with running(tmp_path):
            pass

    asyncio.run(again())
    changes = spool.read_changes().changes
    assert len(changes) == frames + is_kept
    assert set(changes) == (
        {ServicesChange(NUMBER, FORWARDED, 1000, 1000, NO_SERVICES)} if is_kept else set()
    )


def test_services_kept_before_there_were_versions_are_taken_over(tmp_path: Path) -> None:
    import lmdb
    import msgspec

    environment = lmdb.open(str(tmp_path / "services.lmdb"), subdir=False)
    with environment.begin(write=True) as transaction:
        transaction.put(NUMBER.encode(), msgspec.msgpack.encode(FORWARDED))
    environment.close()

    async def scene() -> None:
        with kept_in(tmp_path, now_ms=1000) as (kept, _writer, reported):
            kept.report_again()
            assert reported == [ServicesChange(NUMBER, FORWARDED, 1000, 1000)]

    asyncio.run(scene())


@pytest.fixture
def full_disk() -> Iterator[Callable[[bool], None]]:
    """A switch: while it is on, no file takes anything beyond its first page."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def turn(on: bool) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096 if on else before[0], before[1]))

    yield turn
    turn(on=False)
    signal.signal(signal.SIGXFSZ, handler)


async def told(telephone: Phone, code: str) -> int:
    """Dial a feature code; how many packets the answer has. A confirmation is short, a refusal long."""
    with Peer() as ear:
        answer = await telephone.invite(code, offer_of(ear.port).encode())
        assert answer.status == 200
        telephone.established(answer)
        ear.calls(Sdp.parse(answer.body))
        telephone.answer(await telephone.receive("BYE"), 200)
        return len(ear.packets)


@pytest.mark.req("CTX-07")
def test_a_disk_that_refuses_is_told_and_changes_nothing(
    tmp_path: Path, full_disk: Callable[[bool], None]
) -> None:
    async def scene() -> None:
        async with (
            running(tmp_path, media=media(tmp_path)) as server,
            phone(office.ANNA, server) as anna,
        ):
            confirmed = await told(anna, "*56%23")
            full_disk(True)
            refused = await told(anna, "*57*8002%23")
            full_disk(False)
            assert refused > confirmed + 20
            assert await told(anna, "*50%23") <= confirmed + 10
            await asyncio.wait_for(server._calls.idle.wait(), 5)
        kept = [change.services for change in reported(tmp_path)]
        assert kept == [
            Services(do_not_disturb=True),
            Services(do_not_disturb=True, absent=True),
        ], "the refused forwarding is not in what was set later"

    asyncio.run(scene())


def test_two_codes_at_once_keep_their_order(tmp_path: Path) -> None:
    """Two codes dialled one after the other both count, though one transaction may write them."""

    async def scene() -> None:
        with kept_in(tmp_path) as (kept, _writer, reported):
            answers = await asyncio.gather(keep(kept, FORWARDED), keep(kept, ABSENT))
            assert all(answers)
            assert [change.services for change in reported] == [FORWARDED, ABSENT]
            assert reported[0].version < reported[1].version
            assert seen(kept) == ABSENT

    asyncio.run(scene())


@asynccontextmanager
async def slow_disk(tmp_path: Path) -> AsyncIterator[tuple[VoiceServer, Phone, asyncio.Task[Response]]]:
    """Anna has dialled a feature code, and the disk lets her wait half a second."""
    async with running(tmp_path) as server, phone(office.ANNA, server) as anna:
        server._services._executor.submit(time.sleep, 0.5)
        yield server, anna, asyncio.create_task(anna.invite("*56%23"))


def test_calls_go_on_while_a_feature_code_waits_for_the_disk(tmp_path: Path) -> None:
    async def scene() -> None:
        async with slow_disk(tmp_path) as (server, anna, dialling), phone(office.BO, server) as bo:
            assert not dialling.done(), "another telephone has signed in meanwhile"
            answer = await dialling
            assert answer.status == 200
            anna.established(answer)
            anna.answer(await anna.receive("BYE"), 200)
            assert bo.port

    asyncio.run(scene())


def test_a_code_that_is_cancelled_while_the_disk_writes_is_answered_all_the_same(tmp_path: Path) -> None:
    """It is carried out, so the CANCEL came too late (RFC 3261 section 9.1)."""

    async def scene() -> None:
        async with slow_disk(tmp_path) as (server, anna, dialling):
            await asyncio.sleep(0.1)
            anna.cancel()
            assert (await dialling).status == 200  # the CANCEL's own
            answer = await anna.receive(200)
            anna.established(answer)
            anna.answer(await anna.receive("BYE"), 200)
            await asyncio.wait_for(server._calls.idle.wait(), 5)

    asyncio.run(scene())


def test_a_process_that_stops_while_the_disk_writes_owes_no_answer(tmp_path: Path) -> None:
    async def scene() -> None:
        async with slow_disk(tmp_path) as (server, _anna, dialling):
            await asyncio.sleep(0.1)
            await server.stop()
            assert (await dialling).status == 487

    asyncio.run(scene())
    assert [change.services for change in reported(tmp_path)] == []

    async def again() -> None:
        async with running(tmp_path):
            pass

    asyncio.run(again())
    (change,) = reported(tmp_path)
    assert change.services == Services(do_not_disturb=True), "it had reached the disk, so it is reported"
