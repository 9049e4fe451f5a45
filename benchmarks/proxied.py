"""What a second voice process brings behind Kamailio, and what Kamailio alone would carry.

    make bench-proxied                                 # each voice process held to 30 % of a core
    make bench-proxied ARGS="--share 0.2 --seconds 20"

Kamailio with `deploy/kamailio/kamailio.cfg` in front of one and then of two voice processes over one home; the
telephones and calls are those of `make bench-voice` (every service, every call challenged), registered and calling
through the proxy. Two cores can't hold two busy voice processes, a proxy and the telephones at once: so each voice
process is held to the same share of a core (control group `cpu`, which root alone can make), and what is sought is
the highest rate at which no call fails within the run, one process and two. The bare limit of the same run: Kamailio
relays the same calls to the called telephones, transactions and routes kept, nothing decided; not held to a share.
Where others use the machine, `chrt -r 10 make bench-proxied` lets telephones and Kamailio go before them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.voice import (
    Load,
    Plan,
    child,
    cpu_seconds,
    free_port,
    measure,
    peak_mb,
    register,
    users_file,
    wait_for_port,
)
from benchmarks.voice_province import line_names, publish
from benchmarks.voice_scenarios import CALLER_CHALLENGED, CALLER_TRUSTED

KAMAILIO = shutil.which("kamailio") or "/usr/sbin/kamailio"
CONFIGURATION = Path(__file__).parents[1] / "deploy" / "kamailio" / "kamailio.cfg"
CONTROL = Path("/sys/fs/cgroup/cpu")
PERIOD_US = 10_000
"""Short, so that a process that has used its share waits for some milliseconds, not for most of a tenth second."""
RELAY = """#!KAMAILIO
debug=1
log_stderror=yes
children=4
listen=LISTEN
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "siputils.so"
request_route {
    if (!mf_process_maxfwd_header("70")) exit;
    if (has_totag()) {
        loose_route();
        t_relay();
        exit;
    }
    record_route();
    $du = "sip:127.0.0.1:CALLED_PORT";
    t_relay();
}
"""


def family(pid: int) -> tuple[int, ...]:
    """That process and its children, as far down as they go."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (pid, *(each for child_pid in below for each in family(int(child_pid))))


@contextlib.contextmanager
def held(name: str, share: float) -> Iterator[Callable[[int], None]]:
    """A control group of that share of a core; what is given holds a process to it."""
    group = CONTROL / name
    group.mkdir()
    (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
    (group / "cpu.cfs_quota_us").write_text(str(int(PERIOD_US * share)))
    (group / "cpu.shares").write_text("262144")  # whatever else runs on the machine waits

    def hold(pid: int) -> None:
        for each in family(pid):
            for thread in Path(f"/proc/{each}/task").iterdir():  # quotas are for ordinary threads alone
                os.sched_setscheduler(int(thread.name), os.SCHED_OTHER, os.sched_param(0))
            (group / "cgroup.procs").write_text(str(each))

    try:
        yield hold
    finally:
        group.rmdir()


@contextlib.contextmanager
def voices(home: Path, count: int, share: float) -> Iterator[dict[int, int]]:
    """Voice processes over that home, each held to the share: pid by port."""
    with contextlib.ExitStack() as stack:
        pids = {}
        for number in range(count):
            hold = stack.enter_context(held(f"dakehu-bench-{number}", share))
            port = free_port()
            command = [
                sys.executable,
                "-m",
                "dakehu.switchd",
                "--home",
                str(home),
                "--instance",
                f"i{number}",
            ]
            command += ["--sip-port", str(port), "--digest", "MD5", "--silent", "--drain", "0"]
            command += ["--proxies", "127.0.0.1"]
            process = stack.enter_context(child(command, DAKEHU_LOG="ERROR"))
            wait_for_port(port)
            hold(process.pid)
            pids[port] = process.pid
        yield pids


@contextlib.contextmanager
def kamailio(folder: Path, configuration: Path, **defines: str) -> Iterator[int]:
    command = [KAMAILIO, "-f", str(configuration), "-DD", "-E", "-m", "256", "-M", "8", "-Y", str(folder)]
    for name, value in defines.items():
        command += ["-A", f"{name}={value}"]
    with child(command) as process:
        time.sleep(2.5)  # it opens its sockets and asks its destinations
        yield process.pid


def proxied(folder: Path, count: int, options: argparse.Namespace) -> tuple[Load, Load]:
    """The highest clean rate of so many voice processes: their load and the proxy's in that run."""
    home = folder / f"home-{count}"
    home.mkdir()
    publish(home, options.lines)
    port, caller_port, called_port = free_port(), free_port(), free_port()
    with voices(home, count, options.share) as pids:
        targets = folder / f"dispatcher-{count}.list"
        targets.write_text("".join(f"1 sip:127.0.0.1:{each}\n" for each in pids))
        defines = {
            "LISTEN": f"udp:127.0.0.1:{port}",
            "LISTEN_TCP": f"tcp:127.0.0.1:{port}",
            "DISPATCHER_LIST": f'"{targets}"',
        }
        with kamailio(folder, CONFIGURATION, **defines) as proxy:
            asyncio.run(register(line_names(options.lines, 0), caller_port, port))
            asyncio.run(register(line_names(options.lines, options.lines), called_port, port))
            plan = Plan(
                f"{count} behind Kamailio", tuple(pids.values()), port, caller_port, called_port,
                CALLER_CHALLENGED, 0, options.seconds,
            )  # fmt: skip
            best = highest(plan, family(proxy), folder, options)
    return best


def highest(
    plan: Plan, proxy: tuple[int, ...], folder: Path, options: argparse.Namespace
) -> tuple[Load, Load]:
    """Go up in steps from a rate that must hold until calls fail; the last clean run."""
    users = users_file(folder / "users.csv", options.lines)
    step = max(int(options.share * 50), 5) * len(plan.pids)
    rate, best = step * 6, None
    while True:
        before = cpu_seconds(proxy)
        load = measure(replace(plan, rate=rate), folder, users)
        beside = replace(
            load, name="– its Kamailio", cpu_s=cpu_seconds(proxy) - before, peak_mb=peak_mb(proxy)
        )
        print(f"{plan.name}: {rate}/s, {load.failed} of {load.calls} failed", file=sys.stderr)
        if load.failed:
            break
        best = (load, beside)
        rate += step
        time.sleep(2)
    if best is None:
        raise SystemExit(f"{plan.name}: calls failed at the lowest rate, {rate}/s")
    return best


def bare(folder: Path, options: argparse.Namespace, rate: int) -> Load:
    """Kamailio relays the same calls, no voice process anywhere."""
    port, caller_port, called_port = free_port(), free_port(), free_port()
    text = RELAY.replace("CALLED_PORT", str(called_port))
    configuration = folder / "relay.cfg"
    configuration.write_text(text)
    with kamailio(folder, configuration, LISTEN=f"udp:127.0.0.1:{port}") as pid:
        plan = Plan(
            "bare relay by Kamailio", family(pid), port, caller_port, called_port, CALLER_TRUSTED, rate,
            options.seconds,
        )  # fmt: skip
        return measure(plan, folder, users_file(folder / "users.csv", options.lines))


def main() -> None:
    """Print the figures as rows of a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--share", type=float, default=0.3, help="of a core, for each voice process")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--lines", type=int, default=2000)
    options = parser.parse_args()
    for needed in (shutil.which("sipp"), Path(KAMAILIO).exists(), CONTROL.exists()):
        if not needed:
            raise SystemExit("sipp, kamailio and control groups (version 1, cpu) are needed")
    with tempfile.TemporaryDirectory(prefix="dakehu-bench-") as place:
        folder = Path(place)
        one, two = proxied(folder, 1, options), proxied(folder, 2, options)
        limit = bare(folder, options, two[0].rate)
    print("| what | calls/s | calls | failed | records | CPU ms a call | of one core | peak MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for load in (*one, *two, limit):
        print(load.row())
    ratio = two[0].rate / one[0].rate
    print(f"\nTwo carry {ratio:.2f} times what one carries, each held to {options.share:.0%} of a core.")
    print(f"A call costs the voice processes {two[0].cpu_ms / limit.cpu_ms:.1f} times the bare relay.")
    if ratio < 1.8:
        raise SystemExit("The promise (at least 1.8 times) is not kept.")


if __name__ == "__main__":
    main()
