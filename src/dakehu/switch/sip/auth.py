"""Digest authentication (RFC 3261 section 22, RFC 7616, RFC 8760): MD5 and SHA-256, qop=auth.

Theory of operation
-------------------

Nothing is remembered about a challenge. A nonce carries the second it was made and a keyed hash over that
second (`NonceMint`), so any process with the same key can tell its own fresh nonces from stale and forged
ones. Replays within a nonce's life are refused by counting: `nc` must rise for each nonce. Counting needs
memory, and where that lives is the caller's choice (`NonceCounts`; `RecentCounts` keeps a bounded number).
With several voice processes a request that was answered by one and is replayed to another within the nonce's
life passes there; an SIP request replayed in this way still meets the CSeq rules of its dialog or binding.

The directory stores no passwords but HA1 values, one per algorithm: hash(user:realm:password). A challenge is
offered for each algorithm in the order of preference, the first that a client knows wins (RFC 8760 section
2.4).

A wrong nonce with a right hash is `stale`: the client may try again with the new nonce without asking its
user.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import LWS, is_token, quote, split_list, unquote
from dakehu.switch.sip.message import Message, Request


class Algorithm(StrEnum):
    """What may stand in `algorithm`."""

    MD5 = "MD5"
    SHA256 = "SHA-256"

    def hash(self, text: str) -> str:
        data = text.encode("utf-8", "surrogateescape")
        if self is Algorithm.SHA256:
            return hashlib.sha256(data).hexdigest()
        return hashlib.md5(data, usedforsecurity=False).hexdigest()  # RFC 7616 keeps MD5 for old telephones


def ha1(username: str, realm: str, password: str, algorithm: Algorithm = Algorithm.MD5) -> str:
    """What the directory stores instead of a password."""
    return algorithm.hash(f"{username}:{realm}:{password}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """An Authorization or Proxy-Authorization header of scheme Digest, or a client's own answer."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: Algorithm = Algorithm.MD5
    qop: str = ""
    cnonce: str = ""
    count: str = ""
    opaque: str = ""

    @classmethod
    def parse(cls, text: str) -> Credentials | None:
        """Read the header's value; `None` for a scheme or algorithm we don't know; raises `Malformed`."""
        fields = _fields(text, "Authorization")
        if fields is None:
            return None
        try:
            algorithm = Algorithm(fields.get("algorithm", "MD5").upper())
        except ValueError:
            return None
        for name in ("username", "realm", "nonce", "uri", "response"):
            if name not in fields:
                raise Malformed("Authorization", f"{name} missing")
        return cls(
            username=fields["username"],
            realm=fields["realm"],
            nonce=fields["nonce"],
            uri=fields["uri"],
            response=fields["response"].lower(),
            algorithm=algorithm,
            qop=fields.get("qop", "").lower(),
            cnonce=fields.get("cnonce", ""),
            count=fields.get("nc", ""),
            opaque=fields.get("opaque", ""),
        )

    def expected(self, secret: str, method: str) -> str:
        """The right `response` for this HA1 (RFC 7616 section 3.4.1; without qop as in RFC 2617)."""
        ha2 = self.algorithm.hash(f"{method}:{self.uri}")
        middle = f"{self.nonce}:{self.count}:{self.cnonce}:{self.qop}" if self.qop else self.nonce
        return self.algorithm.hash(f"{secret}:{middle}:{ha2}")

    def __str__(self) -> str:
        pairs = [
            f"username={quote(self.username)}",
            f"realm={quote(self.realm)}",
            f"nonce={quote(self.nonce)}",
            f"uri={quote(self.uri)}",
            f'response="{self.response}"',
            f"algorithm={self.algorithm}",
        ]
        if self.opaque:
            pairs.append(f"opaque={quote(self.opaque)}")
        if self.qop:
            pairs += [f"qop={self.qop}", f"nc={self.count}", f"cnonce={quote(self.cnonce)}"]
        return "Digest " + ", ".join(pairs)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One WWW-Authenticate or Proxy-Authenticate header."""

    realm: str
    nonce: str
    algorithm: Algorithm = Algorithm.MD5
    qop: str = "auth"
    opaque: str = ""
    stale: bool = False

    @classmethod
    def parse(cls, text: str) -> Challenge | None:
        """Read the header's value; `None` for what we can't answer; raises `Malformed`."""
        fields = _fields(text, "WWW-Authenticate")
        if fields is None:
            return None
        try:
            algorithm = Algorithm(fields.get("algorithm", "MD5").upper())
        except ValueError:
            return None
        offered = [word.strip(LWS).lower() for word in fields.get("qop", "").split(",")]
        if offered != [""] and "auth" not in offered:
            return None
        return cls(
            realm=fields.get("realm", ""),
            nonce=fields.get("nonce", ""),
            algorithm=algorithm,
            qop="auth" if "auth" in offered else "",
            opaque=fields.get("opaque", ""),
            stale=fields.get("stale", "").lower() == "true",
        )

    def answer(
        self, request: Request, username: str, password: str, *, cnonce: str, count: int = 1
    ) -> Credentials:
        """The credentials of a client that has the password."""
        secret = ha1(username, self.realm, password, self.algorithm)
        return self.answer_by(request, username, secret, cnonce=cnonce, count=count)

    def answer_by(
        self, request: Request, username: str, secret: str, *, cnonce: str, count: int = 1
    ) -> Credentials:
        """The credentials of a client that has HA1 of the challenge's algorithm (a trunk's account)."""
        bare = Credentials(
            username=username,
            realm=self.realm,
            nonce=self.nonce,
            uri=request.target,
            response="",
            algorithm=self.algorithm,
            qop=self.qop,
            cnonce=cnonce if self.qop else "",
            count=f"{count:08x}" if self.qop else "",
            opaque=self.opaque,
        )
        return _with_response(bare, bare.expected(secret, request.method))

    def __str__(self) -> str:
        text = f"Digest realm={quote(self.realm)}, nonce={quote(self.nonce)}, algorithm={self.algorithm}"
        if self.qop:
            text += f', qop="{self.qop}"'
        if self.opaque:
            text += f", opaque={quote(self.opaque)}"
        return text + ", stale=true" if self.stale else text


class NonceState(StrEnum):
    FRESH = "fresh"
    STALE = "stale"
    FOREIGN = "foreign"


class NonceMint:
    """Makes and recognises nonces. `key` is the process's secret; `now` is in seconds since the epoch."""

    def __init__(self, key: bytes, *, lifetime_s: int = 300) -> None:
        self._key = key
        self._lifetime_s = lifetime_s

    def make(self, now: float, salt: str = "") -> str:
        """A nonce; `salt` (any token) keeps two made in the same second apart."""
        stamp = f"{int(now):x}.{salt}"
        return f"{stamp}.{self._seal(stamp)}"

    def state(self, nonce: str, now: float) -> NonceState:
        """Whether we made this nonce, and not too long ago."""
        stamp, _, seal = nonce.rpartition(".")
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(stamp).encode()):
            return NonceState.FOREIGN
        made = int(stamp.partition(".")[0], 16)
        return NonceState.FRESH if made - 5 <= now <= made + self._lifetime_s else NonceState.STALE

    def _seal(self, stamp: str) -> str:
        return hmac.digest(self._key, stamp.encode("utf-8", "surrogateescape"), "sha256").hex()[:32]


class NonceCounts(Protocol):
    """Remembers the highest `nc` seen for a nonce."""

    def advance(self, nonce: str, count: int) -> bool:
        """Note a count; false when it is not above the last one."""


class RecentCounts:
    """`NonceCounts` in memory for the nonces last used."""

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._last: OrderedDict[str, int] = OrderedDict()

    def advance(self, nonce: str, count: int) -> bool:
        """Note a count; false when it is not above the last one."""
        if count <= self._last.get(nonce, 0):
            return False
        self._last[nonce] = count
        self._last.move_to_end(nonce)
        if len(self._last) > self._limit:
            self._last.popitem(last=False)
        return True


SecretOf = Callable[[str, Algorithm], str | None]
"""The HA1 of a user for an algorithm, `None` when there is no such user (or no such HA1)."""


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The request is from `username`."""

    username: str


@dataclass(frozen=True, slots=True)
class Challenged:
    """Answer 401 (407 as a proxy) with one header per challenge, in this order.

    `username` is who claimed to be there with a wrong password, empty when no credentials for us came;
    `stale` is no sign of a wrong password.
    """

    challenges: Sequence[Challenge]
    username: str = ""
    stale: bool = False

    def headers(self, name: str = "WWW-Authenticate") -> list[tuple[str, str]]:
        """Headers for `reply`."""
        return [(name, str(challenge)) for challenge in self.challenges]


class Authenticator:
    """Checks requests of one realm."""

    def __init__(
        self,
        realm: str,
        mint: NonceMint,
        counts: NonceCounts,
        algorithms: Sequence[Algorithm] = (Algorithm.SHA256, Algorithm.MD5),
    ) -> None:
        self.realm = realm
        self._mint = mint
        self._counts = counts
        self._algorithms = tuple(algorithms)

    def challenge(self, now: float, *, salt: str = "", username: str = "", stale: bool = False) -> Challenged:
        """Ask for credentials."""
        nonce = self._mint.make(now, salt)
        challenges = [Challenge(self.realm, nonce, algorithm, stale=stale) for algorithm in self._algorithms]
        return Challenged(challenges, username, stale)

    def check(
        self,
        request: Request,
        secret_of: SecretOf,
        now: float,
        *,
        header: str = "Authorization",
        salt: str = "",
    ) -> Authenticated | Challenged:
        """Who sent this request; raises `Malformed` for credentials that can't be read (400).

        Unknown schemes and foreign realms are as good as no credentials (RFC 4475 section 3.3.7). The time a
        wrong user takes is the time a wrong password takes.
        """
        found = self._credentials(request, header)
        if found is None:
            return self.challenge(now, salt=salt)
        secret = secret_of(found.username, found.algorithm)
        expected = found.expected(secret or "", request.method)
        right = hmac.compare_digest(expected.encode(), found.response.encode("utf-8", "replace"))
        if secret is None or not right:
            return self.challenge(now, salt=salt, username=found.username)
        if self._mint.state(found.nonce, now) is not NonceState.FRESH:
            return self.challenge(now, salt=salt, username=found.username, stale=True)
        if not self._counts.advance(found.nonce, _count(found)):
            return self.challenge(now, salt=salt, username=found.username, stale=True)
        return Authenticated(found.username)

    def _credentials(self, request: Message, header: str) -> Credentials | None:
        for text in request.texts(header):
            found = Credentials.parse(text)
            if found is not None and found.realm == self.realm and found.algorithm in self._algorithms:
                if found.qop not in {"", "auth"}:
                    raise Malformed(header, "unknown qop")
                return found
        return None


_is_count = re.compile(r"[0-9A-Fa-f]{8}").fullmatch


def _count(found: Credentials) -> int:
    """`nc`; without qop there is none, and a nonce is good for one request."""
    if not found.qop:
        return 1
    if not _is_count(found.count):
        raise Malformed("Authorization", "nc is not eight hexadecimal digits")
    return int(found.count, 16)


def _with_response(bare: Credentials, response: str) -> Credentials:
    return Credentials(
        bare.username,
        bare.realm,
        bare.nonce,
        bare.uri,
        response,
        bare.algorithm,
        bare.qop,
        bare.cnonce,
        bare.count,
        bare.opaque,
    )


def _fields(text: str, part: str) -> dict[str, str] | None:
    """The parameters behind the word `Digest`; `None` for another scheme."""
    scheme, _, rest = text.strip(LWS).replace("\t", " ").partition(" ")
    if scheme.lower() != "digest":
        return None
    usual = _usual_fields(rest)
    if usual is not None:
        return usual
    fields: dict[str, str] = {}
    for member in split_list(rest, part=part):
        name, equals, value = member.partition("=")
        name = name.strip(LWS).lower()
        if not equals or not is_token(name):
            raise Malformed(part, "bad parameter")
        if name in fields:
            raise Malformed(part, f"{name} twice")
        fields[name] = unquote(value.strip(LWS))
    return fields


_is_usual = re.compile(r'(?: *[a-z]+=(?:"[^"\\]*"|[A-Za-z0-9\-]+)(?:,|$))+').fullmatch
_usual_pairs = re.compile(r'([a-z]+)=(?:"([^"\\]*)"|([A-Za-z0-9\-]+))').findall
_MOST_USUAL = 20


def _usual_fields(text: str) -> dict[str, str] | None:
    """The parameters as telephones nearly always write them; `None` for text that has to be read slowly."""
    if text[-1:] == "," or not _is_usual(text):
        return None
    pairs = _usual_pairs(text)
    fields = {name: quoted or plain for name, quoted, plain in pairs}
    return fields if len(fields) == len(pairs) <= _MOST_USUAL else None
