"""Dakehu's SIP core: RFC 3261 user agent, free of I/O. Bytes and time in, messages and timers out.

What other packages use is listed here; everything else is private to this package.

The wire
    `Stack` with `StackConfig`: `receive(data, source, now)`, `timeout(now)`, `next_deadline()` and the orders
    of the transaction user: `request`, `respond`, `acknowledge`, `cancel`, `resolved`, `transport_failed`.
    Each returns `Output` values: `SendBytes`, `RequestArrived`, `ResponseArrived`… (`outputs`). `Endpoint`
    and `Transport` name peers; `StreamFramer` (one per TCP or TLS connection) cuts streams for
    `receive_frame`. `stun_answer` answers the keep-alives of telephones on UDP.

Messages
    `Request`, `Response`, `reply(request, status, ...)`; values `Uri`, `NameAddr`, `Via`, `CSeq`; `Malformed`
    is the only exception reading them raises.

Calls
    `Dialog.from_request` (called side), `Dialog.from_response` (calling side), then `dialog.request("BYE")`,
    `dialog.ack()`, `dialog.receive(request)`, `dialog.receive_response(response)`. `hops_left` gives
    Max-Forwards for the other leg.

    Inside calls: `Stack.respond_reliably` and `PrackArrived` (RFC 3262; for the calling side
    `reliable_number`, `Heard`, `rack_of`), `timer_for` and `timer_agreed` (RFC 4028), `read_info`.

Services
    `Authenticator.check(request, secret_of, now)` gives `Authenticated` or `Challenged` (whose `headers()` go
    into the 401); `NonceMint`, `RecentCounts`, `ha1`. `register(request, bindings, now, policy=...,
    flow=...)` decides a REGISTER; `Binding`, `BindingStore`, `RegistrarPolicy`. `Sdp` reads hold and
    direction. `read_refer(request)` gives a `Refer` (its `ReferTo`, with `Replaces` where it has one);
    `notify_headers` and `sipfrag` are what it is told; `replaces_of(invite)`.

A called leg, in short::

    RequestArrived(server, request, source)
        tag = stack.new_tag()
        ours = [("Contact", f"<{contact}>")]
        outputs = stack.respond(server, reply(request, 180, tag=tag, headers=ours), now)
        ok = reply(request, 200, tag=tag, headers=ours, body=sdp, content_type="application/sdp")
        dialog = Dialog.from_request(request, ok, contact=contact)
        outputs += stack.respond(server, ok, now)   # the stack repeats it until AckArrived(server, ...)

A calling leg::

    client, outputs = stack.request(invite, now, destination=flow)
    ResponseArrived(client, response, source)           # 200
        dialog = Dialog.from_response(invite, response, contact=contact)
        outputs = stack.acknowledge(client, dialog.ack(), now, destination=flow)
    _, outputs = stack.request(dialog.request("BYE"), now, destination=flow)
"""

from __future__ import annotations

from dakehu.switch.sip.address import NameAddr
from dakehu.switch.sip.auth import (
    Algorithm,
    Authenticated,
    Authenticator,
    Challenge,
    Challenged,
    Credentials,
    NonceCounts,
    NonceMint,
    RecentCounts,
    ha1,
)
from dakehu.switch.sip.config import NewToken, StackConfig
from dakehu.switch.sip.dialogs import Dialog, DialogId, DialogState
from dakehu.switch.sip.errors import Malformed, SipError
from dakehu.switch.sip.faults import Fault
from dakehu.switch.sip.info import Flash, Key, dtmf_relay, read_info
from dakehu.switch.sip.message import CSeq, Message, Request, Response, reply
from dakehu.switch.sip.outputs import (
    AckArrived,
    AnswerUnacknowledged,
    CancelArrived,
    ClientId,
    CloseFlow,
    Dropped,
    FailureCause,
    Output,
    PrackArrived,
    ProvisionalUnacknowledged,
    RequestArrived,
    ResolveNeeded,
    ResponseArrived,
    SendBytes,
    ServerId,
    TransactionFailed,
)
from dakehu.switch.sip.parser import parse_message
from dakehu.switch.sip.refer import (
    SIPFRAG,
    Refer,
    ReferTo,
    notify_headers,
    read_refer,
    refer_to,
    sipfrag,
    sipfrag_status,
)
from dakehu.switch.sip.registrar import (
    Binding,
    BindingStore,
    RegistrarPolicy,
    Registration,
    by_preference,
    register,
)
from dakehu.switch.sip.reliable import Heard, RAck, rack_of, reliable_number, requires, supports
from dakehu.switch.sip.replaces import Replaces, replaces_of
from dakehu.switch.sip.routing import hops_left
from dakehu.switch.sip.sdp import Direction, Sdp
from dakehu.switch.sip.session_timers import (
    Refresher,
    SessionExpires,
    SessionTimer,
    TimerPolicy,
    asking_headers,
    longer,
    timer_agreed,
    timer_for,
    timer_headers,
)
from dakehu.switch.sip.stack import Stack
from dakehu.switch.sip.statuses import reason_phrase
from dakehu.switch.sip.stream import MAX_BODY, MAX_HEAD, Frame, StreamFramer
from dakehu.switch.sip.stun import stun_answer
from dakehu.switch.sip.timers import Timings
from dakehu.switch.sip.transport import Endpoint, Transport
from dakehu.switch.sip.uri import Uri
from dakehu.switch.sip.via import Via

__all__ = [
    "MAX_BODY",
    "MAX_HEAD",
    "SIPFRAG",
    "AckArrived",
    "Algorithm",
    "AnswerUnacknowledged",
    "Authenticated",
    "Authenticator",
    "Binding",
    "BindingStore",
    "CSeq",
    "CancelArrived",
    "Challenge",
    "Challenged",
    "ClientId",
    "CloseFlow",
    "Credentials",
    "Dialog",
    "DialogId",
    "DialogState",
    "Direction",
    "Dropped",
    "Endpoint",
    "FailureCause",
    "Fault",
    "Flash",
    "Frame",
    "Heard",
    "Key",
    "Malformed",
    "Message",
    "NameAddr",
    "NewToken",
    "NonceCounts",
    "NonceMint",
    "Output",
    "PrackArrived",
    "ProvisionalUnacknowledged",
    "RAck",
    "RecentCounts",
    "Refer",
    "ReferTo",
    "Refresher",
    "RegistrarPolicy",
    "Registration",
    "Replaces",
    "Request",
    "RequestArrived",
    "ResolveNeeded",
    "Response",
    "ResponseArrived",
    "Sdp",
    "SendBytes",
    "ServerId",
    "SessionExpires",
    "SessionTimer",
    "SipError",
    "Stack",
    "StackConfig",
    "StreamFramer",
    "TimerPolicy",
    "Timings",
    "TransactionFailed",
    "Transport",
    "Uri",
    "Via",
    "asking_headers",
    "by_preference",
    "dtmf_relay",
    "ha1",
    "hops_left",
    "longer",
    "notify_headers",
    "parse_message",
    "rack_of",
    "read_info",
    "read_refer",
    "reason_phrase",
    "refer_to",
    "register",
    "reliable_number",
    "replaces_of",
    "reply",
    "requires",
    "sipfrag",
    "sipfrag_status",
    "stun_answer",
    "supports",
    "timer_agreed",
    "timer_for",
    "timer_headers",
]
