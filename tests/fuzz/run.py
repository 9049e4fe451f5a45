"""Rounds of damage: each has a random source made of seed, target and number, so that it can come again."""

from __future__ import annotations

import asyncio
import gc
import itertools
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from dakehu.switch.callcontrol import CallTimings
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.runtime import SourceLimits, VoiceServer
from dakehu.switch.runtime.tests.ending import rests
from dakehu.switch.runtime.tests.harness import running
from dakehu.switch.sip import Binding, TimerPolicy, Timings
from tests.fuzz import targets
from tests.fuzz.telephones import Madhouse

MOST_GROWTH_MB = 48
"""Resident memory that may be added after the first fifth of a run: caches are full by then."""
_CHECKED_EVERY = 64


class Found(Exception):
    """A fault, and in which round."""


class Memory:
    """Watches that it does not grow once the run is warm."""

    def __init__(self) -> None:
        self._base: float | None = None

    def look(self, part: float) -> None:
        """`part` of the run is over; raises `Found`."""
        if part < 0.2:
            return
        used = resident_mb()
        if self._base is None:
            gc.collect()
            self._base = resident_mb()
        elif used > self._base + MOST_GROWTH_MB:
            gc.collect()
            if resident_mb() > self._base + MOST_GROWTH_MB:
                raise Found(f"memory grew from {self._base:.0f} to {resident_mb():.0f} MB")


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _parts(rounds: int | None, seconds: float) -> Iterator[tuple[int, float]]:
    """Number of the round and how much of the run is over, until it is."""
    start = time.monotonic()
    for number in itertools.count():
        part = number / rounds if rounds is not None else (time.monotonic() - start) / seconds
        if part >= 1.0:
            return
        yield number, part


def _each(
    name: str, one: Callable[[Random], None], seed: int, rounds: int | None, seconds: float
) -> Iterator[int]:
    """Does the rounds, and gives how many are done after each."""
    memory = Memory()
    for number, part in _parts(rounds, seconds):
        try:
            one(Random(f"{name} {seed} {number}"))
        except Exception as fault:
            raise Found(f"round {number}: {fault!r}") from fault
        if number % _CHECKED_EVERY == 0:
            memory.look(part)
        yield number + 1


def _simple(name: str, one: Callable[[Random], None], seed: int, rounds: int | None, seconds: float) -> int:
    return max(_each(name, one, seed, rounds, seconds), default=0)


def _stack(seed: int, rounds: int | None, seconds: float) -> int:
    target = targets.StackTarget()
    done = _simple("stack", target, seed, rounds, seconds)
    try:
        target.settle()
    except AssertionError as fault:
        raise Found(str(fault)) from fault
    return done


def _websocket(seed: int, rounds: int | None, seconds: float) -> int:
    async def all_rounds() -> int:
        done = 0
        for done in _each("websocket", targets.websocket, seed, rounds, seconds):
            if done % _CHECKED_EVERY == 0:
                await asyncio.sleep(0)  # a loop that never turns keeps every timer that was cancelled
        return done

    return asyncio.run(all_rounds())


def _server(seed: int, rounds: int | None, seconds: float) -> int:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_mad_server(Path(folder), seed, rounds, seconds))


async def _mad_server(home: Path, seed: int, rounds: int | None, seconds: float) -> int:
    random, memory, done = Random(f"server {seed}"), Memory(), 0
    async with running(
        home,
        trust_udp_flows=True,
        sip=Timings(t1=0.005, t2=0.02, t4=0.02, least_d=0.3),
        calls=CallTimings(no_answer_s=0.5, settle_s=0.5, probe_s=0.3, silent_s=0.2),
        session_timers=TimerPolicy(interval_s=1, least_s=1),
        sources=SourceLimits(0.0, 0.0),
        media=MediaConfig(home, first_port=28_000, last_port=28_999, builds_prompts=False),
    ) as server:
        house = Madhouse(server, (office.ANNA, office.BO, office.DESK), random)
        for mad in house.telephones:
            binding = Binding(mad.contact, 2e9 * 2, "c", 1, flow=mad.place)
            server._bindings.save(mad.line.sip_username, [binding], lambda: None)
        for number, part in _parts(rounds, seconds):
            try:
                await house.round()
            except Exception as fault:
                raise Found(f"round {number}: {fault!r}") from fault
            if number % _CHECKED_EVERY == 0:
                await asyncio.sleep(0.002)
                memory.look(part)
            done = number + 1
        await _ends(server)
    return done


async def _ends(server: VoiceServer) -> None:
    """With nobody answering any more every call comes to its end, and with time every transaction."""
    server.hang_up()
    try:
        await rests(server)
    except AssertionError as fault:
        raise Found(str(fault)) from fault


_RUNS: dict[str, Callable[[int, int | None, float], int]] = {
    "parser": lambda seed, rounds, seconds: _simple("parser", targets.parser, seed, rounds, seconds),
    "framer": lambda seed, rounds, seconds: _simple("framer", targets.framer, seed, rounds, seconds),
    "stun": lambda seed, rounds, seconds: _simple("stun", targets.stun, seed, rounds, seconds),
    "websocket": _websocket,
    "stack": _stack,
    "server": _server,
}
TARGETS = tuple(_RUNS)


def fuzz(name: str, seed: int, *, rounds: int | None = None, seconds: float = 1.0) -> str:
    """Run one target for so many rounds, or seconds; what was done. Raises `Found`."""
    start = time.monotonic()
    done = _RUNS[name](seed, rounds, seconds)
    return f"{done} rounds in {time.monotonic() - start:.0f} s, {resident_mb():.0f} MB"
