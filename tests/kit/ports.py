"""Ports that nobody uses now, for UDP and TCP alike."""

from __future__ import annotations

import itertools
import os
import socket

_FIRST, _EACH = 10_000, 2_000
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 11
_next = itertools.cycle(range(_FIRST + _worker * _EACH, _FIRST + (_worker + 1) * _EACH, 24))


def free_port() -> int:
    """An even port with 23 more behind it, below the kernel's range for clients and this test process's own.

    A port that was bound, read and let go could be anybody's a moment later: baresip's, sipp's, a browser's.
    """
    for port in _next:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable: the cycle has no end")
