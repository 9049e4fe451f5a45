"""Our 2xx answers to INVITE, repeated until their ACK comes (RFC 3261 section 13.3.1.4).

This is the user agent core's work, not the transaction's: the ACK of a 2xx is a request of its own, found by
dialog and CSeq number, and the 2xx is repeated whatever the transport, because the path behind it may be
unreliable.
"""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.switch.sip.message import Request, Response
from dakehu.switch.sip.outputs import AckArrived, AnswerUnacknowledged, Output, SendBytes, ServerId
from dakehu.switch.sip.timers import Due, TimerQueue, Timings
from dakehu.switch.sip.transport import Endpoint

REPEAT = "answer"
GIVE_UP = "answer limit"


@dataclass(slots=True, eq=False)
class _Answer:
    server: ServerId
    sent: SendBytes
    after: float
    repeat_at: float
    limit_at: float


def _key(call_id: str, local_tag: str, number: int) -> str:
    return f"{call_id};{local_tag};{number}"


class Answers:
    """The 2xx answers of a stack that wait for ACK."""

    def __init__(self, timings: Timings, timers: TimerQueue) -> None:
        self._timings = timings
        self._timers = timers
        self._waiting: dict[str, _Answer] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def start(self, server: ServerId, response: Response, sent: SendBytes, now: float) -> None:
        """A 2xx was sent."""
        key = _key(response.call_id, response.to.tag, response.cseq.number)
        t1 = self._timings.t1
        self._waiting[key] = _Answer(
            server=server,
            sent=sent,
            after=t1,
            repeat_at=self._timers.set(now, t1, key, REPEAT),
            limit_at=self._timers.set(now, self._timings.timeout, key, GIVE_UP),
        )

    def acknowledge(self, ack: Request, source: Endpoint) -> list[Output]:
        """An ACK outside any transaction; nothing when no answer waits for it (a repeated ACK)."""
        found = self._waiting.pop(_key(ack.call_id, ack.to.tag, ack.cseq.number), None)
        return [] if found is None else [AckArrived(found.server, ack, source)]

    def timer(self, due: Due, now: float) -> list[Output]:
        """A timer ran out; stale ones do nothing."""
        found = self._waiting.get(due.owner)
        if found is None:
            return []
        if due.name == GIVE_UP and due.deadline == found.limit_at:
            del self._waiting[due.owner]
            return [AnswerUnacknowledged(found.server)]
        if due.name == REPEAT and due.deadline == found.repeat_at:
            found.after = min(found.after * 2, self._timings.t2)
            found.repeat_at = self._timers.set(now, found.after, due.owner, REPEAT)
            return [found.sent]
        return []
