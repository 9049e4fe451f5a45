"""Where events may be sent: http or https, to no address of this machine or its link."""

from __future__ import annotations

import ipaddress
import os
import socket
from urllib.parse import urlsplit

from dakehu.infra.rest.errors import CallbackInvalid

_LONGEST = 500


def check_callback(callback: str) -> None:
    """Raise `CallbackInvalid` for an address that isn't one, or that leads back into the machine.

    `DAKEHU_HUB_LOCAL=1` allows the machine itself, for trying things out.
    """
    parts = urlsplit(callback)
    try:
        port = parts.port
    except ValueError:
        port = 0
    fine = (
        len(callback) <= _LONGEST
        and parts.scheme in {"http", "https"}
        and parts.hostname
        and port != 0
        and not parts.username
        and not parts.fragment
        and not parts.query
        and callback.isprintable()
    )
    if not fine or not _reachable(str(parts.hostname)):
        raise CallbackInvalid(field="callback", callback=callback[:100])


def listener_address(callback: str, event_type: str) -> str:
    """Where an event goes: `…/listener/productOrderCreateEvent`, or the very address that ends so."""
    base = callback.rstrip("/")
    if "/listener/" in base:
        return base
    name = event_type[:1].lower() + event_type[1:]
    return f"{base}/{name}" if base.endswith("/listener") else f"{base}/listener/{name}"


def _reachable(host: str) -> bool:
    if os.environ.get("DAKEHU_HUB_LOCAL") == "1":
        return True
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    addresses = [ipaddress.ip_address(str(address).partition("%")[0]) for address in found]
    return not any(
        a.is_loopback or a.is_link_local or a.is_multicast or a.is_unspecified or a.is_reserved
        for a in addresses
    )
