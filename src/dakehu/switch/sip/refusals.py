"""Answers without a transaction: the same request gets the same one, and nothing stays (section 8.2.7)."""

from __future__ import annotations

import hashlib

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.faults import Fault
from dakehu.switch.sip.message import Request, Response, reply


def refusal(request: Request, fault: Fault, tag: str, product: str) -> Response:
    """The answer with the fault's status, words and headers; `product` is what Server says, if anything."""
    headers = [*fault.headers, ("Server", product)] if product else fault.headers
    try:
        return reply(request, fault.status, tag=tag, reason=fault.reason, headers=headers)
    except Malformed:  # a To that can't be read is copied as it is
        return reply(request, fault.status, reason=fault.reason, headers=headers)


def stateless_tag(request: Request) -> str:
    """The same tag for the same request, without memory."""
    seed = "\0".join((request.text("via") or "", request.text("call-id") or "", request.text("from") or ""))
    return hashlib.blake2b(seed.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
