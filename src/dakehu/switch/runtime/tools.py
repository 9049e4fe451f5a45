"""What the parts of the shell work with together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dakehu.switch.directory import LineEntry
from dakehu.switch.media import MediaDesk
from dakehu.switch.records import CallRecord, SpoolWriter
from dakehu.switch.runtime.bindings import Bindings
from dakehu.switch.runtime.gateways import Gateways
from dakehu.switch.runtime.messages import Scribe
from dakehu.switch.runtime.services import KeptServices
from dakehu.switch.sip import (
    Binding,
    Endpoint,
    Fault,
    Output,
    Request,
    ServerId,
    Stack,
    TimerPolicy,
    reply,
)
from dakehu.switch.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` never goes back; `epoch` is the time of day. Both in seconds."""

    now: Callable[[], float]
    epoch: Callable[[], float]

    def epoch_ms(self) -> int:
        return int(self.epoch() * 1000)


@dataclass(frozen=True, slots=True)
class Tools:
    """One of each per process.

    `run` takes what the stack wants done: bytes are sent at once, news are dealt with after the present
    piece of work. `on_record` hears of each call's end. Without `media` nothing is said to anybody.
    """

    stack: Stack
    scribe: Scribe
    spool: SpoolWriter
    bindings: Bindings
    clock: Clock
    run: Callable[[Iterable[Output]], None]
    has_flow: Callable[[Endpoint], bool]
    on_record: Callable[[CallRecord], None]
    services: KeptServices
    gateways: Gateways
    wishes: Wishes
    media: MediaDesk | None = None
    session_timers: TimerPolicy = field(default_factory=TimerPolicy)

    def telephones(self, line: LineEntry) -> int:
        """How many telephones of the line are signed in."""
        return len(self.bindings.live(line.sip_username, self.clock.epoch())) if line.sip_username else 0

    def telephone(self, line: LineEntry, place: int) -> Binding | None:
        """The line's telephone in that place, the preferred one in the first."""
        live = self.bindings.live(line.sip_username, self.clock.epoch())
        return live[place] if place < len(live) else None

    def way_to(self, binding: Binding) -> Endpoint | None:
        """The flow that reaches the telephone; None where its Path or its Contact does."""
        flow = binding.flow
        return flow if flow is not None and not binding.path and self.has_flow(flow) else None

    def answer(self, server: ServerId, request: Request, fault: Fault, tag: str = "") -> None:
        """Answer a request with a status and headers, a success as well."""
        response = reply(
            request,
            fault.status,
            tag=tag or self.stack.new_tag(),
            reason=fault.reason,
            headers=fault.headers,
        )
        self.run(self.stack.respond(server, response, self.clock.now()))
