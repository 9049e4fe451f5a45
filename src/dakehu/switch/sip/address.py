"""Addresses in headers: `"Wang" <sip:8001@example.com>;tag=7` (RFC 3261 section 20.10, 25.1 `name-addr`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import (
    CACHED,
    CACHED_LENGTH,
    LWS,
    Params,
    closing_quote,
    format_params,
    is_plain_name,
    parse_params,
    quote,
    split_list,
    unquote,
)
from dakehu.switch.sip.uri import Uri


@dataclass(frozen=True, slots=True)
class NameAddr:
    """A display name, a URI and the header's parameters.

    The URI is kept as text and parsed when `uri` is asked for: most of the time only the tag is wanted.
    """

    target: str
    display: str = ""
    params: Params = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str, *, part: str = "address") -> NameAddr:
        """Read one address; raises `Malformed` naming `part`."""
        text = text.strip(LWS)
        return _parse_cached(text, part) if len(text) <= CACHED_LENGTH else _parse(text, part)

    @classmethod
    def parse_list(cls, text: str, *, part: str = "address") -> list[NameAddr]:
        """Read a comma list of addresses."""
        return [_parse(member, part) for member in split_list(text, part=part)]

    @property
    def uri(self) -> Uri:
        return Uri.parse(self.target)

    @property
    def tag(self) -> str:
        """The dialog tag; empty when there is none."""
        return self.params.get("tag") or ""

    def with_tag(self, tag: str) -> NameAddr:
        """The same party in a dialog."""
        return NameAddr(self.target, self.display, {**self.params, "tag": tag})

    def without_tag(self) -> NameAddr:
        return NameAddr(
            self.target, self.display, {key: value for key, value in self.params.items() if key != "tag"}
        )

    def __str__(self) -> str:
        name = f"{quote(self.display)} " if self.display else ""
        return f"{name}<{self.target}>{format_params(self.params.items())}"


def _parse(text: str, part: str) -> NameAddr:
    if text[:1] == "<":
        return _bracketed(text, 0, "", part)
    start = text.find("<")
    if text[:1] == '"':
        end = closing_quote(text, 0, part=part)
        display = unquote(text[: end + 1])
        start = text.find("<", end)
        if start < 0 or text[end + 1 : start].strip(LWS):
            raise Malformed(part, "no URI after the display name")
    elif start < 0:
        return _parse_addr_spec(text, part)
    else:
        display = text[:start].strip(LWS)
        if display and not is_plain_name(display):
            raise Malformed(part, "display name needs quotes")
    return _bracketed(text, start, display, part)


def _bracketed(text: str, start: int, display: str, part: str) -> NameAddr:
    """What follows the display name: a URI in angle brackets and parameters."""
    close = text.find(">", start)
    if close < 0:
        raise Malformed(part, "unclosed angle bracket")
    target = text[start + 1 : close]
    if not target or " " in target or "\t" in target or "<" in target:
        raise Malformed(part, "bad URI in angle brackets")
    return NameAddr(
        target, display, parse_params(text[close + 1 :], part=part) if close + 1 < len(text) else {}
    )


_parse_cached = lru_cache(CACHED)(_parse)


def _parse_addr_spec(text: str, part: str) -> NameAddr:
    """A URI without brackets: its parameters are the header's, and it may hold no `?` or comma (20)."""
    target, semicolon, rest = text.partition(";")
    target = target.rstrip(LWS)
    if not target or any(char in target for char in "?, \t\"'>"):
        raise Malformed(part, "URI needs angle brackets")
    return NameAddr(target, "", parse_params(semicolon + rest, part=part) if semicolon else {})
