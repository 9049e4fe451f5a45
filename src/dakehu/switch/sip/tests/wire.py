"""Two stacks and a wire between them, with a clock that the test moves."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from dakehu.switch.sip import (
    Dialog,
    Endpoint,
    Message,
    Output,
    Request,
    RequestArrived,
    Response,
    ResponseArrived,
    SendBytes,
    ServerId,
    Stack,
    StackConfig,
    Transport,
    parse_message,
    reply,
)

T = TypeVar("T")
ALICE = "192.0.2.1"
BOB = "192.0.2.2"
SDP = b"v=0\r\n"


def only(outputs: list[Output], kind: type[T]) -> T:
    """The one output of this kind."""
    found = [output for output in outputs if isinstance(output, kind)]
    assert len(found) == 1, outputs
    return found[0]


def every(outputs: list[Output], kind: type[T]) -> list[T]:
    """All outputs of this kind."""
    return [output for output in outputs if isinstance(output, kind)]


def sent(outputs: list[Output]) -> list[str]:
    """What goes on the wire: methods and statuses."""
    return [word(parse_message(output.data)) for output in every(outputs, SendBytes)]


def word(message: Message) -> str:
    if isinstance(message, Request):
        return message.method
    assert isinstance(message, Response)
    return str(message.status)


def make_stack(host: str, **changes: Any) -> Stack:
    """A stack on both transports; the keywords go to `StackConfig`."""
    tokens = itertools.count(1)
    where = {transport: (host, transport.default_port) for transport in (Transport.UDP, Transport.TCP)}
    config = replace(StackConfig(sent_by=where), **changes)
    return Stack(config, lambda: f"{host.rpartition('.')[2]}x{next(tokens)}")


@dataclass
class Phone:
    """A stack at one end; `heard` collects what is for its user."""

    host: str
    transport: Transport = Transport.UDP
    stack: Stack = field(init=False)
    numbers: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)

    def __post_init__(self) -> None:
        self.stack = make_stack(self.host)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.transport, self.host, 5060, 7 if self.transport.reliable else 0)

    @property
    def contact(self) -> str:
        suffix = ";transport=tcp" if self.transport is Transport.TCP else ""
        return f"sip:{self.host}:5060{suffix}"

    def new_request(self, method: str, other: Phone, **more: str) -> Request:
        """A request outside a dialog."""
        number = self.numbers()
        return Request.build(
            method,
            other.contact,
            [
                ("From", f"<sip:caller@{self.host}>;tag=f{number}"),
                ("To", f"<sip:called@{other.host}>"),
                ("Call-ID", f"{number}@{self.host}"),
                ("CSeq", f"{number} {method}"),
                ("Contact", f"<{self.contact}>"),
                *more.items(),
            ],
        )

    def hear(self, outputs: list[Output], other: Phone, now: float) -> list[Output]:
        """Receive everything in `outputs` that is bytes, in order."""
        heard: list[Output] = []
        for output in every(outputs, SendBytes):
            heard += self.stack.receive(output.data, other.endpoint, now)
        return heard

    def answer(self, arrived: RequestArrived, status: int, now: float, tag: str = "b") -> list[Output]:
        ours = [("Contact", f"<{self.contact}>")] if status < 300 else []
        return self.stack.respond(arrived.server, reply(arrived.request, status, tag=tag, headers=ours), now)


@dataclass
class Call:
    """An answered call from `alice` to `bob`, its ACK not yet sent."""

    alice: Phone
    bob: Phone
    invite: Request
    arrived: RequestArrived
    answered: ResponseArrived
    ok: list[Output]

    @property
    def server(self) -> ServerId:
        return self.arrived.server

    def dialogs(self) -> tuple[Dialog, Dialog]:
        """Both ends' views."""
        response = self.answered.response
        near = Dialog.from_response(self.invite, response, contact=self.alice.contact)
        return near, Dialog.from_request(self.arrived.request, response, contact=self.bob.contact)


def answered_call(transport: Transport = Transport.UDP, now: float = 0.0) -> Call:
    """INVITE, 100, 200, all at `now`."""
    alice, bob = Phone(ALICE, transport), Phone(BOB, transport)
    invite = alice.new_request("INVITE", bob)
    _, outputs = alice.stack.request(invite, now)
    arrived = only(bob.hear(outputs, alice, now), RequestArrived)
    ok = bob.answer(arrived, 200, now)
    answered = only(alice.hear(ok, bob, now), ResponseArrived)
    return Call(alice, bob, invite, arrived, answered, ok)


def run_timers(stack: Stack, until: float) -> list[tuple[float, Output]]:
    """Let time pass: every output with the moment it came."""
    happened: list[tuple[float, Output]] = []
    while (deadline := stack.next_deadline()) is not None and deadline <= until:
        happened += [(round(deadline, 3), output) for output in stack.timeout(deadline)]
    return happened


def moments(happened: list[tuple[float, Output]], kind: type[Output]) -> list[float]:
    """When outputs of this kind came."""
    return [moment for moment, output in happened if isinstance(output, kind)]
