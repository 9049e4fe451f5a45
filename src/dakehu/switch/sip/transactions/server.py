"""Server transactions: carrying out the tables for requests that we answer (RFC 3261 section 17.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dakehu.switch.sip.message import CSeq, Request, Response
from dakehu.switch.sip.outputs import Output, SendBytes, ServerId
from dakehu.switch.sip.routing import way_back
from dakehu.switch.sip.timers import Due, TimerQueue, Timings
from dakehu.switch.sip.transactions.tables import (
    INVITE_SERVER_MACHINE,
    SERVER_MACHINE,
    Effect,
    InviteServerEvent,
    InviteServerState,
    Machine,
    ServerEvent,
    ServerState,
    Timer,
)
from dakehu.switch.sip.transport import Endpoint

_EVENT_OF_TIMER: Mapping[str, str] = {
    Timer.G: InviteServerEvent.TIMER_G,
    Timer.H: InviteServerEvent.TIMER_H,
    Timer.I: InviteServerEvent.TIMER_I,
    Timer.L: InviteServerEvent.TIMER_L,
    Timer.J: ServerEvent.TIMER_J,
}


MergeKey = tuple[str, str, CSeq]


@dataclass(slots=True, eq=False)
class ServerTransaction:
    """One request that we answer. The request itself is not kept: the transaction user has it."""

    id: ServerId
    machine: Machine
    state: str
    peer: Endpoint
    merge_key: MergeKey | None
    data: bytes = b""
    tag: str = ""
    """The To tag of our last answer."""
    repeat_after: float = 0.0
    repeat_at: float = 0.0
    limit_at: float = 0.0

    @property
    def is_invite(self) -> bool:
        return self.machine is INVITE_SERVER_MACHINE


def server_id(request: Request) -> ServerId:
    """The key of section 17.2.3; ACK and CANCEL get that of the INVITE by naming it as `method`."""
    method = "INVITE" if request.method == "ACK" else request.method
    return server_id_for(request, method)


def server_id_for(request: Request, method: str) -> ServerId:
    """The key under which `request` would be known if its method were `method`.

    A branch without the cookie, or with nothing behind it, proves nothing (RFC 4475 section 3.2.1): then the
    transaction is what RFC 2543 says, Request-URI, From tag, Call-ID, CSeq number and top Via.
    """
    via = request.via
    if via.has_unique_branch:
        return ServerId(f"{via.branch};{via.sent_by};{method}")
    sender = f"{via.transport} {via.sent_by} {via.branch}"
    return ServerId(
        f"2543 {request.target} {request.from_.tag} {request.call_id} {request.cseq.number} {sender};{method}"
    )


def merge_key(request: Request) -> MergeKey | None:
    """What a request that reached us on two ways has in common (8.2.2.2); None inside a dialog."""
    if request.to.tag:
        return None
    return request.call_id, request.from_.tag, request.cseq


class ServerTransactions:
    """All server transactions of a stack."""

    def __init__(self, timings: Timings, timers: TimerQueue) -> None:
        self._timings = timings
        self._timers = timers
        self._by_id: dict[ServerId, ServerTransaction] = {}
        self._merged: dict[MergeKey, ServerId] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, server: ServerId) -> ServerTransaction | None:
        return self._by_id.get(server)

    def is_merged(self, key: MergeKey | None) -> bool:
        """Whether another transaction already handles the same request (to be answered 482)."""
        return key is not None and key in self._merged

    def start(self, server: ServerId, request: Request, source: Endpoint) -> ServerTransaction:
        """A new request, its Via already stamped; `server` is its key."""
        is_invite = request.method == "INVITE"
        found = ServerTransaction(
            id=server,
            machine=INVITE_SERVER_MACHINE if is_invite else SERVER_MACHINE,
            state=InviteServerState.PROCEEDING if is_invite else ServerState.TRYING,
            peer=way_back(request.via, source),
            merge_key=merge_key(request),
        )
        self._by_id[found.id] = found
        if found.merge_key is not None:
            self._merged[found.merge_key] = found.id
        return found

    def again(self, found: ServerTransaction, now: float) -> list[Output]:
        """The request of a known transaction came again: repeat the last answer, if there is one."""
        return self._apply(found, InviteServerEvent.REQUEST if found.is_invite else ServerEvent.REQUEST, now)

    def ack(self, found: ServerTransaction, now: float) -> bool:
        """An ACK with the INVITE's own branch: of a failure, or, if true, an old client's of a 2xx."""
        move = found.machine.get((found.state, InviteServerEvent.ACK))
        self._apply(found, InviteServerEvent.ACK, now)
        return move is not None and Effect.DELIVER_ACK in move.effects

    def respond(self, found: ServerTransaction, response: Response, now: float) -> list[Output] | None:
        """Send an answer; `None` when the transaction is past it (a 487 after the 200)."""
        event = _event_of(found, response.status)
        if (found.state, event) not in found.machine:
            return None
        found.data = response.encode()
        found.tag = response.to.tag
        return self._apply(found, event, now)

    def timer(self, due: Due, now: float) -> list[Output]:
        """A timer ran out; stale ones do nothing."""
        found = self._by_id.get(ServerId(due.owner))
        if found is None or due.deadline not in (found.repeat_at, found.limit_at):
            return []
        return self._apply(found, _EVENT_OF_TIMER[due.name], now)

    def _apply(self, found: ServerTransaction, event: str, now: float) -> list[Output]:
        before = found.state
        move = found.machine.get((before, event))
        if move is None:
            return []
        outputs: list[Output] = []
        if Effect.SEND in move.effects and found.data:
            outputs.append(SendBytes(found.peer, found.data))
        after = found.state = move.state
        if event is InviteServerEvent.TIMER_G:
            found.repeat_after = min(found.repeat_after * 2, self._timings.t2)
            found.repeat_at = self._timers.set(now, found.repeat_after, found.id, Timer.G)
        elif after is not before:
            self._enter(found, now)
        return outputs

    def _enter(self, found: ServerTransaction, now: float) -> None:
        state = found.state
        reliable = found.peer.transport.reliable
        found.repeat_at = found.limit_at = 0.0
        if state is InviteServerState.COMPLETED:
            if not reliable:
                found.repeat_after = self._timings.t1
                found.repeat_at = self._timers.set(now, found.repeat_after, found.id, Timer.G)
            self._limit(found, now, self._timings.timeout, Timer.H)
        elif state is InviteServerState.ACCEPTED:
            found.data = b""
            self._limit(found, now, self._timings.timeout, Timer.L)
        elif state is InviteServerState.CONFIRMED and not reliable:
            found.data = b""
            self._limit(found, now, self._timings.t4, Timer.I)
        elif state is ServerState.COMPLETED and not reliable:
            self._limit(found, now, self._timings.timeout, Timer.J)
        elif state is not ServerState.PROCEEDING:
            del self._by_id[found.id]
            if found.merge_key is not None:
                self._merged.pop(found.merge_key, None)

    def _limit(self, found: ServerTransaction, now: float, duration: float, name: Timer) -> None:
        found.limit_at = self._timers.set(now, duration, found.id, name)


def _event_of(found: ServerTransaction, status: int) -> str:
    if found.is_invite:
        if status < 200:
            return InviteServerEvent.SEND_PROVISIONAL
        return InviteServerEvent.SEND_SUCCESS if status < 300 else InviteServerEvent.SEND_FAILURE
    return ServerEvent.SEND_PROVISIONAL if status < 200 else ServerEvent.SEND_FINAL
