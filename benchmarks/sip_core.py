"""What the SIP core costs: complete calls through a B2BUA's two stacks' worth of work, without sockets.

    make bench-sip_core                 # 3,000 calls
    make bench-sip_core ARGS=--profile  # where the time goes

One call is what the voice process does for it: INVITE in, 100, INVITE out, 100 and 180 in, 180 out, 200 in,
ACK out, 200 out, ACK in, BYE in, 200, BYE out, 200 in. The telephones' messages are made while the clock
stands. Printed: microseconds of CPU per call and per message, the best and the middle of five runs.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import itertools
import pstats
import time
from collections.abc import Iterable
from typing import TypeVar

from dakehu.switch.sip import (
    Dialog,
    Endpoint,
    Output,
    Request,
    RequestArrived,
    ResponseArrived,
    SendBytes,
    Stack,
    StackConfig,
    Transport,
    hops_left,
    reply,
)

T = TypeVar("T")
SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 6000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)
HERE = ("127.0.0.1", 5060)
CALLER = Endpoint(Transport.UDP, "127.0.0.1", 5071)
CALLEE = Endpoint(Transport.UDP, "127.0.0.1", 5072)
CONTACT = "sip:127.0.0.1:5060"
OURS = [("Contact", f"<{CONTACT}>")]
MESSAGES_PER_CALL = 14


def from_caller(method: str, number: int, call: int, to_tag: str = "", body: bytes = b"") -> bytes:
    """A request of the calling telephone, as such telephones write it."""
    tag = f";tag={to_tag}" if to_tag else ""
    kind = "Content-Type: application/sdp\r\n" if body else ""
    return (
        f"{method} sip:8002@127.0.0.1:5060 SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bK-{call}-{method}{number};rport\r\n"
        f'From: "8001" <sip:8001@centrex.example>;tag=a{call}\r\n'
        f"To: <sip:8002@centrex.example>{tag}\r\n"
        f"Call-ID: {call}@caller.example\r\nCSeq: {number} {method}\r\n"
        "Contact: <sip:8001@127.0.0.1:5071>\r\nMax-Forwards: 70\r\nUser-Agent: Telephone/1.0\r\n"
        "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REFER, INFO\r\nSupported: replaces\r\n"
        f"{kind}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def from_callee(sent: bytes, status: str, body: bytes = b"") -> bytes:
    """The called telephone's answer to a request."""
    lines = sent.split(b"\r\n\r\n", 1)[0].decode().split("\r\n")
    kept = [line for line in lines[1:] if line.startswith(("Via", "From", "Call-ID", "CSeq"))]
    to = next(line for line in lines if line.startswith("To"))
    to += "" if "tag=" in to or status.startswith("100") else ";tag=callee"
    kind = ["Content-Type: application/sdp"] if body else []
    more = [
        "Contact: <sip:8002@127.0.0.1:5072>",
        "Server: Telephone/1.0",
        *kind,
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([f"SIP/2.0 {status}", *kept, to, *more, "", ""]).encode() + body


def only(outputs: Iterable[Output], kind: type[T]) -> T:
    """The output of this kind."""
    return next(output for output in outputs if isinstance(output, kind))


class Bench:
    """A B2BUA with nothing in it but the SIP core."""

    def __init__(self) -> None:
        counter = itertools.count()
        config = StackConfig(sent_by={Transport.UDP: HERE})
        self.stack = Stack(config, lambda: f"{next(counter):016x}")
        self.spent = 0.0
        self.now = 0.0

    def call(self, number: int) -> None:
        """One call, timing only what the server would do."""
        stack, now, clock = self.stack, self.now, time.process_time
        invite = from_caller("INVITE", 1, number, body=SDP)
        start = clock()
        arrived = only(stack.receive(invite, CALLER, now), RequestArrived)
        outgoing = Request.build(
            "INVITE",
            "sip:8002@127.0.0.1:5072",
            [
                ("From", f"{arrived.request.from_.without_tag()};tag={stack.new_tag()}"),
                ("To", "<sip:8002@centrex.example>"),
                ("Call-ID", stack.new_tag()),
                ("CSeq", "1 INVITE"),
                ("Max-Forwards", str(hops_left(arrived.request))),
                *OURS,
            ],
            body=arrived.request.body,
            content_type="application/sdp",
        )
        client, sent = stack.request(outgoing, now, destination=CALLEE)
        self.spent += clock() - start
        request = only(sent, SendBytes).data
        answers = [from_callee(request, status) for status in ("100 Trying", "180 Ringing")]
        answers.append(from_callee(request, "200 OK", SDP))
        tag = f"b{number}"
        ack_text = from_caller("ACK", 1, number, tag)
        bye = from_caller("BYE", 2, number, tag)
        start = clock()
        stack.receive(answers[0], CALLEE, now)
        stack.receive(answers[1], CALLEE, now)
        stack.respond(arrived.server, reply(arrived.request, 180, tag=tag, headers=OURS), now)
        answered = only(stack.receive(answers[2], CALLEE, now), ResponseArrived)
        far = Dialog.from_response(outgoing, answered.response, contact=CONTACT)
        stack.acknowledge(client, far.ack(), now, destination=CALLEE)
        body = answered.response.body
        ok = reply(arrived.request, 200, tag=tag, headers=OURS, body=body, content_type="application/sdp")
        near = Dialog.from_request(arrived.request, ok, contact=CONTACT)
        stack.respond(arrived.server, ok, now)
        stack.receive(ack_text, CALLER, now)
        ended = only(stack.receive(bye, CALLER, now), RequestArrived)
        near.receive(ended.request)
        stack.respond(ended.server, reply(ended.request, 200), now)
        _, sent = stack.request(far.request("BYE"), now, destination=CALLEE)
        self.spent += clock() - start
        last = from_callee(only(sent, SendBytes).data, "200 OK")
        start = clock()
        stack.receive(last, CALLEE, now)
        self.now += 1 / 300
        stack.timeout(self.now)
        self.spent += clock() - start


def run(calls: int) -> Bench:
    """That many calls at 300 a second of the stack's own time."""
    bench = Bench()
    for number in range(calls):
        bench.call(number)
    return bench


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    run(200)
    gc.collect()
    gc.freeze()
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(run, options.calls)
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)
        return
    spent = sorted(run(options.calls).spent / options.calls * 1e6 for _ in range(5))
    for name, per_call in (("best", spent[0]), ("middle", spent[2])):
        print(f"{name}: {per_call:.0f} µs a call, {per_call / MESSAGES_PER_CALL:.1f} µs a message")


if __name__ == "__main__":
    main()
