"""Ports that nobody uses now, for UDP and TCP alike."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port free on the loopback for both transports, outside the kernel's range for clients."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                try:
                    udp.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return port
