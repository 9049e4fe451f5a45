"""Via (RFC 3261 section 20.42, with `received` and `rport` of RFC 3581)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import (
    CACHED,
    CACHED_LENGTH,
    LWS,
    Params,
    format_params,
    is_token,
    number,
    parse_params,
)

MAGIC = "z9hG4bK"
"""A branch that starts so is unique (section 8.1.1.7). The cookie alone, with nothing behind it, is not."""


class Via(NamedTuple):
    """One hop of the way back. `transport` is in upper case; `port` is `None` when it was not written."""

    transport: str
    host: str
    port: int | None
    params: Params

    @classmethod
    def parse(cls, text: str) -> Via:
        """Read one Via value; raises `Malformed`."""
        return _parse_cached(text) if len(text) <= CACHED_LENGTH else _parse(text)

    @property
    def branch(self) -> str:
        return self.params.get("branch") or ""

    @property
    def has_unique_branch(self) -> bool:
        """Whether the branch alone identifies the transaction; if not, RFC 2543 matching (17.2.3)."""
        branch = self.branch
        return len(branch) > len(MAGIC) and branch[: len(MAGIC)].lower() == "z9hg4bk"

    @property
    def sent_by(self) -> str:
        """Host in lower case and port as written: part of the server transaction's key."""
        return self.host.lower() if self.port is None else f"{self.host.lower()}:{self.port}"

    def stamped(self, host: str, port: int, *, force_rport: bool = False) -> Via:
        """With `received` and `rport` as the receiving side must set them (18.2.1, RFC 3581 section 4).

        `force_rport` treats the sender as if it had asked for `rport`: for telephones behind address
        translation that do not know of it.
        """
        params = dict(self.params)
        if "rport" in params or force_rport:
            params["rport"] = str(port)
            params["received"] = host
        elif self.host.strip("[]").lower() != host.lower():
            params["received"] = host
        return Via(self.transport, self.host, self.port, params)

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"SIP/2.0/{self.transport} {self.host}{port}{format_params(self.params.items())}"


def _parse(text: str) -> Via:
    head, semicolon, tail = text.partition(";")
    if head[:8] == "SIP/2.0/" and head.count(" ") == 1:
        transport, _, sent_by = head[8:].partition(" ")
    else:
        transport, sent_by = _spaced(head)
    if not is_token(transport):
        raise Malformed("Via", "bad transport")
    host, port = _split_sent_by(sent_by.strip(LWS))
    return Via(transport.upper(), host, port, parse_params(semicolon + tail, part="Via"))


_parse_cached = lru_cache(CACHED)(_parse)


def _spaced(head: str) -> tuple[str, str]:
    """The slow way, for white space around the slashes: `SIP / 2.0 / UDP  host : 5060`."""
    protocol, _, rest = head.partition("/")
    version, _, rest = rest.partition("/")
    if protocol.strip(LWS).upper() != "SIP" or version.strip(LWS) != "2.0":
        raise Malformed("Via", "not SIP/2.0")
    rest = rest.strip(LWS)
    transport, _, sent_by = rest.replace("\t", " ").partition(" ")
    return transport, sent_by


def _split_sent_by(text: str) -> tuple[str, int | None]:
    if text[:1] == "[":
        host, bracket, rest = text.partition("]")
        host += bracket
        colon, port = rest.strip(LWS)[:1], rest.strip(LWS)[1:]
        if not bracket or colon not in {"", ":"}:
            raise Malformed("Via", "bad sent-by")
    else:
        host, colon, port = text.partition(":")
        host = host.rstrip(LWS)
    if not is_token(host.strip("[]").replace(":", ".")):
        raise Malformed("Via", "bad host")
    return host, number(port, part="Via", limit=65536) if colon else None
