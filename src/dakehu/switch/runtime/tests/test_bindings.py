"""Registrations and wishes that several voice processes share: the others are real processes here."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from dakehu.switch.callcontrol import WishKind
from dakehu.switch.runtime.bindings import Bindings
from dakehu.switch.sip import Binding, Endpoint, Transport
from dakehu.switch.wishes import Kept, Wishes

PHONE = Endpoint(Transport.UDP, "192.0.2.7", 5062)


def binding(contact: str, cseq: int = 1, life: float = 600.0, flow: Endpoint | None = PHONE) -> Binding:
    return Binding(contact, time.time() + life, "c1", cseq, flow=flow)


async def saved(bindings: Bindings, username: str, *wanted: Binding) -> None:
    done = asyncio.Event()
    bindings.save(username, wanted, done.set)
    await asyncio.wait_for(done.wait(), 5)


@contextmanager
def opened(path: Path) -> Iterator[Bindings]:
    bindings = Bindings(path, time.time())
    yield bindings
    bindings.close()


def other(program: str, *arguments: str) -> str:
    """Run a piece of this module in another process; what it prints."""
    call = f"from {__name__} import *; {program}"
    command: Sequence[str] = [sys.executable, "-c", call, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def register_many(path: str, contact: str, count: int) -> None:
    """For another process."""
    with opened(Path(path)) as bindings:
        for number in range(count):
            await saved(bindings, f"line{number % 10}", binding(f"{contact}{number}"))


def elsewhere(path: Path, contact: str, count: int = 1) -> None:
    other(f"asyncio.run(register_many({str(path)!r}, {contact!r}, {count}))")


@pytest.mark.parametrize("count", [1, 30])
def test_what_another_process_registers_is_known_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """By the notes, and (more than those reach back) by reading all anew."""
    monkeypatch.setattr("dakehu.switch.runtime.bindings._NOTES", 10)
    path = tmp_path / "bindings.lmdb"
    with opened(path) as bindings:
        assert bindings.live("line0", time.time()) == ()
        elsewhere(path, "sip:there", count)
        (found,) = bindings.live("line0", time.time())
        assert found.contact == f"sip:there{(count - 1) // 10 * 10}"
        assert bindings.is_known(PHONE)
        assert len(bindings) == min(10, count)


def test_two_processes_each_with_a_telephone_of_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bindings.lmdb"

    async def scene() -> None:
        with opened(path) as bindings:
            here = binding("sip:here")
            bindings.save("line0", [here], lambda: None)  # decided, not written yet
            await asyncio.to_thread(elsewhere, path, "sip:there")
            await saved(bindings, "line0", here)
            assert {each.contact for each in bindings.of("line0")} == {"sip:here", "sip:there0"}
            kept = [each for each in bindings.of("line0") if each.contact != "sip:here"]
            await saved(bindings, "line0", *kept)
            assert [each.contact for each in bindings.of("line0")] == ["sip:there0"]

    asyncio.run(scene())


def test_a_connection_is_of_use_to_the_process_that_has_it(tmp_path: Path) -> None:
    path = tmp_path / "bindings.lmdb"

    async def scene() -> None:
        with opened(path) as bindings:
            tcp, tls = (Endpoint(kind, "192.0.2.7", 5062, flow=9) for kind in (Transport.TCP, Transport.TLS))
            await saved(bindings, "a", binding("sip:tcp", flow=tcp), binding("sip:tls", flow=tls))
            assert [each.flow for each in bindings.of("a")] == [tcp, tls]
            text = await asyncio.to_thread(other, f"show({str(path)!r}, 'a')")
            assert text == "[('sip:tcp', None)]"

    asyncio.run(scene())


def show(path: str, username: str) -> None:
    """For another process."""
    with opened(Path(path)) as bindings:
        print([(each.contact, each.flow) for each in bindings.of(username)])


def claim(path: str) -> None:
    """For another process: take what is due."""
    wishes = Wishes(Path(path))
    for kept in wishes.due(5000):
        print(wishes.renew(kept, None))
    wishes.put(Kept(WishKind.ALARM, "2", 9000))
    wishes.close()


def test_a_wish_is_due_for_one_process(tmp_path: Path) -> None:
    path = tmp_path / "wishes.lmdb"
    wishes = Wishes(path)
    wishes.put(Kept(WishKind.ALARM, "1", 3000))
    (kept,) = wishes.due(5000)
    assert other(f"claim({str(path)!r})") == "True"
    assert not wishes.renew(kept, None)
    assert not wishes.of("1")
    assert [each.number for each in wishes.due(9000)] == ["2"]
    wishes.close()
