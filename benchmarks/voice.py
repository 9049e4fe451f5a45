"""What a call costs the voice process: real telephones' messages over UDP, routed by short number, recorded.

    make bench-voice                                   # 300 calls/s for 30 s
    make bench-voice ARGS="--rate 300 --seconds 60"
    make bench-voice ARGS="--rate 100 --seconds 60 --refreshing 10000"   # as many others register each minute
    make bench-voice ARGS="--trust"                    # no challenge for calls from registered addresses
    make bench-voice ARGS="--rate 100 --profile out.prof"

A directory of some thousand lines in groups of a hundred is published, half of the lines call, the other half
answer; every line has all services of a VPN's member (see `voice_province`), and a third each is dialled by the
group's short number, by the VPN's, and by an abbreviated one. All register with digest; each call is INVITE – 401 – ACK – INVITE – 100 – 180 – 200 – ACK – 1 s –
BYE – 200 on the caller's side and INVITE – 180 – 200 – ACK – BYE – 200 on the called one's, by sipp on both
ends. Records go to the spool, fsynced, and are counted at the end. CPU is that of the one voice process, from
its /proc entry, set-up excluded.

The bare limit, in the same run: a relay of a dozen lines on the same event loop (asyncio with uvloop), which
passes the datagrams of the same calls on unread, no challenge, no routing, no records.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.voice_province import PASSWORD, line_names, publish, short_number
from benchmarks.voice_scenarios import CALLED, CALLER_CHALLENGED, CALLER_TRUSTED

TALK_MS = 1000
PROFILED = """
import cProfile, sys, time
from dakehu.switchd.__main__ import main
profile = cProfile.Profile(time.process_time)  # of CPU, whoever else uses the machine
profile.runcall(main, sys.argv[2:])
profile.dump_stats(sys.argv[1])
"""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """What was asked of a run and what came of it."""

    name: str
    rate: int
    calls: int
    failed: int
    seconds: float
    cpu_s: float
    peak_mb: float
    records: int

    @property
    def cpu_ms(self) -> float:
        return self.cpu_s * 1000 / self.calls if self.calls else 0.0

    def row(self) -> str:
        records = "–" if self.records < 0 else f"{self.records:,}"
        return (
            f"| {self.name} | {self.rate} | {self.calls:,} | {self.failed} | {records} |"
            f" {self.cpu_ms:.2f} | {self.cpu_s / self.seconds * 100:.0f} % | {self.peak_mb:.0f} |"
        )


# --- processes


def cpu_seconds(pids: Sequence[int]) -> float:
    """What those processes have used together, in seconds of CPU."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def peak_mb(pids: Sequence[int]) -> float:
    """The highest resident memory of the largest of them, in MB."""
    statuses = (Path(f"/proc/{pid}/status").read_text() for pid in pids)
    return max(int(status.partition("VmHWM:")[2].split()[0]) for status in statuses) / 1024


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def child(command: Sequence[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=os.environ | environment) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(20)


def wait_for_port(port: int) -> None:
    """Until something listens on TCP there, as the voice process does beside UDP."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("the voice process did not start")


# --- telephones


class Registering(asyncio.DatagramProtocol):
    """Registers many lines from one address, some dozens at a time."""

    def __init__(self, names: list[str], server_port: int) -> None:
        self.waiting = list(reversed(names))
        self.left = len(names)
        self.server_port = server_port
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]
        for _ in range(64):
            self.next()

    def next(self) -> None:
        if self.waiting:
            self.send(self.request(self.waiting.pop(), 1))

    def request(self, name: str, number: int) -> Any:
        from dakehu.switch.sip import Request

        return Request.build(
            "REGISTER",
            f"sip:127.0.0.1:{self.server_port}",
            [
                ("Via", f"SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{name}x{number};rport"),
                ("From", f"<sip:{name}@127.0.0.1>;tag={name}"),
                ("To", f"<sip:{name}@127.0.0.1>"),
                ("Call-ID", f"register-{name}"),
                ("CSeq", f"{number} REGISTER"),
                ("Contact", f"<sip:{name}@127.0.0.1:{self.port}>"),
                ("Expires", "3600"),
                ("Max-Forwards", "70"),
            ],
        )

    def send(self, request: Any) -> None:
        self.transport.sendto(request.encode(), ("127.0.0.1", self.server_port))

    def datagram_received(self, data: bytes, _addr: object) -> None:
        from dakehu.switch.sip import Challenge, Response, parse_message

        response = parse_message(data)
        assert isinstance(response, Response)
        name = response.to.uri.username
        if response.status == 401:
            again = self.request(name, 2)
            challenge = Challenge.parse(response.text("www-authenticate") or "")
            assert challenge is not None
            again.add("authorization", str(challenge.answer(again, name, PASSWORD, cnonce="c")))
            self.send(again)
        elif response.status == 200:
            self.left -= 1
            if not self.left:
                self.done.set_result(None)
            self.next()
        else:
            self.done.set_exception(SystemExit(f"REGISTER was answered {response.status}"))


async def register(names: list[str], port: int, server_port: int) -> None:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: Registering(names, server_port), local_addr=("127.0.0.1", port)
    )
    async with asyncio.timeout(60):
        await protocol.done
    transport.close()


# --- the bare limit


async def relay(port: int, caller_port: int, called_port: int) -> None:
    """Pass datagrams on between two ports, unread."""

    class Relay(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            other = called_port if addr[1] == caller_port else caller_port
            self.transport.sendto(data, ("127.0.0.1", other))

    await asyncio.get_running_loop().create_datagram_endpoint(Relay, local_addr=("127.0.0.1", port))
    await asyncio.Event().wait()


# --- runs


@dataclass(frozen=True)
class Plan:
    """One run: who is measured, who is called, by which scenario."""

    name: str
    pids: Sequence[int]
    server_port: int
    caller_port: int
    called_port: int
    scenario: str
    rate: int
    seconds: int


def measure(plan: Plan, folder: Path, users: Path) -> Load:
    """Drive sipp against the process and read its CPU before and after."""
    scenarios = {"called": CALLED, "caller": plan.scenario}
    for name, text in scenarios.items():
        (folder / f"{name}.xml").write_text(text)
    calls = plan.rate * plan.seconds
    common = ["-nostdin", "-i", "127.0.0.1", "-buff_size", "4194304", "-trace_err", "-timeout_error"]
    called = [
        *("sipp", "-sf", str(folder / "called.xml"), "-p", str(plan.called_port), *common),
        *("-error_file", str(folder / "called.err"), "127.0.0.1:9"),
    ]
    caller = [
        *("sipp", "-sf", str(folder / "caller.xml"), "-p", str(plan.caller_port), "-inf", str(users)),
        *("-r", str(plan.rate), "-m", str(calls), "-l", str(plan.rate * 20), "-d", str(TALK_MS), *common),
        *("-error_file", str(folder / "caller.err"), "-trace_stat", "-stf", str(folder / "caller.csv")),
        *("-fd", "1", "-timeout", str(plan.seconds + 60), f"127.0.0.1:{plan.server_port}"),
    ]
    (folder / "caller.csv").unlink(missing_ok=True)
    with subprocess.Popen(called, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as answering:
        time.sleep(0.5)
        cpu, begun = cpu_seconds(plan.pids), time.monotonic()
        subprocess.run(caller, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        seconds, cpu = time.monotonic() - begun, cpu_seconds(plan.pids) - cpu
        time.sleep(1)  # the last BYEs
        answering.terminate()
    good, bad = outcome(folder / "caller.csv")
    return Load(
        plan.name, plan.rate, good + bad, bad + calls - good - bad, seconds, cpu, peak_mb(plan.pids), -1
    )


def outcome(statistics: Path) -> tuple[int, int]:
    """Successful and failed calls, from the last line of sipp's own statistics."""
    lines = statistics.read_text().splitlines()
    last = dict(zip(lines[0].split(";"), lines[-1].split(";"), strict=False))
    return int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])


def users_file(path: Path, lines: int) -> Path:
    rows = ["SEQUENTIAL"]  # a line in a call is busy: each has had its call before the next
    for number, name in enumerate(line_names(lines, 0)):
        called = number + lines
        ways = (short_number(called, lines), f"{60_000 + called}", "**05")
        rows.append(f"{name};[authentication username={name} password={PASSWORD}];{ways[number % 3]}")
    path.write_text("\n".join(rows) + "\n")
    return path


def voice(options: argparse.Namespace, folder: Path) -> Load:
    from dakehu.switch.records import SpoolReader

    home, port = folder / "home", free_port()
    home.mkdir()
    publish(home, options.lines, options.refreshing)
    caller_port, called_port = free_port(), free_port()
    command = [sys.executable, "-m", "dakehu.switchd"]
    if options.profile:
        command = [sys.executable, "-c", PROFILED, options.profile]
    command += ["--home", str(home), "--sip-port", str(port), "--digest", "MD5"]
    if options.trust:
        command.append("--trust-udp-flows")
    with child(command, DAKEHU_LOG="WARNING") as process:
        wait_for_port(port)
        asyncio.run(register(line_names(options.lines, 0), caller_port, port))
        asyncio.run(register(line_names(options.lines, options.lines), called_port, port))
        scenario = CALLER_TRUSTED if options.trust else CALLER_CHALLENGED
        name = "voice, registered addresses trusted" if options.trust else "voice, every call challenged"
        plan = Plan(
            name, (process.pid,), port, caller_port, called_port, scenario, options.rate, options.seconds
        )
        with refreshing(options, port):
            load = measure(plan, folder, users_file(folder / "users.csv", options.lines))
    records = len(SpoolReader(home / "spool").read(limit=10**9).records)
    if options.keep:
        shutil.copytree(folder, options.keep, dirs_exist_ok=True)
    return Load(**{**load.__dict__, "records": records})


@contextlib.contextmanager
def refreshing(options: argparse.Namespace, port: int) -> Iterator[None]:
    """Telephones beside that do nothing but register, each once a minute; says how many could not."""
    if not options.refreshing:
        yield
        return
    command = [sys.executable, "-m", "benchmarks.registrations"]
    command += ["--beside", f"{port},{2 * options.lines}", "--lines", str(options.refreshing)]
    command += ["--rate", str(options.refreshing // 60), "--seconds", str(options.seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield
        failed = process.communicate(timeout=60)[0].strip()
    print(f"Beside: {options.refreshing // 60 * options.seconds:,} registrations, {failed} failed")


def bare(options: argparse.Namespace, folder: Path) -> Load:
    port, caller_port, called_port = free_port(), free_port(), free_port()
    command = [sys.executable, "-m", "benchmarks.voice", "--relay", f"{port},{caller_port},{called_port}"]
    with child(command) as process:
        time.sleep(1.5)
        plan = Plan(
            "bare relay", (process.pid,), port, caller_port, called_port, CALLER_TRUSTED, options.rate,
            min(options.seconds, 15),
        )  # fmt: skip
        return measure(plan, folder, users_file(folder / "users.csv", options.lines))


def main() -> None:
    """Print the figures as rows of a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--refreshing", type=int, default=0, help="telephones that register each minute")
    parser.add_argument("--trust", action="store_true")
    parser.add_argument("--profile", help="file for cProfile's statistics of the voice process")
    parser.add_argument("--keep", help="folder for sipp's files and the spool")
    parser.add_argument("--relay", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.relay:
        import uvloop

        uvloop.run(relay(*map(int, options.relay.split(","))))
    if shutil.which("sipp") is None:
        raise SystemExit("sipp is not installed (Debian: apt install sip-tester)")
    with tempfile.TemporaryDirectory(prefix="dakehu-bench-") as folder:
        result = voice(options, Path(folder))
        limit = bare(options, Path(folder))
    print("| what | calls/s | calls | failed | records | CPU ms a call | of one core | peak MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(result.row())
    print(limit.row())
    print(f"\nRatio to the bare limit: {result.cpu_ms / limit.cpu_ms:.1f}")
    dear = result.cpu_ms > 2 and not options.refreshing  # registrations are in it
    if result.failed or result.records < result.calls or dear:
        raise SystemExit("The promise (none failed, all recorded, at most 2 ms a call) is not kept.")


if __name__ == "__main__":
    main()
