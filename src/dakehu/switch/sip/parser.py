"""One whole message from one datagram or stream frame (RFC 3261 section 7 and 18.3).

Parsing splits: head from body, start line from headers, name from value. Nothing else is understood here.
What cannot even be split raises `Unreadable`; when enough could be read to answer, it carries the request.

Text is UTF-8 with `surrogateescape`: display names are text, and bytes that are no UTF-8 survive a round
trip.
"""

from __future__ import annotations

import re

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import is_token
from dakehu.switch.sip.headers import KEYS, header_key
from dakehu.switch.sip.message import Message, Request, Response

MAX_HEAD = 65_536
"""Bytes of start line and headers."""
MAX_HEADERS = 256
"""Lines in one head, folded ones counted once."""
_is_status = re.compile(r"[1-6][0-9][0-9]").fullmatch


class Unreadable(Malformed):
    """The bytes are no SIP message. `status` and `request` say whether and how it can still be answered."""

    code = "sip.unreadable"

    def __init__(self, part: str, problem: str, *, request: Request | None = None, status: int = 400) -> None:
        super().__init__(part, problem)
        self.request = request
        self.status = status


def parse_message(data: bytes) -> Message:
    """Read a request or response; raises `Unreadable`.

    Empty lines in front are skipped (7.5). Bytes behind Content-Length are dropped (18.3); a body shorter
    than Content-Length makes the message unreadable (RFC 4475 section 3.1.2.2).
    """
    if data[:2] == b"\r\n":
        data = data.lstrip(b"\r\n")
    end = data.find(b"\r\n\r\n", 0, MAX_HEAD)
    if end < 0 and len(data) > MAX_HEAD:
        raise Unreadable("message", "head too large")
    head = (data[:end] if end >= 0 else data.removesuffix(b"\r\n")).decode("utf-8", "surrogateescape")
    lines = _split_lines(head)
    start = lines.pop(0)
    keys, problem = _keys(lines)
    if end < 0:
        problem = "headers do not end"
    message = _response(start, keys, lines) or _request(start, keys, lines)
    if problem:
        request = message if isinstance(message, Request) else None
        raise Unreadable("message", problem, request=request)
    _set_body(message, data[end + 4 :])
    return message


def _split_lines(head: str) -> list[str]:
    """The start line and the headers, folded ones in one piece, their line ends kept for the way back."""
    lines = head.split("\r\n")
    if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1:
        raise Unreadable("message", "bare CR or LF")
    if "\r\n " in head or "\r\n\t" in head:
        joined = [[lines[0]]]
        for line in lines[1:]:
            if line[:1] in {" ", "\t"} and len(joined) > 1:
                joined[-1].append(line)
            else:
                joined.append([line])
        lines = ["\r\n".join(pieces) for pieces in joined]
    if len(lines) > MAX_HEADERS:
        raise Unreadable("message", "too many headers")
    return lines


def _keys(lines: list[str]) -> tuple[list[str], str]:
    """The key of each header line, and what is wrong with one of them; such a line gets an empty key."""
    parts = [line.partition(":") for line in lines]
    keys = [KEYS.get(name, "") if colon else "" for name, colon, _ in parts]
    problem = ""
    if "" in keys:
        for at, (name, colon, _) in enumerate(parts):
            if not keys[at]:
                key = header_key(name)
                if colon and is_token(key):
                    keys[at] = key
                else:
                    problem = "bad header line"
    return keys, problem


def _response(start: str, keys: list[str], lines: list[str]) -> Response | None:
    """The response that a status line announces; `None` if the line is none."""
    if start[:4].upper() != "SIP/":
        return None
    words = start.split(" ", 2)
    if words[0] != "SIP/2.0" or len(words) != 3 or not _is_status(words[1]):
        raise Unreadable("message", "bad status line")
    return Response(int(words[1]), words[2], keys, lines)


def _request(start: str, keys: list[str], lines: list[str]) -> Request:
    words = start.split(" ")
    if len(words) == 3 and words[2].upper() == "SIP/2.0" and is_token(words[0]):
        return Request(words[0], words[1], keys, lines)
    words = [word for word in words if word]
    if len(words) < 3 or words[-1][:4].upper() != "SIP/":
        raise Unreadable("message", "no SIP message")
    request = Request(words[0], " ".join(words[1:-1]), keys, lines)
    if words[-1].upper() != "SIP/2.0":
        raise Unreadable("message", "version not supported", request=request, status=505)
    raise Unreadable("message", "bad request line", request=request)


def _set_body(message: Message, rest: bytes) -> None:
    request = message if isinstance(message, Request) else None
    try:
        length = message.content_length
    except Malformed as fault:
        raise Unreadable(fault.part, fault.problem, request=request) from None
    if length is None or length == len(rest):
        message.attach_body(rest)
    elif length < len(rest):
        message.attach_body(rest[:length])
    else:
        raise Unreadable("Content-Length", "larger than the message", request=request)
