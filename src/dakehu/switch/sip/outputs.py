"""What the stack asks its surroundings to do, and what it tells the transaction user: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from dakehu.switch.sip.message import Request, Response
from dakehu.switch.sip.transport import Endpoint, Transport

ServerId = NewType("ServerId", str)
"""A server transaction: one request that we answer."""
ClientId = NewType("ClientId", str)
"""A client transaction: one request that we sent."""


@dataclass(frozen=True, slots=True)
class SendBytes:
    """Put these bytes on the wire.

    `client` is set for requests: when sending fails, or the connection closes before the answer, report
    `Stack.transport_failed(client)`.
    """

    to: Endpoint
    data: bytes
    client: ClientId | None = None


@dataclass(frozen=True, slots=True)
class ResolveNeeded:
    """The next hop is a name. Look it up (RFC 3263) and call `Stack.resolved`; no peer fails the request."""

    client: ClientId
    host: str
    port: int | None
    transport: Transport | None


@dataclass(frozen=True, slots=True)
class CloseFlow:
    """The bytes on this connection can no longer be told apart: close it after what was sent."""

    to: Endpoint
    problem: str


@dataclass(frozen=True, slots=True)
class RequestArrived:
    """A new request, checked (section 8.2), to be answered by `Stack.respond(server, ...)`.

    INVITE has already been answered 100. Retransmissions never come here.
    """

    server: ServerId
    request: Request
    source: Endpoint


@dataclass(frozen=True, slots=True)
class CancelArrived:
    """The INVITE `server` is cancelled; CANCEL itself is already answered. Answer the INVITE 487."""

    server: ServerId
    cancel: Request


@dataclass(frozen=True, slots=True)
class AckArrived:
    """The 2xx of INVITE `server` is acknowledged. Comes once for each 2xx; `ack` may carry the SDP answer."""

    server: ServerId
    ack: Request
    source: Endpoint


@dataclass(frozen=True, slots=True)
class AnswerUnacknowledged:
    """No ACK came for our 2xx within 64*T1: the session should be ended with BYE (13.3.1.4)."""

    server: ServerId


@dataclass(frozen=True, slots=True)
class PrackArrived:
    """A reliable provisional answer to INVITE `invite` is acknowledged; the PRACK wants its own answer.

    Comes once for each such answer; a PRACK that acknowledges nothing is answered 481 already.
    """

    invite: ServerId
    server: ServerId
    prack: Request
    source: Endpoint


@dataclass(frozen=True, slots=True)
class ProvisionalUnacknowledged:
    """No PRACK came for a reliable answer to INVITE `server` within 64*T1: it should be refused."""

    server: ServerId


@dataclass(frozen=True, slots=True)
class ResponseArrived:
    """A response to our request.

    For INVITE each 2xx wants `Stack.acknowledge`; once given, repetitions of that 2xx are acknowledged
    without coming here. A 2xx of another fork (another To tag) comes as a further `ResponseArrived`.
    """

    client: ClientId
    response: Response
    source: Endpoint


class FailureCause(StrEnum):
    """Why a request got no final answer."""

    TIMEOUT = "timeout"
    TRANSPORT = "transport"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class TransactionFailed:
    """Our request gets no final answer; `status` is what it counts as (8.1.3.1): 408 or 503."""

    client: ClientId
    cause: FailureCause
    status: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing happens with what came; for counters and traces."""

    why: str
    source: Endpoint | None = None


Output = (
    SendBytes
    | ResolveNeeded
    | CloseFlow
    | RequestArrived
    | CancelArrived
    | AckArrived
    | AnswerUnacknowledged
    | PrackArrived
    | ProvisionalUnacknowledged
    | ResponseArrived
    | TransactionFailed
    | Dropped
)
