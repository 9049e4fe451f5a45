"""Whether a voice process stays as it is: minutes of mixed calls, some of which break.

    make bench-soak                                       # 30 minutes, 50 calls/s
    make bench-soak ARGS="--minutes 5 --rate 50"

One voice process of its own on loopback, telephones of one program (`soak_telephones`) on the other side, no
challenge for registered addresses. Of 20 calls 12 are plain, 2 are forwarded, 2 dial a number that is not in
service and hear so, 1 is given up while it rings; of the three others the called telephone's BYE is lost, the
caller never acknowledges, the called telephone vanishes in the talk. Telephones register again all the time.
T1 and the questions to silent telephones are those of the field; a call that broke is noticed by them.

Each minute a line: calls, failures, resident memory, the census of the voice process. The verdict, at the end:

- no good call failed, and each call that was answered has its one record;
- resident memory, median of the last minute, is at most `--growth` MB (8) above that of the minute after
  warming up: five minutes, or half of a run that is shorter than ten;
- when nobody calls any more the census comes to nothing, in the time that transactions and questions take, and
  there are no more file descriptors than before the first call.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.soak_telephones import Exchange
from benchmarks.voice import child, free_port, wait_for_port
from dakehu.switch.records import SpoolReader
from dakehu.switch.runtime.census import Census
from dakehu.switch.runtime.status import read_status

WARM_MINUTES = 5.0
PROBE_S = 30.0
"""How often silent telephones are asked in this run (600 s else), so that what broke ends within it."""
SETTLING_S = 32.0 * 2 + PROBE_S * 2 + 20
_STATUS_S = 2.0


@dataclass
class Watch:
    """Resident memory by the second of the run, in MB."""

    pid: int
    seen: list[tuple[float, float]] = field(default_factory=list)

    def look(self, at_s: float) -> float:
        text = Path(f"/proc/{self.pid}/status").read_text()
        used = int(text.partition("VmRSS:")[2].split()[0]) / 1024
        self.seen.append((at_s, used))
        return used

    def median(self, from_s: float, to_s: float) -> float:
        return statistics.median(used for at, used in self.seen if from_s <= at <= to_s)


async def minutes(exchange: Exchange, watch: Watch, status: Path, seconds: float) -> None:
    """Let the calls run and print a line each minute."""
    print(
        "| minute | calls | failed | records | RSS MB | census |\n| ---: | ---: | ---: | ---: | ---: | --- |"
    )
    begun = time.monotonic()
    calling = asyncio.create_task(exchange.run(seconds))
    printed = 0.0
    while not calling.done():
        await asyncio.sleep(1.0)
        at = time.monotonic() - begun
        used = watch.look(at)
        if at - printed >= 60 or calling.done():
            printed = at
            made = exchange.counts
            print(
                f"| {at / 60:.1f} | {made['calls']:,} | {made['failed']} | {made['answered']:,} |"
                f" {used:.0f} | {census(status)} |",
                flush=True,
            )
    await calling


def census(status: Path) -> Census:
    told = read_status(status)
    return told.census if told is not None else Census()


async def settled(status: Path) -> Census:
    """The census when everything is over, or after the time that this may take."""
    for _ in range(int(SETTLING_S / _STATUS_S)):
        if not census(status).held:
            break
        await asyncio.sleep(_STATUS_S)
    return census(status)


async def soak(options: argparse.Namespace, home: Path, pid: int, port: int) -> tuple[Exchange, list[str]]:
    """The run and what is wrong with it, but for records."""
    status, seconds = home / "voice.json", options.minutes * 60
    async with Exchange.open(port, options.rate) as exchange:
        await asyncio.sleep(_STATUS_S * 2)
        before, watch = census(status), Watch(pid)
        await minutes(exchange, watch, status, seconds)
        after = await settled(status)
    warm = min(WARM_MINUTES * 60, seconds / 2)
    first, last = watch.median(warm, warm + 60), watch.median(seconds - 60, seconds + 60)
    print(f"\nAfter the last call: {after}")
    print(f"Memory: {first:.1f} MB after {warm / 60:.1f} minutes, {last:.1f} MB at the end")
    print(
        "Calls by kind: " + ", ".join(f"{kind} {count:,}" for kind, count in sorted(exchange.counts.items()))
    )
    told = read_status(status)
    refused = {
        name: n
        for name, n in (told.counters if told is not None else {}).items()
        if "_refused_" in name and n
    }
    print(f"Refused for overload, by bound: {refused or 'nothing'}")
    wrong = [f"{why}: {count}" for why, count in exchange.why.items()]
    if after.held:
        wrong.append(f"orphans: {after.held}")
    if after.fds > before.fds:
        wrong.append(f"file descriptors: {before.fds} before, {after.fds} after")
    if last - first > options.growth:
        wrong.append(f"memory grew by {last - first:.1f} MB")
    return exchange, wrong


def main() -> None:
    """Print the minutes and the verdict; exits 1 where it is bad."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--growth", type=float, default=8.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dakehu-soak-") as folder:
        home, port = Path(folder), free_port()
        Exchange.publish(home, options.rate)
        command = [sys.executable, "-m", "benchmarks.soak_server", folder, str(port), str(PROBE_S)]
        with child(command, DAKEHU_LOG="ERROR") as process:
            wait_for_port(port)
            exchange, wrong = asyncio.run(soak(options, home, process.pid, port))
        answered = [
            record for record in SpoolReader(home / "spool").read(limit=10**9).records if record.answer_ms
        ]
    first = [record.record_id for record in answered if not record.record_id.endswith("+f")]
    if len(first) != exchange.counts["answered"] or len(set(first)) != len(first):
        wrong.append(f"records: {len(first)} of {exchange.counts['answered']} answered calls")
    print("Verdict: " + ("good" if not wrong else "; ".join(wrong)))
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
