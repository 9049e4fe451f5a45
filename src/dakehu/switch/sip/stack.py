"""The stack: bytes and time in, messages and timers out.

Theory of operation
-------------------

`Stack` is one user agent's transaction layer and the part of the user agent core that every request needs. It
opens no socket, reads no clock and draws no random number: whoever runs it passes bytes with the peer they
came from and the time (`receive`), puts `SendBytes` on the wire, and calls `timeout` at `next_deadline`. All
state is in memory and small; nothing here waits. ::

        datagram, frame                      RequestArrived, CancelArrived, AckArrived,
        ──────────────▶ receive ──┐          ResponseArrived, TransactionFailed …
                                  │        ┌────────────────────────────────────▶ transaction user
        clock ────────▶ timeout ──┼─ lists ┤                                      (registrar, call control)
                                  │   of   │
        transaction user          │ Output │
          request, respond,       │        └────────────────────────────────────▶ the wire
          acknowledge, cancel ────┘          SendBytes, ResolveNeeded, CloseFlow

A request that arrives goes through these gates, and each may end its way:

1. Parse (`parser`). Noise is dropped, what can be answered is answered 400 or 505.
2. Match (`transactions.server`). A retransmission gets the last answer again; ACK, CANCEL find their INVITE.
3. Syntax (`faults.syntax_fault`) → 400. Refusals are stateless (8.2.7): the same request gets the same
   answer, and a flood of broken requests leaves nothing behind.
4. Service (`faults.service_fault`): method, scheme, hops, Require, content → 405, 501, 416, 483, 420, 415,
   406.
5. Merged requests → 482; overload (`overload`) → 503.
6. A server transaction is opened, INVITE is answered 100, and `RequestArrived` tells the user.

Responses find their client transaction by branch or are dropped. The 2xx of an INVITE is the user's to
acknowledge once (`acknowledge`); repetitions are then acknowledged here. Our own 2xx is repeated until its
ACK comes (`answers`), a reliable 1xx until its PRACK does (`reliable`).

Time is a float of seconds that never goes back; its zero does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from dakehu.switch.sip.answers import GIVE_UP, REPEAT, Answers
from dakehu.switch.sip.config import NewToken, StackConfig
from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.faults import (
    Fault,
    ack_fault,
    bad_request,
    fault,
    response_fault,
    service_fault,
    syntax_fault,
)
from dakehu.switch.sip.message import Message, Request, Response, reply
from dakehu.switch.sip.outputs import (
    CancelArrived,
    ClientId,
    CloseFlow,
    Dropped,
    FailureCause,
    Output,
    PrackArrived,
    RequestArrived,
    ResolveNeeded,
    SendBytes,
    ServerId,
    TransactionFailed,
)
from dakehu.switch.sip.overload import BUSY, Overload
from dakehu.switch.sip.parser import Unreadable, parse_message
from dakehu.switch.sip.refusals import refusal, stateless_tag
from dakehu.switch.sip.reliable import PROVISIONAL_LIMIT, REPEAT_PROVISIONAL, Provisionals
from dakehu.switch.sip.routing import next_hop, way_back
from dakehu.switch.sip.statuses import reason_phrase
from dakehu.switch.sip.stream import Frame
from dakehu.switch.sip.timers import TimerQueue
from dakehu.switch.sip.transactions.client import ClientTransactions, client_id
from dakehu.switch.sip.transactions.server import (
    ServerTransaction,
    ServerTransactions,
    merge_key,
    server_id,
    server_id_for,
)
from dakehu.switch.sip.transactions.tables import InviteServerState
from dakehu.switch.sip.transport import Endpoint, Transport
from dakehu.switch.sip.via import MAGIC

_CLIENT_TIMERS = frozenset("ABDEFKM")


class Stack:
    """See the module's text. Methods return what is to be done now, in order."""

    def __init__(self, config: StackConfig, new_token: NewToken) -> None:
        self.config = config
        self._new_token = new_token
        self._timers = TimerQueue()
        self._clients = ClientTransactions(config.timings, self._timers)
        self._servers = ServerTransactions(config.timings, self._timers)
        self._answers = Answers(config.timings, self._timers)
        self._provisionals = Provisionals(config.timings, self._timers)
        self._unresolved: dict[ClientId, Request] = {}
        self.overload = Overload(config.max_server_transactions)

    # --- the wire

    def receive(self, data: bytes, source: Endpoint, now: float) -> list[Output]:
        """A datagram, or one frame of a stream (`stream.StreamFramer`)."""
        if len(data) <= 4 and not data.strip(b"\r\n\0"):
            return _keep_alive(data, source)
        try:
            message = parse_message(data)
        except Unreadable as unreadable:
            if unreadable.request is None or unreadable.request.method == "ACK":
                return [Dropped(unreadable.reason, source)]
            words = "" if unreadable.status == 505 else unreadable.reason
            return self._refuse(unreadable.request, Fault(unreadable.status, words), source)
        return self.receive_message(message, source, now)

    def refuse(self, data: bytes, source: Endpoint) -> list[Output]:
        """Answer a request 503 with Retry-After unseen; nothing of it stays. Anything else is dropped."""
        try:
            message: Message | None = parse_message(data)
        except Unreadable:
            message = None
        if not isinstance(message, Request) or message.method == "ACK":
            return [Dropped("too many", source)]
        return self._refuse(message, BUSY, source)

    def receive_frame(self, frame: Frame, source: Endpoint, now: float) -> list[Output]:
        """What a `StreamFramer` cut: a whole message, or the head at which the stream ends."""
        if not frame.problem:
            return self.receive(frame.data, source, now)
        outputs: list[Output] = []
        try:
            message: Message | None = parse_message(frame.data)
        except Unreadable as unreadable:
            message = unreadable.request
        if isinstance(message, Request) and message.method != "ACK":
            status = 513 if "too large" in frame.problem else 400
            outputs = self._refuse(
                message, Fault(status, f"{reason_phrase(status)} - {frame.problem}"), source
            )
        return [*outputs, CloseFlow(source, frame.problem)]

    def receive_message(self, message: Message, source: Endpoint, now: float) -> list[Output]:
        """A message that is already parsed."""
        if isinstance(message, Response):
            problem = response_fault(message)
            return [Dropped(problem, source)] if problem else self._clients.receive(message, source, now)
        if isinstance(message, Request):
            return self._receive_request(message, source, now)
        raise TypeError(type(message).__name__)

    def transport_failed(self, client: ClientId, now: float) -> list[Output]:
        """`SendBytes` of this client transaction could not be sent, or its connection broke too early."""
        return self._clients.failed(client, now)

    @property
    def load(self) -> int:
        """Transactions alive and answers that wait for their ACK or PRACK."""
        waiting = len(self._answers) + len(self._provisionals) + len(self._unresolved)
        return len(self._servers) + len(self._clients) + waiting

    @property
    def timers(self) -> int:
        """Timers that have not run out, stale ones included."""
        return len(self._timers)

    # --- time

    def next_deadline(self) -> float | None:
        """When `timeout` wants to be called; `None` while nothing waits."""
        return self._timers.next_deadline()

    def timeout(self, now: float) -> list[Output]:
        """Do what became due by `now`."""
        outputs: list[Output] = []
        for due in self._timers.due(now):
            if due.name in _CLIENT_TIMERS:
                outputs += self._clients.timer(due, now)
            elif due.name in {REPEAT, GIVE_UP}:
                outputs += self._answers.timer(due, now)
            elif due.name in {REPEAT_PROVISIONAL, PROVISIONAL_LIMIT}:
                outputs += self._provisionals.timer(due, now)
            else:
                outputs += self._servers.timer(due, now)
        return outputs

    # --- what the transaction user wants

    def new_tag(self) -> str:
        """A tag for the local end of a dialog."""
        return self._new_token()

    def request(
        self, request: Request, now: float, *, destination: Endpoint | None = None
    ) -> tuple[ClientId, list[Output]]:
        """Send a request other than ACK and CANCEL. Via and, when absent, Max-Forwards are added to it here.

        It goes to `destination` (a registered flow, an outbound proxy) or else to the next hop its first
        Route or Request-URI names. Raises `Malformed` when that is no place to send to.
        """
        branch = MAGIC + self._new_token()
        client = client_id(branch, request.method)
        if "max-forwards" not in request:
            request.add("max-forwards", "70")
        peer, hop = destination, None
        if peer is None:
            hop = next_hop(request)
            peer = hop.endpoint()
        if peer is None and hop is not None:
            request.prepend("via", f"SIP/2.0/UDP unresolved;branch={branch}")
            self._unresolved[client] = request
            return client, [ResolveNeeded(client, hop.host, hop.port, hop.transport)]
        if peer is None or peer.transport not in self.config.sent_by:
            return client, [TransactionFailed(client, FailureCause.TRANSPORT, 503)]
        request.prepend("via", self._via(peer.transport, branch))
        return client, self._clients.start(client, request, peer, now)

    def resolved(self, client: ClientId, peers: Sequence[Endpoint], now: float) -> list[Output]:
        """The answer to `ResolveNeeded`; the first peer whose transport we have is used."""
        request = self._unresolved.pop(client, None)
        if request is None:
            return []
        peer = next((peer for peer in peers if peer.transport in self.config.sent_by), None)
        if peer is None:
            return [TransactionFailed(client, FailureCause.UNRESOLVED, 503)]
        request.put("via", self._via(peer.transport, request.via.branch))
        return self._clients.start(client, request, peer, now)

    def acknowledge(
        self, client: ClientId, ack: Request, now: float, *, destination: Endpoint | None = None
    ) -> list[Output]:
        """Send the ACK of a 2xx (`Dialog.ack`), now and whenever the 2xx comes again.

        A next hop that is a name can't be waited for here: pass `destination` then.
        """
        del now
        peer = destination or next_hop(ack).endpoint()
        if peer is None or peer.transport not in self.config.sent_by:
            return [Dropped("ACK has no numeric destination")]
        if "max-forwards" not in ack:
            ack.add("max-forwards", "70")
        ack.prepend("via", self._via(peer.transport, MAGIC + self._new_token()))
        sent = SendBytes(peer, ack.encode(), client)
        self._clients.acknowledge(client, ack.to.tag, sent)
        return [sent]

    def cancel(self, client: ClientId, now: float) -> list[Output]:
        """Cancel an INVITE of ours; its 487 (or the 2xx that crossed it) still comes as `ResponseArrived`."""
        if self._unresolved.pop(client, None) is not None:
            return [TransactionFailed(client, FailureCause.UNRESOLVED, 487)]
        return self._clients.cancel(client, now)

    def respond(self, server: ServerId, response: Response, now: float) -> list[Output]:
        """Answer a request (`message.reply` builds the answer). An answer that comes too late is dropped."""
        found = self._servers.get(server)
        outputs = None if found is None else self._servers.respond(found, response, now)
        if found is None or outputs is None:
            return [Dropped("answer without transaction")]
        if found.state is InviteServerState.ACCEPTED:
            self._answers.start(server, response, _sent(outputs), now)
        if response.status >= 200:
            self._provisionals.finish(server)
        return outputs

    def respond_reliably(self, server: ServerId, response: Response, now: float) -> list[Output]:
        """Answer an INVITE with a 1xx that is repeated until its PRACK comes (RFC 3262 section 3).

        Not before the PRACK of the one before: see `is_provisional_waiting`.
        """
        found = self._servers.get(server)
        if found is None or found.state is not InviteServerState.PROCEEDING:
            return [Dropped("answer without transaction")]
        self._provisionals.number_it(server, response, self._new_token())
        outputs = self._servers.respond(found, response, now) or []
        self._provisionals.start(server, response, _sent(outputs), now)
        return outputs

    def is_provisional_waiting(self, server: ServerId) -> bool:
        """Whether a reliable answer to this INVITE still wants its PRACK."""
        return self._provisionals.is_waiting(server)

    # --- inside

    def _receive_request(self, request: Request, source: Endpoint, now: float) -> list[Output]:
        if request.method == "ACK":
            return self._receive_ack(request, source, now)
        server = _key_of(request)
        known = None if server is None else self._servers.get(server)
        if known is not None:
            return self._servers.again(known, now)
        problem = self._inspect(request)
        if problem is not None:
            return self._refuse(request, problem, source)
        return self._accept(server or server_id(request), request, source, now)

    def _receive_ack(self, ack: Request, source: Endpoint, now: float) -> list[Output]:
        """An ACK ends the repetition of a failure, or of a 2xx (then the user hears of it)."""
        server = _key_of(ack)
        known = None if server is None else self._servers.get(server)
        if known is not None and not self._servers.ack(known, now):
            return []
        problem = ack_fault(ack)
        if problem is not None:
            return [Dropped(problem, source)]
        return self._answers.acknowledge(ack, source) or [Dropped("ACK without answer", source)]

    def _inspect(self, request: Request) -> Fault | None:
        """Gates 3 to 5."""
        problem = syntax_fault(request) or service_fault(request, self.config)
        if problem is not None:
            return problem
        if self._servers.is_merged(merge_key(request)):
            return fault(482)
        return BUSY if self.overload.sheds(request, len(self._servers)) else None

    def _accept(self, server: ServerId, request: Request, source: Endpoint, now: float) -> list[Output]:
        self._stamp(request, source)
        opened = self._servers.start(server, request, source)
        if request.method == "CANCEL":
            invite = self._servers.get(server_id_for(request, "INVITE"))
            status = 481 if invite is None else 200
            tag = (invite.tag if invite is not None else "") or stateless_tag(request)
            outputs = self._servers.respond(opened, self._reply(request, Fault(status, ""), tag), now) or []
            if invite is not None and invite.state is InviteServerState.PROCEEDING:
                outputs.append(CancelArrived(invite.id, request))
            return outputs
        if request.method == "PRACK":
            return self._accept_prack(opened, request, source, now)
        outputs = []
        if request.method == "INVITE":
            outputs += self._servers.respond(opened, reply(request, 100), now) or []
        outputs.append(RequestArrived(opened.id, request, source))
        return outputs

    def _accept_prack(
        self, opened: ServerTransaction, prack: Request, source: Endpoint, now: float
    ) -> list[Output]:
        try:
            invite = self._provisionals.acknowledge(prack)
        except Malformed as malformed:
            problem = bad_request(malformed)
        else:
            if invite is not None:
                return [PrackArrived(invite, opened.id, prack, source)]
            problem = fault(481)
        answer = self._reply(prack, problem, stateless_tag(prack))
        return self._servers.respond(opened, answer, now) or []

    def _stamp(self, request: Request, source: Endpoint) -> None:
        request.set_via(request.via.stamped(source.host, source.port, force_rport=self.config.force_rport))

    def _refuse(self, request: Request, problem: Fault, source: Endpoint) -> list[Output]:
        """Answer without a transaction; a Via that can't be read is sent back to where it came from."""
        if "via" not in request:
            return [Dropped(problem.reason, source)]
        back = source
        try:
            self._stamp(request, source)
            back = way_back(request.via, source)
        except Malformed:
            pass  # RFC 4475 section 3.1.2.1 wants 400 although Via itself is what is broken
        answer = self._reply(request, problem, stateless_tag(request))
        return [SendBytes(back, answer.encode()), Dropped(problem.reason or answer.reason, source)]

    def _reply(self, request: Request, fault: Fault, tag: str) -> Response:
        return refusal(request, fault, tag, self.config.product)

    def _via(self, transport: Transport, branch: str) -> str:
        host, port = self.config.sent_by[transport]
        host = f"[{host}]" if ":" in host else host
        return f"SIP/2.0/{transport.upper()} {host}:{port};branch={branch};rport"


def _key_of(request: Request) -> ServerId | None:
    """Its server transaction's key, `None` where the request is too broken to have one."""
    try:
        return server_id(request)
    except Malformed:
        return None


def _keep_alive(data: bytes, source: Endpoint) -> list[Output]:
    """The ping of RFC 5626 section 4.4.1 is two line ends, its pong one; on UDP nothing is expected back."""
    if source.transport.reliable and data == b"\r\n\r\n":
        return [SendBytes(source, b"\r\n")]
    return []


def _sent(outputs: Sequence[Output]) -> SendBytes:
    return next(output for output in outputs if isinstance(output, SendBytes))
