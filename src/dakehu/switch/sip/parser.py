"""One whole message from one datagram or stream frame (RFC 3261 section 7 and 18.3).

Parsing splits: head from body, start line from headers, name from value. Nothing else is understood here.
What cannot even be split raises `Unreadable`; when enough could be read to answer, it carries the request.

Text is UTF-8 with `surrogateescape`: display names are text, and bytes that are no UTF-8 survive a round
trip.
"""

from __future__ import annotations

from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import is_token
from dakehu.switch.sip.headers import KEYS, header_key
from dakehu.switch.sip.message import Message, Request, Response

MAX_HEAD = 65_536
"""Bytes of start line and headers."""
MAX_HEADERS = 256
"""Header lines in one message."""


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
    whole = end >= 0
    head = (data[:end] if whole else data[:MAX_HEAD].removesuffix(b"\r\n")).decode("utf-8", "surrogateescape")
    lines = head.split("\r\n")
    problem = "" if whole else "headers do not end"
    if "\n" in head and (head.count("\n") != len(lines) - 1 or "\r\n " in head or "\r\n\t" in head):
        lines, problem = _join_folds(lines, problem)
    if head.count("\r") != head.count("\n"):
        problem = "bare CR or LF"
    start = lines.pop(0)
    if len(lines) > MAX_HEADERS:
        raise Unreadable("message", "too many headers")
    keys, problem = _keys(lines, problem)
    message, problem, status = _start(start, keys, lines, problem)
    if problem:
        raise Unreadable(
            "message", problem, request=message if isinstance(message, Request) else None, status=status
        )
    _set_body(message, data[end + 4 :])
    return message


def _join_folds(lines: list[str], problem: str) -> tuple[list[str], str]:
    """Continuation lines joined to the header they continue, line ends kept for the way back."""
    joined: list[list[str]] = [[lines[0]]]
    for line in lines[1:]:
        if line[:1] in {" ", "\t"} and len(joined) > 1:
            joined[-1].append(line)
        else:
            joined.append([line])
    return ["\r\n".join(pieces) for pieces in joined], problem


def _keys(lines: list[str], problem: str) -> tuple[list[str], str]:
    keys = []
    for line in lines:
        name, colon, _ = line.partition(":")
        key = KEYS.get(name)
        if key is None:
            key = header_key(name)
            if not colon or not is_token(key):
                problem = problem or "bad header line"
                key = "" if not colon else key
        keys.append(key)
    return keys, problem


def _start(start: str, keys: list[str], lines: list[str], problem: str) -> tuple[Message, str, int]:
    """The message its first line announces, with what is wrong and the status that says so."""
    parts = start.split(" ")
    if parts[0] == "SIP/2.0" and len(parts) >= 3:
        return _response(start, keys, lines, problem)
    if parts[0][:4].upper() == "SIP/":
        raise Unreadable("status line", "bad status line")
    return _request(start, keys, lines, problem)


def _response(start: str, keys: list[str], lines: list[str], problem: str) -> tuple[Message, str, int]:
    _, code, reason = start.split(" ", 2)
    if len(code) != 3 or not code.isascii() or not code.isdigit() or not "100" <= code < "700":
        raise Unreadable("status line", "bad status code")
    return Response(int(code), reason, keys, lines), problem, 0


def _request(start: str, keys: list[str], lines: list[str], problem: str) -> tuple[Message, str, int]:
    words = start.split(" ")
    words_set = [word for word in words if word]
    if len(words_set) < 3 or words_set[-1][:4].upper() != "SIP/":
        raise Unreadable("request line", "no SIP message")
    method, version = words_set[0], words_set[-1]
    request = Request(method, " ".join(words_set[1:-1]), keys, lines)
    if version.upper() != "SIP/2.0":
        return request, problem or "version not supported", 505
    if len(words) != 3 or not is_token(method):
        return request, problem or "bad request line", 400
    return request, problem, 400


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
