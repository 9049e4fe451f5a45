"""Client transactions: carrying out the tables for requests that we send (RFC 3261 section 17.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dakehu.switch.sip.message import Request, Response
from dakehu.switch.sip.outputs import (
    ClientId,
    Dropped,
    FailureCause,
    Output,
    ResponseArrived,
    SendBytes,
    TransactionFailed,
)
from dakehu.switch.sip.timers import Due, TimerQueue, Timings
from dakehu.switch.sip.transactions.tables import (
    CLIENT_MACHINE,
    INVITE_CLIENT_MACHINE,
    ClientEvent,
    ClientState,
    Effect,
    InviteClientEvent,
    InviteClientState,
    Machine,
    Timer,
)
from dakehu.switch.sip.transport import Endpoint

MAX_FORKS = 16
"""To tags that may answer 2xx to one INVITE; more are somebody's joke."""
_EVENT_OF_TIMER: Mapping[str, str] = {
    Timer.A: InviteClientEvent.TIMER_A,
    Timer.B: InviteClientEvent.TIMER_B,
    Timer.D: InviteClientEvent.TIMER_D,
    Timer.M: InviteClientEvent.TIMER_M,
    Timer.E: ClientEvent.TIMER_E,
    Timer.F: ClientEvent.TIMER_F,
    Timer.K: ClientEvent.TIMER_K,
}


@dataclass(slots=True, eq=False)
class ClientTransaction:
    """One request on its way. What is no longer needed is let go when the state says so."""

    id: ClientId
    request: Request
    data: bytes
    peer: Endpoint
    machine: Machine
    state: str
    quiet: bool = False
    """A CANCEL of our own: nobody waits for its answer."""
    repeat_after: float = 0.0
    repeat_at: float = 0.0
    limit_at: float = 0.0
    cancel_wanted: bool = False
    acks: dict[str, SendBytes | None] = field(default_factory=dict)
    """The ACK given for each To tag that answered 2xx; under "" the ACK of a failure."""

    @property
    def is_invite(self) -> bool:
        return self.machine is INVITE_CLIENT_MACHINE


def client_id(branch: str, method: str) -> ClientId:
    """The key of section 17.1.3: branch and method."""
    return ClientId(f"{branch};{method}")


class ClientTransactions:
    """All client transactions of a stack."""

    def __init__(self, timings: Timings, timers: TimerQueue) -> None:
        self._timings = timings
        self._timers = timers
        self._by_id: dict[ClientId, ClientTransaction] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, client: ClientId) -> ClientTransaction | None:
        return self._by_id.get(client)

    def start(
        self, client: ClientId, request: Request, peer: Endpoint, now: float, *, quiet: bool = False
    ) -> list[Output]:
        """Send a request that already carries our Via; `client` is made of its branch and method."""
        is_invite = request.method == "INVITE"
        found = ClientTransaction(
            id=client,
            request=request,
            data=request.encode(),
            peer=peer,
            machine=INVITE_CLIENT_MACHINE if is_invite else CLIENT_MACHINE,
            state=InviteClientState.CALLING if is_invite else ClientState.TRYING,
            quiet=quiet,
        )
        self._by_id[found.id] = found
        if not peer.transport.reliable:
            found.repeat_after = t1 = self._timings.t1
            found.repeat_at = self._timers.set(now, t1, found.id, Timer.A if is_invite else Timer.E)
        self._limit(found, now, self._timings.timeout, Timer.B if is_invite else Timer.F)
        return [SendBytes(peer, found.data, found.id)]

    def receive(self, response: Response, source: Endpoint, now: float) -> list[Output]:
        """A response came; one that belongs to no transaction is dropped (18.1.2)."""
        found = self._by_id.get(client_id(response.via.branch, response.cseq.method))
        if found is None:
            return [Dropped("response without transaction", source)]
        event = _invite_event(response.status) if found.is_invite else _event(response.status)
        return self._apply(found, event, now, response, source)

    def timer(self, due: Due, now: float) -> list[Output]:
        """A timer ran out; stale ones do nothing."""
        found = self._by_id.get(ClientId(due.owner))
        if found is None or due.deadline not in (found.repeat_at, found.limit_at):
            return []
        return self._apply(found, _EVENT_OF_TIMER[due.name], now)

    def failed(self, client: ClientId, now: float) -> list[Output]:
        """The transport could not send (18.4)."""
        found = self._by_id.get(client)
        if found is None:
            return []
        event = InviteClientEvent.TRANSPORT_ERROR if found.is_invite else ClientEvent.TRANSPORT_ERROR
        return self._apply(found, event, now)

    def acknowledge(self, client: ClientId, tag: str, sent: SendBytes) -> None:
        """Remember the ACK of a 2xx, to repeat it when the 2xx is repeated (13.2.2.4)."""
        found = self._by_id.get(client)
        if found is not None:
            found.acks[tag] = sent

    def cancel(self, client: ClientId, now: float) -> list[Output]:
        """Cancel an INVITE: now, or once it is answered 1xx (9.1); too late is nothing."""
        found = self._by_id.get(client)
        if found is None or found.cancel_wanted:
            return []
        if found.state is InviteClientState.CALLING:
            found.cancel_wanted = True
        elif found.state is InviteClientState.PROCEEDING:
            found.cancel_wanted = True
            return self._send_cancel(found, now)
        return []

    def _send_cancel(self, found: ClientTransaction, now: float) -> list[Output]:
        self._limit(found, now, self._timings.timeout, Timer.B)
        client = ClientId(found.id.removesuffix("INVITE") + "CANCEL")
        return self.start(client, _derived(found.request, "CANCEL"), found.peer, now, quiet=True)

    def _apply(
        self,
        found: ClientTransaction,
        event: str,
        now: float,
        response: Response | None = None,
        source: Endpoint | None = None,
    ) -> list[Output]:
        before = found.state
        move = found.machine.get((before, event))
        if move is None:
            return []
        outputs: list[Output] = []
        for effect in move.effects:
            self._carry_out(effect, found, outputs, response, source)
        after = found.state = move.state
        if event in _REPEATS:
            self._repeat(found, now)
        elif after is not before:
            self._enter(found, now)
            if after is InviteClientState.PROCEEDING and found.cancel_wanted:
                outputs += self._send_cancel(found, now)
        return outputs

    def _carry_out(
        self,
        effect: Effect,
        found: ClientTransaction,
        outputs: list[Output],
        response: Response | None,
        source: Endpoint | None,
    ) -> None:
        if effect is Effect.SEND:
            outputs.append(SendBytes(found.peer, found.data, found.id))
        elif effect is Effect.DELIVER and response is not None and source is not None:
            if not found.quiet and self._is_news(found, response, outputs):
                outputs.append(ResponseArrived(found.id, response, source))
        elif effect is Effect.ACK and response is not None:
            ack = found.acks.get("")
            if ack is None:
                ack = found.acks[""] = SendBytes(found.peer, _failure_ack(found.request, response), found.id)
            outputs.append(ack)
        elif effect is Effect.FAIL_TIMEOUT and not found.quiet:
            outputs.append(TransactionFailed(found.id, FailureCause.TIMEOUT, 408))
        elif effect is Effect.FAIL_TRANSPORT and not found.quiet:
            outputs.append(TransactionFailed(found.id, FailureCause.TRANSPORT, 503))

    @staticmethod
    def _is_news(found: ClientTransaction, response: Response, outputs: list[Output]) -> bool:
        """Whether the user must see this; a repeated 2xx to INVITE only gets its ACK again."""
        if response.status < 200 or response.status >= 300 or response.cseq.method != "INVITE":
            return True
        tag = response.to.tag
        if tag not in found.acks:
            if len(found.acks) >= MAX_FORKS:
                return False
            found.acks[tag] = None
            return True
        ack = found.acks[tag]
        if ack is not None:
            outputs.append(ack)
        return False

    def _repeat(self, found: ClientTransaction, now: float) -> None:
        """Timers A and E: doubling; E not above T2, and T2 at once in Proceeding (17.1.2.2)."""
        after = found.repeat_after * 2
        if not found.is_invite:
            after = (
                self._timings.t2 if found.state is ClientState.PROCEEDING else min(after, self._timings.t2)
            )
        found.repeat_after = after
        name = Timer.A if found.is_invite else Timer.E
        found.repeat_at = self._timers.set(now, after, found.id, name)

    def _enter(self, found: ClientTransaction, now: float) -> None:
        state = found.state
        if state is ClientState.PROCEEDING:
            return  # timers E and F go on
        found.repeat_at = found.limit_at = 0.0
        reliable = found.peer.transport.reliable
        if state is InviteClientState.ACCEPTED:
            self._limit(found, now, self._timings.timeout, Timer.M)
        elif state is InviteClientState.COMPLETED and not reliable:
            self._limit(found, now, max(self._timings.least_d, self._timings.timeout), Timer.D)
        elif state is ClientState.COMPLETED and not reliable:
            self._limit(found, now, self._timings.t4, Timer.K)
        elif state is not InviteClientState.PROCEEDING:
            del self._by_id[found.id]
        if state in _LETTING_GO:
            found.data = b""
            found.request = _NOTHING

    def _limit(self, found: ClientTransaction, now: float, duration: float, name: Timer) -> None:
        found.limit_at = self._timers.set(now, duration, found.id, name)


_REPEATS = frozenset({InviteClientEvent.TIMER_A, ClientEvent.TIMER_E})
_LETTING_GO = frozenset({InviteClientState.ACCEPTED, InviteClientState.COMPLETED, ClientState.COMPLETED})
_NOTHING = Request("", "", [], [])


def _invite_event(status: int) -> InviteClientEvent:
    if status < 200:
        return InviteClientEvent.PROVISIONAL
    return InviteClientEvent.SUCCESS if status < 300 else InviteClientEvent.FAILURE


def _event(status: int) -> ClientEvent:
    return ClientEvent.PROVISIONAL if status < 200 else ClientEvent.FINAL


def _derived(invite: Request, method: str) -> Request:
    """The ACK or CANCEL of an INVITE: same target, Via, Route, From, To, Call-ID (9.1, 17.1.1.3)."""
    request = Request(method, invite.target, [], [])
    request.take_lines(invite.lines_of("via")[:1])
    request.take_lines(invite.lines_of("route", "from", "to", "call-id"))
    request.add("cseq", f"{invite.cseq.number} {method}")
    request.add("max-forwards", "70")
    request.set_body(b"")
    return request


def _failure_ack(invite: Request, response: Response) -> bytes:
    ack = _derived(invite, "ACK")
    ack.remove("to")
    ack.take_lines(response.lines_of("to"))
    return ack.encode()
