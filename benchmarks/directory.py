"""What a directory of a province costs: a million lines to look up, to change, to start with.

    make bench-directory                          # 1,000,000 lines
    make bench-directory ARGS="--lines 100000"

The writer makes the file. A reader, in a process of its own as the voice process is, opens it, looks lines
up at random by number, by SIP user name and by short number, a view each, and waits for a change that the
writer publishes meanwhile. Printed of the reader: seconds from opening to the first answer, microseconds of
a look-up, milliseconds until the change is seen, resident memory, and how much of that is pages of the mapped
file, which the system takes back when others need them. Then the voice process itself is started on it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.voice import child, free_port, wait_for_port
from benchmarks.voice_province import GROUP_SIZE, province

if TYPE_CHECKING:
    from dakehu.switch.directory import DirectoryReader, DirectoryView, GroupEntry, LineEntry, VpnEntry

LOOKUPS = 200_000
CHANGED = "03510000001"
WAYS: dict[str, Callable[[DirectoryView, str, int], LineEntry | None]] = {
    "number": lambda view, name, _number: view.line(name),
    "user name": lambda view, name, _number: view.line_by_username(name),
    "short number": lambda view, _name, number: view.line_by_short(
        1 + number // GROUP_SIZE, f"8{number % GROUP_SIZE:03d}"
    ),
}


def entries(lines: int) -> Iterator[LineEntry | GroupEntry | VpnEntry]:
    """`bench-voice`'s province, with as many lines."""
    yield from province(lines // 2)


def memory(pid: int | str) -> dict[str, float]:
    """Megabytes resident: all, and the share that is pages of files."""
    status = Path(f"/proc/{pid}/status").read_text()
    return {name: int(status.partition(f"{name}:")[2].split()[0]) / 1024 for name in ("VmRSS", "RssFile")}


def read(path: Path, lines: int) -> None:
    """The reader's process: prints figures as JSON, a line each for what was read and for the change."""
    from dakehu.switch.directory import DirectoryReader

    before = memory("self")
    begun = time.perf_counter()
    reader = DirectoryReader.open(path)
    with reader.view() as view:
        assert view.line("03512000000") is not None
    opened = time.perf_counter() - begun
    found = {"open_s": opened, **look_up(reader, lines // 2)}
    found |= {"before": before["VmRSS"], **memory("self")}
    print(json.dumps(found), flush=True)
    sys.stdin.readline()
    while True:
        with reader.view() as view:
            if view.line(CHANGED) is not None:
                print(time.monotonic(), flush=True)
                return
        time.sleep(0.001)


def look_up(reader: DirectoryReader, half: int) -> dict[str, float]:
    """Microseconds of one look-up, view included: median and 99th percentile over the three ways."""
    chance = random.Random(1)
    took: dict[str, list[float]] = {}
    for way, ask in WAYS.items():
        times = took[way] = []
        for number in [chance.randrange(half) for _ in range(LOOKUPS // len(WAYS))]:
            name = f"0351{2_000_000 + number}"
            begun = time.perf_counter()
            with reader.view() as view:
                entry = ask(view, name, number)
            times.append((time.perf_counter() - begun) * 1e6)
            assert entry is not None
            assert entry.public_number == name
    every = sorted(time_us for times in took.values() for time_us in times)
    medians = {way: statistics.median(times) for way, times in took.items()}
    return {**medians, "p50": statistics.median(every), "p99": every[int(len(every) * 0.99)]}


def start_s(home: Path) -> tuple[float, dict[str, float]]:
    """Seconds until the voice process listens on this directory, and its memory then."""
    port, begun = free_port(), time.monotonic()
    command = [sys.executable, "-m", "dakehu.switchd", "--home", str(home), "--sip-port", str(port)]
    with child(command, DAKEHU_LOG="WARNING") as process:
        wait_for_port(port)
        return time.monotonic() - begun, memory(process.pid)


def main() -> None:
    """Print the figures as a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read, options.lines)
        return
    from dakehu.switch.directory import DirectoryWriter, LineEntry, UpsertLine

    with tempfile.TemporaryDirectory(prefix="dakehu-bench-") as folder:
        path = Path(folder) / "directory.lmdb"
        with DirectoryWriter(path) as writer:
            begun = time.monotonic()
            writer.rebuild(lambda: entries(options.lines))
            built = time.monotonic() - begun
            command = [sys.executable, "-m", "benchmarks.directory", "--read", str(path)]
            command += ["--lines", str(options.lines)]
            with subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as reader:
                assert reader.stdin is not None
                assert reader.stdout is not None
                found = json.loads(reader.stdout.readline())
                reader.stdin.write("\n")
                reader.stdin.flush()
                time.sleep(0.2)
                begun = time.monotonic()
                writer.publish([UpsertLine(LineEntry(CHANGED, "0351", "TY01", 1))])
                live_ms = (float(reader.stdout.readline()) - begun) * 1000
        size = path.stat().st_blocks * 512 / 2**20
        started, voice = start_s(Path(folder))
    own = found["VmRSS"] - found["RssFile"]
    print("| what | figure |\n| --- | ---: |")
    print(f"| lines | {options.lines:,} |")
    print(f"| made in, file | {built:.0f} s, {size:,.0f} MB |")
    for way in ("number", "user name", "short number"):
        print(f"| look-up by {way}, median | {found[way]:.1f} µs |")
    print(f"| look-up, all: median, 99 % | {found['p50']:.1f} µs, {found['p99']:.1f} µs |")
    print(f"| a change is seen after | {live_ms:.0f} ms |")
    print(f"| opened, first answer | {found['open_s'] * 1000:.0f} ms |")
    print(f"| reader after {LOOKUPS:,} look-ups: own memory | {own:.0f} MB |")
    print(f"| the same, with the pages of the file that it touched | {found['VmRSS']:.0f} MB |")
    print(f"| voice process listens after | {started:.1f} s |")
    print(
        f"| voice process then: resident, of that files' pages | {voice['VmRSS']:.0f}, {voice['RssFile']:.0f} MB |"
    )
    if found["p50"] > 10 or live_ms > 1000 or started > 2 or own > 300 or voice["VmRSS"] > 300:
        raise SystemExit("The aim (10 µs, 1 s, 2 s, 300 MB) is not reached.")


if __name__ == "__main__":
    main()
