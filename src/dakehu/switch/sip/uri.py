"""URIs (RFC 3261 section 19.1; `tel` of RFC 3966; any other scheme is kept whole).

A `Uri` is a value: parse, compare, derive. The user part, parameters and headers are kept as written, escapes
included, so that text → Uri → text is the identity for what the grammar allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import CACHED, CACHED_LENGTH, escapes_are_whole, percent_decode, readable

MAX_URI = 2048
"""A URI longer than this is refused: nothing in the trade comes near it."""

# "#" wants to be written %23 in a user part, but telephones send feature codes as they are dialled.
_SIP = re.compile(
    r"(?P<scheme>[Ss][Ii][Pp][Ss]?):"
    r"(?:(?P<user>[A-Za-z0-9\-_.!~*'()&=+$,;?/%#]+)(?P<password>:[A-Za-z0-9\-_.!~*'()&=+$,%]*)?@)?"
    r"(?P<host>[A-Za-z0-9\-_.]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<params>(?:;[A-Za-z0-9\-_.!~*'()\[\]/:&+$%]+(?:=[A-Za-z0-9\-_.!~*'()\[\]/:&+$%]+)?)*)"
    r"(?P<headers>\?[A-Za-z0-9\-_.!~*'()\[\]/?:+$%=&]+)?"
).fullmatch
_OTHER = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+\-.]*):(?P<rest>[A-Za-z0-9\-_.!~*'();/?:@&=+$,%#\[\]]+)"
).fullmatch

UriParams = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Uri:
    """One URI. For schemes other than sip and sips, all that follows the colon is in `opaque`.

    `password` and `headers` keep their text without the leading `:` or `?`; `None` is absence.
    """

    scheme: str
    user: str | None = None
    host: str = ""
    port: int | None = None
    params: UriParams = ()
    headers: str | None = None
    password: str | None = None
    opaque: str = ""

    @classmethod
    def parse(cls, text: str) -> Uri:
        """Read a URI that stands alone, without angle brackets; raises `Malformed`."""
        return _parse_cached(text) if len(text) <= CACHED_LENGTH else _parse(text)

    @property
    def is_sip(self) -> bool:
        return self.scheme in {"sip", "sips"}

    @property
    def username(self) -> str:
        """The user part with its escapes decoded and user parameters kept; empty when there is none."""
        return percent_decode(self.user) if self.user else ""

    @property
    def number(self) -> str:
        """The dialled digits: the user part (or the body of a `tel` URI) without its parameters.

        It goes into records, so what is no UTF-8 is replaced.
        """
        text = self.opaque if self.scheme == "tel" else self.user or ""
        return readable(percent_decode(text.partition(";")[0]))

    def param(self, name: str) -> str | None:
        """The value of a parameter, empty for a flag, `None` when it is absent."""
        for key, value in self.params:
            if key == name or key.lower() == name:
                return value or ""
        return None

    @property
    def is_loose_route(self) -> bool:
        return self.param("lr") is not None

    def aor(self) -> str:
        """The address of record as a key: user decoded, host in lower case, no parameters (10.3 step 5)."""
        if not self.is_sip:
            return f"{self.scheme}:{self.opaque}"
        where = self.host.lower() if self.port is None else f"{self.host.lower()}:{self.port}"
        return f"sip:{self.username}@{where}" if self.user is not None else f"sip:{where}"

    def bare(self) -> Uri:
        """Without what a Request-URI may not carry: headers, `method` (19.1.1, table 1)."""
        if self.headers is None and self.param("method") is None:
            return self
        return replace(
            self, headers=None, params=tuple(pair for pair in self.params if pair[0].lower() != "method")
        )

    def with_params(self, **params: str | None) -> Uri:
        """With these parameters set; underscores in names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in params.items()}
        kept = tuple(pair for pair in self.params if pair[0].lower() not in named)
        return replace(self, params=kept + tuple(named.items()))

    def same_as(self, other: Uri) -> bool:
        """Equivalence of section 19.1.4 (not transitive, so not `==`)."""
        return _equivalent(self, other)

    def __str__(self) -> str:
        if not self.host:
            return f"{self.scheme}:{self.opaque}"
        text = self.scheme + ":"
        if self.user is not None:
            text += self.user + ("@" if self.password is None else f":{self.password}@")
        text += self.host
        if self.port is not None:
            text += f":{self.port}"
        for name, value in self.params:
            text += f";{name}" if value is None else f";{name}={value}"
        return text if self.headers is None else f"{text}?{self.headers}"


def _parse(text: str) -> Uri:
    if len(text) > MAX_URI:
        raise Malformed("URI", "too long")
    found = _SIP(text)
    if found is None:
        return _parse_other(text)
    if not escapes_are_whole(text):
        raise Malformed("URI", "broken escape")
    scheme, user, password, host, port, params, headers = found.groups()
    if port is not None and int(port) > 65535:
        raise Malformed("URI", "port out of range")
    return Uri(
        scheme=scheme.lower(),
        user=user,
        host=host,
        port=None if port is None else int(port),
        params=_params(params) if params else (),
        headers=headers[1:] if headers else None,
        password=password[1:] if password else None,
    )


_parse_cached = lru_cache(CACHED)(_parse)


def _params(text: str) -> UriParams:
    pairs = []
    seen = set()
    for piece in text[1:].split(";"):
        name, equals, value = piece.partition("=")
        if name.lower() in seen:
            raise Malformed("URI", "parameter twice")
        seen.add(name.lower())
        pairs.append((name, value if equals else None))
    return tuple(pairs)


def _parse_other(text: str) -> Uri:
    found = _OTHER(text)
    if found is None:
        raise Malformed("URI", "not a URI")
    scheme, rest = found.groups()
    if scheme.lower() in {"sip", "sips"}:
        raise Malformed("URI", "not a SIP URI")
    return Uri(scheme=scheme.lower(), opaque=rest)


_COMPARED = ("user", "ttl", "method", "maddr", "transport")


def _equivalent(one: Uri, two: Uri) -> bool:
    if one.scheme != two.scheme or one.opaque != two.opaque or one.port != two.port:
        return False
    if one.host.lower() != two.host.lower():
        return False
    for left, right in ((one.user, two.user), (one.password, two.password)):
        if (left is None) != (right is None) or percent_decode(left or "") != percent_decode(right or ""):
            return False
    return _params_match(one, two) and _header_set(one) == _header_set(two)


def _params_match(one: Uri, two: Uri) -> bool:
    left, right = _folded(one.params), _folded(two.params)
    if any(left[name] != right[name] for name in left.keys() & right.keys()):
        return False
    return not any(name in _COMPARED for name in left.keys() ^ right.keys())


def _folded(params: UriParams) -> dict[str, str]:
    return {name.lower(): percent_decode(value or "").lower() for name, value in params}


def _header_set(uri: Uri) -> frozenset[tuple[str, str]]:
    pairs = (piece.partition("=") for piece in (uri.headers or "").split("&") if piece)
    return frozenset((name.lower(), percent_decode(value)) for name, _, value in pairs)
