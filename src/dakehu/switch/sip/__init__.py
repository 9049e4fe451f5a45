"""Dakehu's SIP core: RFC 3261 user agent, free of I/O. Bytes and time in, messages and timers out.

What other packages use is listed here; everything else is private to this package.

The wire
    `Stack` with `StackConfig`: `receive(data, source, now)`, `timeout(now)`, `next_deadline()` and the orders
    of the transaction user: `request`, `respond`, `acknowledge`, `cancel`, `resolved`, `transport_failed`.
    Each returns `Output` values: `SendBytes`, `RequestArrived`, `ResponseArrived`… (`outputs`). `Endpoint`
    and `Transport` name peers; `StreamFramer` cuts TCP, TLS streams into frames for `receive`.

Messages
    `Request`, `Response`, `reply(request, status, ...)`; values `Uri`, `NameAddr`, `Via`, `CSeq`; `Malformed`
    is the only exception reading them raises.

Calls
    `Dialog.from_request` (called side), `Dialog.from_response` (calling side), then `dialog.request("BYE")`,
    `dialog.ack()`, `dialog.receive(request)`, `dialog.receive_response(response)`. `hops_left` gives
    Max-Forwards for the other leg.

A called leg, in short::

    RequestArrived(server, request, source)
        tag = stack.new_tag() outputs = stack.respond(server, reply(request, 180, tag=tag,
        headers=[("Contact", contact)]), now) ok = reply(request, 200, tag=tag, headers=[("Contact",
        contact)], body=sdp, content_type="application/sdp") dialog = Dialog.from_request(request, ok,
        contact=contact_uri) outputs += stack.respond(server, ok, now)       # repeated by the stack until
        AckArrived(server, ...)

A calling leg::

    client, outputs = stack.request(invite, now, destination=flow)
    ResponseArrived(client, response, source)           # 200
        dialog = Dialog.from_response(invite, response, contact=contact_uri)
        outputs = stack.acknowledge(client, dialog.ack(), now, destination=flow)
    _, outputs = stack.request(dialog.request("BYE"), now, destination=flow)
"""

from __future__ import annotations

from dakehu.switch.sip.address import NameAddr
from dakehu.switch.sip.config import NewToken, StackConfig
from dakehu.switch.sip.dialogs import Dialog, DialogId, DialogState
from dakehu.switch.sip.errors import Malformed, SipError
from dakehu.switch.sip.faults import Fault
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
    RequestArrived,
    ResolveNeeded,
    ResponseArrived,
    SendBytes,
    ServerId,
    TransactionFailed,
)
from dakehu.switch.sip.parser import parse_message
from dakehu.switch.sip.routing import hops_left
from dakehu.switch.sip.stack import Stack
from dakehu.switch.sip.statuses import reason_phrase
from dakehu.switch.sip.timers import Timings
from dakehu.switch.sip.transport import Endpoint, Transport
from dakehu.switch.sip.uri import Uri
from dakehu.switch.sip.via import Via

__all__ = [
    "AckArrived",
    "AnswerUnacknowledged",
    "CSeq",
    "CancelArrived",
    "ClientId",
    "CloseFlow",
    "Dialog",
    "DialogId",
    "DialogState",
    "Dropped",
    "Endpoint",
    "FailureCause",
    "Fault",
    "Malformed",
    "Message",
    "NameAddr",
    "NewToken",
    "Output",
    "Request",
    "RequestArrived",
    "ResolveNeeded",
    "Response",
    "ResponseArrived",
    "SendBytes",
    "ServerId",
    "SipError",
    "Stack",
    "StackConfig",
    "Timings",
    "TransactionFailed",
    "Transport",
    "Uri",
    "Via",
    "hops_left",
    "parse_message",
    "reason_phrase",
    "reply",
]
