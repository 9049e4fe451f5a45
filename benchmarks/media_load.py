"""A program beside that talks: packets of noise to many ports, each every 20 ms, until it is killed.

python -m benchmarks.media_load PORT…      # says "ready PORT", its own, then talks
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


def main() -> None:
    ports = [int(text) for text in sys.argv[1:]]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("127.0.0.1", int(os.environ["LOAD_PORT"])))
        sounds = [os.urandom(160) for _ in range(7)]
        start = time.monotonic()
        for tick in range(1 << 30):
            time.sleep(max(0.0, start + tick * 0.02 - time.monotonic()))
            head = struct.pack("!BBHII", 0x80, 8, tick & 0xFFFF, tick * 160 & 0xFFFFFFFF, 7)
            for at, port in enumerate(ports):
                out.sendto(head + sounds[(tick + at) % 7], ("127.0.0.1", port))


@contextmanager
def talking(ports: Sequence[int], own: int) -> Iterator[None]:
    """The program beside, on another core if there is one; what it is sent it never reads."""
    command = [sys.executable, "-m", "benchmarks.media_load", *map(str, ports)]
    with subprocess.Popen(command, env={**os.environ, "LOAD_PORT": str(own)}) as process:
        os.sched_setaffinity(process.pid, {max(range(os.cpu_count() or 1))})
        try:
            yield
        finally:
            process.kill()


if __name__ == "__main__":
    main()
