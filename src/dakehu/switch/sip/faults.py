"""What is wrong with a message, and what the peer gets for it.

Two questions are kept apart: whether a request can be read (`syntax_fault`, always 400 or 505: RFC 4475
section 3.1) and whether we, as a user agent server, understand what it wants (`service_fault`, the
inspections of RFC 3261 section 8.2 in their order: method, Request-URI, loops and hops, Require, content). A
response with a fault is never answered but dropped (18.1.2), as is an ACK.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dakehu.switch.sip.config import StackConfig
from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.headers import SINGLE, header_name
from dakehu.switch.sip.message import Message, Request, Response
from dakehu.switch.sip.methods import METHODS
from dakehu.switch.sip.statuses import reason_phrase
from dakehu.switch.sip.uri import Uri


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal: status, reason phrase and the headers the status wants (Allow with 405)."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()


def fault(status: int, *headers: tuple[str, str]) -> Fault:
    """A refusal with the usual words."""
    return Fault(status, reason_phrase(status), headers)


def bad_request(malformed: Malformed) -> Fault:
    """The 400 for something that breaks the grammar."""
    return Fault(400, malformed.reason)


_is_date = re.compile(
    r"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
).fullmatch


def syntax_fault(request: Request) -> Fault | None:
    """What makes this request unreadable, if anything (RFC 3261 sections 7 and 8.1.1)."""
    try:
        _check_common(request)
        if request.cseq.method != request.method:
            return Fault(400, "Bad Request - CSeq: method differs from the request line")
        _check_optional(request)
        _check_uris(request)
    except Malformed as malformed:
        return bad_request(malformed)
    return None


def ack_fault(ack: Request) -> str | None:
    """Why this ACK can't be used, if so; nobody is told."""
    try:
        _check_common(ack)
    except Malformed as malformed:
        return malformed.reason
    return None


def response_fault(response: Response) -> str | None:
    """Why this response can't be used, if so: a reason for the trace, nobody is told."""
    try:
        _check_common(response)
        if response.status < 300:
            _check_dialog(response)
    except Malformed as malformed:
        return malformed.reason
    # A response meant for us carries our Via alone; with more it is for a proxy (8.1.3.3).
    if response.count("via") > 1 or (
        "," in (response.text("via") or "") and len(response.members("via")) > 1
    ):
        return "more than one Via"
    return None


def _check_common(message: Message) -> None:
    """The headers every message carries, and that those which may come once do."""
    doubled = message.doubled_headers()
    if doubled:
        single = [key for key in doubled if key in SINGLE]
        if single:
            raise Malformed(header_name(single[0]), "more than once")
        if "via" in doubled:
            _ = message.vias  # reading is the check, here and below
    _ = message.via, message.cseq, message.call_id
    for address in (message.from_, message.to):
        if "tag" in address.params and not address.tag:
            raise Malformed("tag", "empty")


def _check_optional(request: Request) -> None:
    _check_dialog(request)
    _ = request.max_forwards, request.routes
    if request.method != "INVITE":
        _ = request.expires
    date = request.text("date")
    if date is not None and not _is_date(date):
        raise Malformed("Date", "not a date in GMT")


def _check_dialog(message: Message) -> None:
    """What a dialog will be made of, so that making it can't fail."""
    if "contact" in message:
        for contact in message.contacts:
            Uri.parse(contact.target)
    if "record-route" in message:
        for route in message.record_routes:
            Uri.parse(route.target)


def _check_uris(request: Request) -> None:
    """Who calls whom, so that asking can't fail. Any scheme will do here: 416 is for later."""
    uri = Uri.parse(request.target)
    if uri.headers is not None:
        raise Malformed("Request-URI", "may not carry headers")
    Uri.parse(request.from_.target)
    Uri.parse(request.to.target)


def service_fault(request: Request, config: StackConfig) -> Fault | None:
    """What we can't do about a readable request (RFC 3261 section 8.2.1 to 8.2.3)."""
    if request.method not in config.methods:
        status = 405 if request.method in METHODS else 501
        return fault(status, ("Allow", config.allow))
    scheme = request.target.partition(":")[0].lower()
    if scheme not in config.schemes:
        return fault(416)
    if request.method in config.hop_limited and request.max_forwards == 0 and not request.to.tag:
        return fault(483)
    return _extension_fault(request, config) or _content_fault(request, config)


def _extension_fault(request: Request, config: StackConfig) -> Fault | None:
    if "require" not in request or request.method in {"CANCEL", "ACK"}:
        return None
    try:
        unknown = [tag for tag in request.members("require") if tag.lower() not in config.extensions]
    except Malformed as malformed:
        return bad_request(malformed)
    return fault(420, ("Unsupported", ", ".join(unknown))) if unknown else None


def _content_fault(request: Request, config: StackConfig) -> Fault | None:
    allowed = config.bodies.get(request.method)
    if allowed is None:
        return None
    if request.body:
        if request.content_type not in allowed and not _may_be_ignored(request):
            return fault(415, _accept(allowed))
        if (request.text("content-encoding") or "identity").lower() != "identity":
            return fault(415, _accept(allowed), ("Accept-Encoding", "identity"))
    if request.method == "INVITE" and "accept" in request and not _accepts(request, allowed):
        return fault(406, _accept(allowed))
    return None


def _accept(types: frozenset[str]) -> tuple[str, str]:
    return ("Accept", ", ".join(sorted(types)))


def _may_be_ignored(request: Request) -> bool:
    """Whether the sender says that its body is optional (section 20.11)."""
    disposition = request.text("content-disposition") or ""
    return "handling=optional" in disposition.replace(" ", "").lower()


def _accepts(request: Request, types: frozenset[str]) -> bool:
    """Whether the sender of an INVITE would read any answer that we could give (RFC 4475 section 3.3.15)."""
    offered = {
        text.partition(";")[0].strip().lower() for line in request.texts("accept") for text in line.split(",")
    }
    wanted = types | {"*/*"} | {kind.partition("/")[0] + "/*" for kind in types}
    return not offered.isdisjoint(wanted)
