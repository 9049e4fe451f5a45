"""Whether gateways to other networks live: asked by OPTIONS (RFC 3261 section 11), and seen by calls.

Any answer is life, a refusal too. One that stays silent is down until it answers again; nothing is refused
for that, it is only tried last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from dakehu.numbering.domain.trunks import Gateway
from dakehu.switch.runtime.config import TrunkTimings
from dakehu.switch.runtime.messages import Scribe
from dakehu.switch.sip import ClientId, Endpoint, Output, Stack, Transport

_log = structlog.get_logger("dakehu.voice")
Run = Callable[[Iterable[Output]], None]


def endpoint_of(gateway: Gateway) -> Endpoint:
    """Where its messages go."""
    return Endpoint(Transport(gateway.transport), gateway.host, gateway.port)


class Gateways:
    """One per process. `now` is in seconds that never go back."""

    def __init__(self, stack: Stack, scribe: Scribe, run: Run, timings: TrunkTimings) -> None:
        self._stack = stack
        self._scribe = scribe
        self._run = run
        self.timings = timings
        self._due_at = 0.0
        self._down: set[Gateway] = set()
        self._hosts: frozenset[str] = frozenset()
        self._asked: dict[ClientId, tuple[Gateway, float]] = {}

    @property
    def down(self) -> tuple[Gateway, ...]:
        """Those that do not answer."""
        return tuple(sorted(self._down, key=str))

    def is_down(self, gateway: Gateway) -> bool:
        return gateway in self._down

    def knows(self, source: Endpoint) -> bool:
        """Whether a gateway is at that address, as of the last check: what comes from it is no flood."""
        return source.host in self._hosts

    def is_due(self, now: float) -> bool:
        """Whether `check` wants to be called."""
        return bool(self.timings.check_s) and now >= self._due_at

    def check(self, gateways: Iterable[Gateway], now: float) -> None:
        """Ask each; those that never answered the last time are down."""
        self._due_at = now + self.timings.check_s
        known = set(gateways)
        self._hosts = frozenset(gateway.host for gateway in known)
        self._down &= known
        for gateway in sorted(known, key=str):
            to = endpoint_of(gateway)
            request = self._scribe.options(gateway, self._stack.new_tag(), to.transport)
            client, outputs = self._stack.request(request, now, destination=to)
            self._asked[client] = (gateway, now + self.timings.silent_s)
            self._run(outputs)

    def expire(self, now: float) -> None:
        """Those that have been silent for too long are down."""
        for client, (gateway, until) in list(self._asked.items()):
            if until <= now:
                del self._asked[client]
                self.silent(gateway)

    def answered(self, client: ClientId) -> None:
        """A final response came; nothing happens if it answers no check."""
        found = self._asked.pop(client, None)
        if found is not None:
            self.lives(found[0])

    def failed(self, client: ClientId) -> None:
        """A request could not be sent, or is over its time."""
        found = self._asked.pop(client, None)
        if found is not None:
            self.silent(found[0])

    def silent(self, gateway: Gateway) -> None:
        """It did not answer."""
        if gateway not in self._down:
            self._down.add(gateway)
            _log.warning("gateway is down", gateway=str(gateway))

    def lives(self, gateway: Gateway) -> None:
        """It said something."""
        if gateway in self._down:
            self._down.remove(gateway)
            _log.info("gateway is up again", gateway=str(gateway))
