"""Provisional answers that arrive for certain (RFC 3262).

A 1xx with `Require: 100rel` and a number (RSeq) is repeated until the caller says by PRACK that it came. It
is the user agent core's work, like the repetition of a 2xx (`answers`): the PRACK is a request of its own,
found by dialog and number. One is on its way at a time; the user keeps the next until `PrackArrived` (section
3 asks it for the first, and so much is never lost by it). A final answer ends the repetition; a PRACK that
crossed it is still understood.

For the calling side there are `reliable_number`, which says whether a 1xx wants a PRACK, and `Heard`, which
numbers are new.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import NamedTuple

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import LWS, is_token, number
from dakehu.switch.sip.message import MAX_CSEQ, Message, Request, Response
from dakehu.switch.sip.outputs import Output, ProvisionalUnacknowledged, SendBytes, ServerId
from dakehu.switch.sip.timers import Due, TimerQueue, Timings

TAG = "100rel"
REPEAT_PROVISIONAL = "provisional"
PROVISIONAL_LIMIT = "provisional limit"
_MAX_RSEQ = 2**32
_FIRST_MOST = 2**31


class RAck(NamedTuple):
    """Which answer a PRACK acknowledges: its RSeq, and the CSeq of the request that it answered."""

    rseq: int
    number: int
    method: str

    @classmethod
    def parse(cls, text: str) -> RAck:
        """Read the header's value; raises `Malformed`."""
        words = text.replace("\t", " ").strip(LWS).split(" ")
        words = [word for word in words if word]
        if len(words) != 3 or not is_token(words[2]):
            raise Malformed("RAck", "not two numbers and a method")
        return cls(
            number(words[0], part="RAck", limit=_MAX_RSEQ),
            number(words[1], part="RAck", limit=MAX_CSEQ),
            words[2],
        )

    @classmethod
    def of(cls, prack: Request) -> RAck:
        """That of a PRACK; raises `Malformed`."""
        text = prack.text("rack")
        if text is None:
            raise Malformed("RAck", "missing")
        return cls.parse(text)

    def __str__(self) -> str:
        return f"{self.rseq} {self.number} {self.method}"


def supports(message: Message, tag: str) -> bool:
    """Whether its sender knows an extension: it is in Supported or in Require; raises `Malformed`."""
    return tag in message.tokens("supported") or requires(message, tag)


def requires(message: Message, tag: str) -> bool:
    """Whether its sender insists on an extension; raises `Malformed`."""
    return tag in message.tokens("require")


def reliable_number(response: Response) -> int | None:
    """The RSeq of an answer that wants a PRACK; `None` of any other. Raises `Malformed`."""
    if not 100 < response.status < 200 or not requires(response, TAG):
        return None
    text = response.text("rseq")
    if text is None:
        raise Malformed("RSeq", "missing")
    return number(text, part="RSeq", limit=_MAX_RSEQ)


def rack_of(response: Response, rseq: int) -> tuple[str, str]:
    """The header of the PRACK for this answer."""
    return ("RAck", str(RAck(rseq, *response.cseq)))


@dataclass(slots=True)
class Heard:
    """The reliable answers of one early dialog, on the calling side."""

    last: int | None = None

    def is_next(self, rseq: int) -> bool:
        """Whether this is news, to be acknowledged and acted upon.

        A repetition is neither, nor is one that a lost one went before (section 4): that will come again.
        """
        if self.last is not None and rseq != self.last + 1:
            return False
        self.last = rseq
        return True


@dataclass(slots=True, eq=False)
class _Sent:
    server: ServerId
    rack: RAck
    sent: SendBytes
    after: float
    repeat_at: float
    limit_at: float
    is_final: bool = False
    """The request has its last word: nothing is repeated any more."""


@dataclass(slots=True)
class _Numbers:
    """What the reliable answers of one request have been."""

    next: int
    waiting: str = ""


def _key(message: Message, rseq: int) -> str:
    return f"{message.call_id};{message.to.tag};{rseq}"


class Provisionals:
    """The reliable answers of a stack that wait for their PRACK."""

    def __init__(self, timings: Timings, timers: TimerQueue) -> None:
        self._timings = timings
        self._timers = timers
        self._waiting: dict[str, _Sent] = {}
        self._numbers: dict[ServerId, _Numbers] = {}

    def __len__(self) -> int:
        return len(self._waiting) + len(self._numbers)

    def number_it(self, server: ServerId, response: Response, token: str) -> None:
        """Make an answer reliable: Require and RSeq. `token` is unguessable, and so is the first number."""
        numbers = self._numbers.get(server)
        if numbers is None:
            numbers = self._numbers[server] = _Numbers(1 + zlib.crc32(token.encode()) % (_FIRST_MOST - 1))
        response.add("Require", TAG)
        response.add("RSeq", str(numbers.next))
        numbers.next += 1

    def start(self, server: ServerId, response: Response, sent: SendBytes, now: float) -> None:
        """It was sent."""
        rseq = int(response.text("rseq") or 0)
        key, t1 = _key(response, rseq), self._timings.t1
        self._numbers[server].waiting = key
        self._waiting[key] = _Sent(
            server=server,
            rack=RAck(rseq, *response.cseq),
            sent=sent,
            after=t1,
            repeat_at=self._timers.set(now, t1, key, REPEAT_PROVISIONAL),
            limit_at=self._timers.set(now, self._timings.timeout, key, PROVISIONAL_LIMIT),
        )

    def is_waiting(self, server: ServerId) -> bool:
        """Whether an answer to this request still wants its PRACK."""
        numbers = self._numbers.get(server)
        return numbers is not None and bool(numbers.waiting)

    def acknowledge(self, prack: Request) -> ServerId | None:
        """The INVITE whose answer this PRACK acknowledges; `None` (481) for one that waits for none.

        Raises `Malformed`.
        """
        rack = RAck.of(prack)
        key = _key(prack, rack.rseq)
        found = self._waiting.get(key)
        if found is None or found.rack != rack:
            return None
        del self._waiting[key]
        numbers = self._numbers.get(found.server)
        if numbers is not None:
            numbers.waiting = ""
        return found.server

    def finish(self, server: ServerId) -> None:
        """The request has its final answer."""
        numbers = self._numbers.pop(server, None)
        found = self._waiting.get(numbers.waiting) if numbers is not None else None
        if found is not None:
            found.is_final = True

    def timer(self, due: Due, now: float) -> list[Output]:
        """A timer ran out; stale ones do nothing."""
        found = self._waiting.get(due.owner)
        if found is None:
            return []
        if due.name == PROVISIONAL_LIMIT and due.deadline == found.limit_at:
            del self._waiting[due.owner]
            numbers = self._numbers.get(found.server)
            if numbers is None:
                return []
            numbers.waiting = ""
            return [ProvisionalUnacknowledged(found.server)]
        if due.name == REPEAT_PROVISIONAL and due.deadline == found.repeat_at and not found.is_final:
            found.after *= 2
            found.repeat_at = self._timers.set(now, found.after, due.owner, REPEAT_PROVISIONAL)
            return [found.sent]
        return []
