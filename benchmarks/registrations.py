"""What a registration costs the voice process: telephones that register with digest, over UDP.

    make bench-registrations                                      # 2,000 a second for 10 s
    make bench-registrations ARGS="--rate 1000 --seconds 20"

A registration is REGISTER – 401 – REGISTER with credentials – 200, the binding on the disk before the 200. The
lines are those of `bench-voice`, and register again once all of them have. The telephones are a program of
their own, which begins a registration when its time has come however long others take; one that is not over
after two seconds has failed. It writes its messages by itself, so that it costs less than what is measured.
CPU is that of the voice process, from its /proc entry, all threads.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.voice import child, cpu_seconds, free_port, peak_mb, wait_for_port
from benchmarks.voice_province import PASSWORD, line_names, publish

PATIENCE_S = 2.0
_nonce = re.compile(rb'nonce="([^"]+)"').search
_call_id = re.compile(rb"Call-ID: ([^\r]+)", re.IGNORECASE).search


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Telephones(asyncio.DatagramProtocol):
    """`names` register in turn; `begun`, `times` (seconds from the first message to the 200)."""

    def __init__(self, names: list[str], port: int) -> None:
        self.names = names
        self.server = ("127.0.0.1", port)
        self.secrets = [md5(f"{name}:dakehu:{PASSWORD}") for name in names]
        self.begun: dict[int, float] = {}
        self.times: list[float] = []
        self.refused = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def begin(self, number: int) -> None:
        """The registration of that number, counted over all lines."""
        self.begun[number] = time.monotonic()
        self.send(number, 1, "")

    def send(self, number: int, turn: int, credentials: str) -> None:
        name = self.names[number % len(self.names)]
        self.transport.sendto(
            f"REGISTER sip:127.0.0.1:{self.server[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{number}x{turn};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{name}@127.0.0.1>;tag={number}\r\n"
            f"To: <sip:{name}@127.0.0.1>\r\nCall-ID: {number}\r\nCSeq: {turn} REGISTER\r\n"
            f"Contact: <sip:{name}@127.0.0.1:{self.port}>\r\nExpires: 3600\r\n{credentials}"
            "User-Agent: bench\r\nContent-Length: 0\r\n\r\n".encode(),
            self.server,
        )

    def datagram_received(self, data: bytes, _addr: object) -> None:
        found = _call_id(data)
        number = int(found[1]) if found is not None else -1
        if number not in self.begun:
            return
        status, nonce = data[8:11], _nonce(data)
        if status == b"401" and nonce is not None:
            self.send(number, 2, self.credentials(number, nonce[1].decode()))
        elif status == b"200":
            self.times.append(time.monotonic() - self.begun.pop(number))
        else:
            self.refused += 1

    def credentials(self, number: int, nonce: str) -> str:
        at = number % len(self.names)
        uri = f"sip:127.0.0.1:{self.server[1]}"
        response = md5(f"{self.secrets[at]}:{nonce}:00000001:c:auth:{md5(f'REGISTER:{uri}')}")
        return (
            f'Authorization: Digest username="{self.names[at]}", realm="dakehu", nonce="{nonce}",'
            f' uri="{uri}", response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"\r\n'
        )


async def drive(telephones: Telephones, rate: int, seconds: int) -> None:
    """Begin `rate` registrations a second, and wait for the last."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: telephones, local_addr=("127.0.0.1", 0))
    start, done = time.monotonic(), 0
    while done < rate * seconds:
        due = min(int((time.monotonic() - start) * rate), rate * seconds)
        for number in range(done, due):
            telephones.begin(number)
        done = due
        await asyncio.sleep(0.002)
    await asyncio.sleep(PATIENCE_S)
    transport.close()


def main() -> None:
    """Print the figures as a row of a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--beside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    import uvloop

    if options.beside:
        port, first = map(int, options.beside.split(","))
        telephones = Telephones(line_names(options.lines, first), port)
        uvloop.run(drive(telephones, options.rate, options.seconds))
        print(options.rate * options.seconds - len(telephones.times))
        return
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="dakehu-bench-") as folder:
        home = Path(folder)
        publish(home, options.lines // 2)
        command = [sys.executable, "-m", "dakehu.switchd", "--home", folder, "--sip-port", str(port)]
        command += ["--digest", "MD5", "--source-rate", "0"]  # all come from one address
        with child(command, DAKEHU_LOG="WARNING") as process:
            wait_for_port(port)
            telephones = Telephones(line_names(options.lines // 2 * 2, 0), port)
            time.sleep(1)
            cpu = cpu_seconds((process.pid,))
            uvloop.run(drive(telephones, options.rate, options.seconds))
            cpu, peak = cpu_seconds((process.pid,)) - cpu, peak_mb((process.pid,))
    asked, times = options.rate * options.seconds, sorted(telephones.times)
    failed = asked - len(times)
    each_ms = cpu * 1000 / len(times) if times else 0.0
    middle, late = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
    print(
        "| registrations/s | registrations | failed | CPU ms each | of one core | p50 ms | p99 ms | peak MB |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    share = cpu / options.seconds * 100
    print(
        f"| {options.rate:,} | {asked:,} | {failed} | {each_ms:.2f} | {share:.0f} % |"
        f" {middle:.0f} | {late:.0f} | {peak:.0f} |"
    )
    if failed or each_ms > 0.6:
        raise SystemExit("The aim (none failed, at most 0.6 ms each) is not reached.")


if __name__ == "__main__":
    main()
