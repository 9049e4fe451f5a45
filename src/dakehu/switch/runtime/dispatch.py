"""Between the links and the desks: what the stack says goes to whom it concerns.

A message goes link → stack → `run` → desk → step → stack → link without a pause, so decisions are taken one
after the other and nothing needs a lock. `run` sends bytes at once and queues news; whoever entered first
works the queue off.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from dakehu.numbering.domain.trunks import trunk_from
from dakehu.switch.directory import DirectoryReader
from dakehu.switch.runtime.beginning import Beginner
from dakehu.switch.runtime.calls import CallDesk
from dakehu.switch.runtime.deciding import Decider
from dakehu.switch.runtime.desk import RegisterDesk
from dakehu.switch.runtime.emergencies import is_emergency
from dakehu.switch.runtime.flood import Admission, FloodGuard, is_counted
from dakehu.switch.runtime.gate import Gate, Refused
from dakehu.switch.runtime.links import Links
from dakehu.switch.runtime.messages import RETRY_AFTER_S
from dakehu.switch.runtime.noise import Counters, NoiseLog
from dakehu.switch.runtime.proxies import telephone_source
from dakehu.switch.runtime.texting import TextDesk
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import (
    AckArrived,
    AnswerUnacknowledged,
    CancelArrived,
    ClientId,
    CloseFlow,
    Dropped,
    Endpoint,
    Fault,
    Frame,
    Output,
    PrackArrived,
    ProvisionalUnacknowledged,
    Request,
    RequestArrived,
    ResolveNeeded,
    ResponseArrived,
    SendBytes,
    TransactionFailed,
    Transport,
)

_BUSY = Fault(503, "", (("Retry-After", str(RETRY_AFTER_S)),))
_log = structlog.get_logger("dakehu.voice")


@dataclass(frozen=True, slots=True)
class Desks:
    """Who handles what."""

    calls: CallDesk
    registrar: RegisterDesk
    gate: Gate
    directory: DirectoryReader
    decider: Decider
    flood: FloodGuard
    texts: TextDesk
    proxies: frozenset[str] = frozenset()
    """Addresses whose word about a telephone's address is believed."""


class Dispatcher:
    """One per process. `refuses_calls` names the bound for which new calls get 503 just now, empty
    where there is none: the stack asks, we count.
    `drains`: the process is about to end; OPTIONS outside of dialogs gets 503, so that a dispatcher in front
    sends nothing new.
    """

    def __init__(self, links: Links, counters: Counters, noise: NoiseLog, begin: Beginner) -> None:
        self._links = links
        self._counters = counters
        self._noise = noise
        self._begin = begin
        self._news: deque[Output] = deque()
        self._is_running = False
        self._lookups: set[asyncio.Task[None]] = set()
        self.refuses_calls: Callable[[], str] = lambda: ""
        self.drains: Callable[[], bool] = lambda: False
        self._tools: Tools
        self._desks: Desks
        self._ways: dict[type[Output], Callable[[Any], None]] = {
            RequestArrived: self._request,
            ResolveNeeded: self._resolve,
            CloseFlow: lambda output: self._links.close_flow(output.to),
            Dropped: self._dropped,
        }

    def connect(self, tools: Tools, desks: Desks) -> None:
        """Second half of construction: the desks need `run`, the dispatcher needs the desks."""
        self._tools = tools
        self._desks = desks
        tools.stack.overload.sheds_calls = self._sheds_call
        tools.stack.overload.is_urgent = is_emergency
        calls = desks.calls
        self._ways |= {
            ResponseArrived: self._response,
            TransactionFailed: self._failed,
            AckArrived: calls.acknowledged,
            AnswerUnacknowledged: calls.unacknowledged,
            CancelArrived: calls.cancelled,
            PrackArrived: calls.pracked,
            ProvisionalUnacknowledged: calls.unpracked,
        }

    # --- from the links

    def datagram(self, data: bytes, source: Endpoint) -> None:
        """A datagram came."""
        self._counters["datagrams"] += 1
        now = self._tools.clock.now()
        if self._admits(data, source, now):
            self.run(self._tools.stack.receive(data, source, now))

    def frame(self, frame: Frame, source: Endpoint) -> None:
        """A message came on a connection."""
        self._counters["frames"] += 1
        now = self._tools.clock.now()
        if self._admits(frame.data, source, now):
            self.run(self._tools.stack.receive_frame(frame, source, now))

    def failed(self, client: ClientId) -> None:
        """A request could not be sent."""
        self.run(self._tools.stack.transport_failed(client, self._tools.clock.now()))

    def timeout(self) -> None:
        """Time has passed."""
        self.run(self._tools.stack.timeout(self._tools.clock.now()))

    def _admits(self, data: bytes, source: Endpoint, now: float) -> bool:
        """Whether this source may send that much; one answer in a while tells it that it may not."""
        if not is_counted(data) or source.host in self._desks.proxies:
            return True  # what a proxy passes on is counted when it is read
        admission = self._desks.flood.admit(source, now)
        if admission is Admission.PASS:
            return True
        self._counters[f"flood_{admission}"] += 1
        self._noise.note("flood", source=str(source))
        if admission is Admission.REFUSE:
            self.run(self._tools.stack.refuse(data, source))
        return False

    def _sheds_call(self, invite: Request) -> bool:
        """Emergencies are served in any overload; a process that ends would only hang them up."""
        bound = self.refuses_calls()
        if not bound:
            return False
        if not self.drains() and is_emergency(invite):
            self._counters["emergencies_in_overload"] += 1
            return False
        self._counters["calls_refused_by_load"] += 1
        self._counters[f"calls_refused_by_{bound}"] += 1
        self._noise.note("calls refused", bound=bound)
        return True

    # --- from the stack

    def run(self, outputs: Iterable[Output]) -> None:
        """Send what is to be sent, now; deal with news in their order."""
        for output in outputs:
            if type(output) is SendBytes:
                self._links.send(output)
            else:
                self._news.append(output)
        if self._is_running:
            return
        self._is_running = True
        try:
            while self._news:
                self._deal_with(self._news.popleft())
        finally:
            self._is_running = False

    def _deal_with(self, output: Output) -> None:
        try:
            self._ways[type(output)](output)
        except Exception:  # noqa: BLE001 - one message that we fail at must not end the calls of all others
            self._counters["own_faults"] += 1
            _log.exception("fault of our own", output=type(output).__name__)
            if isinstance(output, RequestArrived):
                self._tools.answer(output.server, output.request, Fault(500, ""))
            elif isinstance(output, PrackArrived):
                self._tools.answer(output.server, output.prack, Fault(500, ""))

    def _request(self, arrived: RequestArrived) -> None:
        request = arrived.request
        source = telephone_source(request, arrived.source, self._desks.proxies)
        if request.to.tag and request.method != "REGISTER":
            self._desks.calls.in_dialog(arrived)
        elif source is not arrived.source and not self._passes(source):
            self._tools.answer(arrived.server, request, _BUSY)
        elif request.method == "INVITE":
            self._invite(arrived, source)
        elif request.method == "REGISTER":
            self._register(arrived, source)
        elif request.method == "MESSAGE":
            self._text(arrived, source)
        elif request.method == "OPTIONS":
            headers = tuple(self._tools.scribe.options_headers())
            self._tools.answer(arrived.server, request, Fault(503 if self.drains() else 200, "", headers))
        else:
            self._tools.answer(arrived.server, request, Fault(481, ""))

    def _passes(self, source: Endpoint) -> bool:
        """Whether a telephone behind a proxy may send that much."""
        admission = self._desks.flood.admit(source, self._tools.clock.now())
        if admission is Admission.PASS:
            return True
        self._counters[f"flood_{admission}"] += 1
        self._noise.note("flood", source=str(source))
        return False

    def _invite(self, arrived: RequestArrived, source: Endpoint) -> None:
        clock = self._tools.clock
        epoch = clock.epoch()
        with self._desks.directory.view() as view:
            dialled = arrived.request.uri.number
            replaces = "replaces" in arrived.request
            trunk = trunk_from(view.trunks(), source.host, source.port)
            if trunk is not None and replaces:  # nobody here has asked for that, nor would pay for it
                self._tools.answer(arrived.server, arrived.request, Fault(603, ""))
                return
            if trunk is not None:
                decided = self._desks.decider.brought(view, trunk, arrived.request, dialled)
            else:
                found = self._desks.gate.line_of(view, arrived.request, source, clock.now(), epoch)
                if isinstance(found, Refused):
                    self._turn_away(arrived, found)
                    return
                if replaces:
                    self._desks.calls.replacer.replace(found, arrived)
                    return
                decided = self._desks.decider.outgoing(view, found, dialled)
        call = self._begin(decided.line, decided.dialled, arrived.request.call_id)
        self._counters["calls"] += 1
        self._desks.calls.call(call, decided, arrived, trunk.code if trunk is not None else "")

    def _text(self, arrived: RequestArrived, source: Endpoint) -> None:
        request, clock = arrived.request, self._tools.clock
        with self._desks.directory.view() as view:
            line = self._desks.gate.line_of(view, request, source, clock.now(), clock.epoch())
            if isinstance(line, Refused):
                self._turn_away(arrived, line)
                return
            found = self._desks.decider.text_to(view, line, request.uri.number)
        self._counters["texts"] += 1
        self._desks.texts.send(arrived, found)

    def _response(self, arrived: ResponseArrived) -> None:
        if not arrived.response.is_provisional:
            self._tools.gateways.answered(arrived.client)
            if self._desks.texts.answered(arrived.client, arrived.response.status):
                return
        self._desks.calls.answered(arrived)

    def _failed(self, failed: TransactionFailed) -> None:
        self._tools.gateways.failed(failed.client)
        if self._desks.texts.answered(failed.client, failed.status):
            return
        self._desks.calls.failed(failed)

    def check_gateways(self) -> None:
        """Ask gateways whether they live, when it is time."""
        gateways, now = self._tools.gateways, self._tools.clock.now()
        gateways.expire(now)
        if gateways.is_due(now):
            with self._desks.directory.view() as view:
                known = [gateway for group in view.trunks() for gateway in group.gateways]
            gateways.check(known, now)

    def _register(self, arrived: RequestArrived, source: Endpoint) -> None:
        clock = self._tools.clock
        epoch = clock.epoch()
        with self._desks.directory.view() as view:
            known = self._desks.gate.registrant(view, arrived.request, source, clock.now(), epoch)
        if isinstance(known, Refused):
            self._turn_away(arrived, known)
            return

        def answer(fault: Fault) -> None:
            self._counters[f"register_{fault.status}"] += 1
            self._tools.answer(arrived.server, arrived.request, fault)

        has_path = arrived.source.host in self._desks.proxies
        self._desks.registrar.handle(known, arrived.request, source, epoch, answer, has_path=has_path)

    def _turn_away(self, arrived: RequestArrived, refused: Refused) -> None:
        self._counters[refused.kind] += 1
        if refused.kind != "challenged":
            self._noise.note(refused.kind, user=refused.user, source=str(arrived.source))
        fault = Fault(refused.status, refused.text, refused.headers)
        self._tools.answer(arrived.server, arrived.request, fault)

    def _dropped(self, dropped: Dropped) -> None:
        self._counters["dropped"] += 1
        self._noise.note("dropped", why=dropped.why, source=str(dropped.source or ""))

    def _resolve(self, needed: ResolveNeeded) -> None:
        task = asyncio.get_running_loop().create_task(self._look_up(needed))
        self._lookups.add(task)
        task.add_done_callback(self._lookups.discard)

    async def _look_up(self, needed: ResolveNeeded) -> None:
        """The next hop is a name: its addresses, without the NAPTR and SRV of RFC 3263."""
        transport = needed.transport or Transport.UDP
        port = needed.port or transport.default_port
        peers: list[Endpoint] = []
        try:
            found = await asyncio.get_running_loop().getaddrinfo(needed.host, port)
            peers = [Endpoint(transport, place[0], port) for *_, place in found if isinstance(place[0], str)]
        except OSError:
            self._counters["names_unknown"] += 1
        self.run(self._tools.stack.resolved(needed.client, peers, self._tools.clock.now()))
