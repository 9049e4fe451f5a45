"""Whose request is this?

A request outside a dialog is its line's when the digest says so (RFC 8760: SHA-256 offered first, MD5 for
older telephones), or when it comes on a flow that the line registered on and that can be trusted
(`VoiceConfig.trust_udp_flows`). A browser has a short-lived account (`numbering.domain.webphone`),
and what it registers ends with that. Wrong passwords lock a user at an address out for a while, and the whole
address after many more, so that passwords can't be tried; the lock answers 403 before anything is hashed.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from dakehu.numbering.domain.webphone import web_owner, web_password
from dakehu.switch.directory import DirectoryView, LineEntry
from dakehu.switch.runtime.bindings import Bindings
from dakehu.switch.runtime.config import GateLimits, VoiceConfig
from dakehu.switch.sip import (
    Algorithm,
    Authenticator,
    Challenged,
    Endpoint,
    Malformed,
    NonceMint,
    RecentCounts,
    Request,
    Transport,
    ha1,
)

_MOST_REMEMBERED = 50_000


@dataclass(slots=True)
class _Tries:
    count: int
    until: float


class LockOut:
    """Locks a key for `window_s` when it failed `limit` times within `window_s` of the first.

    `now` is in seconds that never go back. Memory is bounded: the oldest keys go first.
    """

    def __init__(self, limit: int, window_s: float) -> None:
        self._limit = limit
        self._window_s = window_s
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def failed(self, key: str, now: float) -> bool:
        """Note a failure; whether the key is locked now."""
        tries = self._tries.get(key)
        if tries is None or tries.until <= now:
            self._tries.pop(key, None)
            tries = self._tries[key] = _Tries(0, now + self._window_s)
            if len(self._tries) > _MOST_REMEMBERED:
                self._tries.popitem(last=False)
        tries.count += 1
        if tries.count == self._limit:
            tries.until = now + self._window_s
        return tries.count >= self._limit

    def is_locked(self, key: str, now: float) -> bool:
        tries = self._tries.get(key)
        return tries is not None and tries.count >= self._limit and tries.until > now

    def forgive(self, key: str) -> None:
        """The right password came."""
        self._tries.pop(key, None)


@dataclass(frozen=True, slots=True)
class Refused:
    """Answer with this. `kind` names it for counters and logs; `user` is who it claimed to be."""

    status: int
    headers: tuple[tuple[str, str], ...]
    kind: str
    user: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Whose telephone it is, and until when what it showed holds: seconds since the epoch, None for good."""

    line: LineEntry
    until: int | None = None


class Gate:
    """One per process. Times: `now` for locks never goes back, `epoch` is for nonces and registrations."""

    def __init__(self, config: VoiceConfig, bindings: Bindings, key: bytes) -> None:
        limits: GateLimits = config.gate
        self._authenticator = Authenticator(
            config.realm, NonceMint(key), RecentCounts(), algorithms=config.algorithms
        )
        self._bindings = bindings
        self._trust_udp = config.trust_udp_flows
        self._users = LockOut(limits.per_user, limits.window_s)
        self._hosts = LockOut(limits.per_host, limits.window_s)
        self._salts = 0

    def line_of(
        self, view: DirectoryView, request: Request, source: Endpoint, now: float, epoch: float
    ) -> LineEntry | Refused:
        """The line whose telephone sent this."""
        known = self._on_trusted_flow(view, request, source, epoch)
        if known is not None:
            return known
        found = self.registrant(view, request, source, now, epoch)
        return found.line if isinstance(found, Known) else found

    def registrant(
        self, view: DirectoryView, request: Request, source: Endpoint, now: float, epoch: float
    ) -> Known | Refused:
        """Who has shown by this very request that it knows the password."""
        if self._hosts.is_locked(source.host, now):
            return Refused(403, (), "locked_out")
        self._salts += 1

        def secret_of(username: str, algorithm: Algorithm) -> str | None:
            line = view.line_by_username(_owner(username))
            if line is None:
                return None
            if web_owner(username) is None:
                return (line.ha1_sha256 if algorithm is Algorithm.SHA256 else line.ha1_md5) or None
            if not line.ha1_sha256 or not _holds(username, epoch):
                return None
            password = web_password(username, line.ha1_sha256)
            return ha1(username, self._authenticator.realm, password, algorithm)

        try:
            found = self._authenticator.check(request, secret_of, epoch, salt=f"{self._salts:x}")
        except Malformed as malformed:
            return Refused(400, (), "bad_credentials", text=malformed.reason)
        if isinstance(found, Challenged):
            return self._challenged(found, source, now)
        key = f"{_owner(found.username)}@{source.host}"
        if self._users.is_locked(key, now):
            return Refused(403, (), "locked_out", found.username)
        self._users.forgive(key)
        line = view.line_by_username(_owner(found.username))
        if line is None:
            return Refused(403, (), "line_gone", found.username)
        short_lived = web_owner(found.username)
        return Known(line, short_lived[1] if short_lived is not None else None)

    def _challenged(self, found: Challenged, source: Endpoint, now: float) -> Refused:
        if not found.username or found.stale:
            return Refused(401, _headers(found, source), "challenged")
        key = f"{_owner(found.username)}@{source.host}"
        if self._users.is_locked(key, now):  # one telephone that never stops must not lock its office out
            return Refused(403, (), "locked_out", found.username)
        user_locked = self._users.failed(key, now)
        if self._hosts.failed(source.host, now) or user_locked:
            return Refused(403, (), "locked_out", found.username)
        return Refused(401, _headers(found, source), "wrong_password", found.username)

    def _on_trusted_flow(
        self, view: DirectoryView, request: Request, source: Endpoint, epoch: float
    ) -> LineEntry | None:
        if (source.transport is Transport.UDP or not source.flow) and not self._trust_udp:
            return None
        try:
            claimed = request.from_.uri.username
        except Malformed:
            return None
        if not self._bindings.is_at(claimed, source, epoch):
            return None
        return view.line_by_username(claimed)


def _headers(found: Challenged, source: Endpoint) -> tuple[tuple[str, str], ...]:
    """The challenges; to a browser MD5 first: its telephones take the first one or none."""
    challenges = list(found.challenges)
    if source.transport in {Transport.WS, Transport.WSS}:
        challenges.sort(key=lambda challenge: challenge.algorithm is not Algorithm.MD5)
    return tuple(replace(found, challenges=challenges).headers())


def _owner(username: str) -> str:
    """The line's own user name, of a short-lived one as well."""
    short_lived = web_owner(username)
    return short_lived[0] if short_lived is not None else username


def _holds(username: str, epoch: float) -> bool:
    short_lived = web_owner(username)
    return short_lived is not None and epoch < short_lived[1]
