"""How many new requests one address may send: a token bucket each.

An address has `burst` requests to spend and gets `rate` a second back. Beyond that it is answered 503 with
Retry-After, a few times a second so that the answers are no flood of their own, and otherwise not at all.
Whoever registered from where it sends is not counted (`exempt`): an office's telephones behind one address,
or a switchboard with a thousand lines, prove by digest who they are.

Requests that can only belong to a call that is up, and responses, are never counted. Memory is bounded: the
address unheard of for longest is forgotten first, and starts anew with a full bucket.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from dakehu.switch.runtime.config import SourceLimits
from dakehu.switch.sip import Endpoint

MOST_SOURCES = 50_000
_REFUSALS_PER_S = 10.0
_UNCOUNTED = frozenset({b"SIP/", b"ACK ", b"BYE ", b"CANC", b"PRAC", b"UPDA", b"INFO"})


class Admission(StrEnum):
    """What becomes of a request."""

    PASS = "pass"  # noqa: S105 - a word for letting through
    REFUSE = "refuse"
    DROP = "drop"


def is_counted(data: bytes) -> bool:
    """Whether a message may begin something: all but responses, ACK, CANCEL and requests inside calls."""
    return data[:4] not in _UNCOUNTED


@dataclass(slots=True)
class _Bucket:
    tokens: float
    refusals: float
    at: float


class FloodGuard:
    """One per process. `now` is in seconds that never go back."""

    def __init__(self, limits: SourceLimits, exempt: Callable[[Endpoint], bool]) -> None:
        self._rate = limits.rate
        self._burst = limits.burst
        self._exempt = exempt
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def admit(self, source: Endpoint, now: float) -> Admission:
        """Count a request that `is_counted`."""
        if not self._rate or self._exempt(source):
            return Admission.PASS
        bucket = self._buckets.get(source.host)
        if bucket is None:
            bucket = self._buckets[source.host] = _Bucket(self._burst, _REFUSALS_PER_S, now)
            if len(self._buckets) > MOST_SOURCES:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(source.host)
        passed, bucket.at = now - bucket.at, now
        tokens = min(self._burst, bucket.tokens + passed * self._rate)
        if tokens >= 1.0:
            bucket.tokens = tokens - 1.0
            return Admission.PASS
        bucket.tokens = tokens
        bucket.refusals = min(_REFUSALS_PER_S, bucket.refusals + passed * _REFUSALS_PER_S)
        if bucket.refusals < 1.0:
            return Admission.DROP
        bucket.refusals -= 1.0
        return Admission.REFUSE
