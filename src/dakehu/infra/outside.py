"""Calling other people's servers: http or https, to no address of this machine or its link, no redirects."""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

TIMEOUT_S = 5.0
_LONGEST = 500
_ANSWER_MAX = 64 * 1024


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Whoever wants to be called elsewhere says so where the address was given."""

    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `fault` is empty when it was a 2xx; it never holds the address, which may be secret."""

    fault: str = ""
    body: bytes = b""


def may_be_called(address: str, *, with_query: bool = False) -> bool:
    """Whether the address is one, and leads to another machine.

    `DAKEHU_HUB_LOCAL=1` allows the machine itself, for trying things out.
    """
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = 0
    fine = (
        len(address) <= _LONGEST
        and parts.scheme in {"http", "https"}
        and parts.hostname
        and port != 0
        and not parts.username
        and not parts.fragment
        and (with_query or not parts.query)
        and address.isprintable()
    )
    return bool(fine) and _is_elsewhere(str(parts.hostname))


def post_json(address: str, body: Mapping[str, Any]) -> Answer:
    """Post to an address that `may_be_called` has let through."""
    request = urllib.request.Request(  # noqa: S310 - http and https alone, see may_be_called
        address,
        data=msgspec.json.encode(body),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "Dakehu"},
        method="POST",
    )
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as response:
            return Answer(body=response.read(_ANSWER_MAX))
    except urllib.error.HTTPError as error:
        return Answer(f"HTTP {error.code}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(f"{type(error).__name__}: {error}".replace(address, "…"))


def _is_elsewhere(host: str) -> bool:
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
