"""Requests and responses (RFC 3261 section 7): header lines kept as they came, values read on demand.

Reading a header's structure happens when somebody asks and is remembered until the header changes.
Re-serialising a received message gives back its bytes, and a response is built by copying raw lines of the
request (8.2.6.2) without understanding them.

Messages that arrived are to be read only; build on a `copy()`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

from dakehu.switch.sip.address import NameAddr
from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import LWS, is_token, number, split_list
from dakehu.switch.sip.header_lines import HeaderLines
from dakehu.switch.sip.headers import header_name
from dakehu.switch.sip.statuses import reason_phrase
from dakehu.switch.sip.uri import Uri
from dakehu.switch.sip.via import Via

Headers = Iterable[tuple[str, str]]
MAX_CSEQ = 2**31
MAX_DELTA = 2**32


class CSeq(NamedTuple):
    """The order of a request in its dialog."""

    number: int
    method: str

    @classmethod
    def parse(cls, text: str) -> CSeq:
        """Read the header's value; raises `Malformed`."""
        digits, _, method = text.replace("\t", " ").partition(" ")
        method = method.strip(LWS)
        if not is_token(method):
            raise Malformed("CSeq", "bad method")
        return cls(number(digits, part="CSeq", limit=MAX_CSEQ), method)

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


class Message(HeaderLines):
    """What requests and responses share: structured values, and the way to the wire."""

    __slots__ = ()

    @property
    def start_line(self) -> str:
        raise NotImplementedError

    @property
    def via(self) -> Via:
        """The topmost Via; raises `Malformed` when it is missing or broken."""
        found = self._cache.get("via")
        if isinstance(found, Via):
            return found
        text = self._required("via")
        via = Via.parse(text if "," not in text else split_list(text, part="Via")[0])
        self._cache["via"] = via
        return via

    def set_via(self, via: Via) -> None:
        """Change the topmost Via."""
        at = self._keys.index("via")
        if "," in self._lines[at]:
            self.replace_first("via", str(via))
        else:
            self._lines[at] = f"Via: {via}"
        self.remember("via", via)

    @property
    def vias(self) -> list[Via]:
        return [Via.parse(member) for member in self.members("via")]

    @property
    def from_(self) -> NameAddr:
        found = self._cache.get("from")
        return found if isinstance(found, NameAddr) else self._address("from")

    @property
    def to(self) -> NameAddr:
        found = self._cache.get("to")
        return found if isinstance(found, NameAddr) else self._address("to")

    @property
    def call_id(self) -> str:
        found = self._cache.get("call-id")
        if isinstance(found, str):
            return found
        text = self._required("call-id")
        if not text or " " in text or "\t" in text or not text.isascii():
            raise Malformed("Call-ID", "not a word")
        self._cache["call-id"] = text
        return text

    @property
    def cseq(self) -> CSeq:
        found = self._cache.get("cseq")
        if isinstance(found, CSeq):
            return found
        cseq = CSeq.parse(self._required("cseq"))
        self._cache["cseq"] = cseq
        return cseq

    @property
    def contacts(self) -> list[NameAddr]:
        """The Contact addresses; `*` gives none (see `registrar`)."""
        return self._addresses("contact")

    @property
    def contact(self) -> NameAddr | None:
        """The first Contact."""
        contacts = self.contacts
        return contacts[0] if contacts else None

    @property
    def routes(self) -> list[NameAddr]:
        return self._addresses("route")

    @property
    def record_routes(self) -> list[NameAddr]:
        return self._addresses("record-route")

    @property
    def paths(self) -> list[NameAddr]:
        """The proxies on the way to who registers (RFC 3327), in the order of sending to it."""
        return self._addresses("path")

    @property
    def max_forwards(self) -> int | None:
        text = self.text("max-forwards")
        return None if text is None else number(text, part="Max-Forwards", limit=256)

    @property
    def expires(self) -> int | None:
        """Seconds; too large a number is a fault, not the largest (RFC 4475 section 3.1.2.4)."""
        text = self.text("expires")
        return None if text is None else number(text, part="Expires", limit=MAX_DELTA)

    @property
    def content_length(self) -> int | None:
        if "content-length" not in self._keys:
            return None
        text = self._value(self._keys.index("content-length"))
        return number(text, part="Content-Length", limit=MAX_DELTA)

    @property
    def content_type(self) -> str:
        """`type/subtype` in lower case without parameters; empty when there is none."""
        return (self.text("content-type") or "").partition(";")[0].strip(LWS).lower()

    def _required(self, key: str) -> str:
        try:
            at = self._keys.index(key)
        except ValueError:
            raise Malformed(header_name(key), "missing") from None
        return self._value(at)

    def _address(self, key: str) -> NameAddr:
        address = NameAddr.parse(self._required(key), part=header_name(key))
        self._cache[key] = address
        return address

    def _addresses(self, key: str) -> list[NameAddr]:
        if key not in self._keys:
            return []
        found = self._cache.get(key + "*")
        if isinstance(found, list):
            return list(found)
        part = header_name(key)
        addresses = [
            address
            for text in self.texts(key)
            if text != "*"
            for address in (
                NameAddr.parse_list(text, part=part) if "," in text else [NameAddr.parse(text, part=part)]
            )
        ]
        self._cache[key + "*"] = addresses
        return list(addresses)

    # --- the wire

    def encode(self) -> bytes:
        """The message as bytes."""
        head = "\r\n".join((self.start_line, *self._lines, "", ""))
        return head.encode("utf-8", "surrogateescape") + self._body

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.start_line!r} {len(self._lines)} headers, {len(self._body)} bytes>"
        )


class Request(Message):
    """A request. `target` is the Request-URI as text, `uri` the same parsed."""

    __slots__ = ("method", "target")

    def __init__(
        self, method: str, target: str, keys: list[str], lines: list[str], body: bytes = b""
    ) -> None:
        super().__init__(keys, lines, body)
        self.method = method
        self.target = target

    @classmethod
    def build(
        cls,
        method: str,
        target: str,
        headers: Headers = (),
        *,
        body: bytes = b"",
        content_type: str | None = None,
    ) -> Self:
        """A new request with these headers, Content-Length added."""
        request = cls(method, target, [], [])
        request.add_all(headers)
        request.set_body(body, content_type)
        return request

    @property
    def start_line(self) -> str:
        return f"{self.method} {self.target} SIP/2.0"

    @property
    def uri(self) -> Uri:
        return Uri.parse(self.target)

    def copy(self) -> Request:
        """A request with its own lists; nothing deeper is mutable."""
        return Request(self.method, self.target, list(self._keys), list(self._lines), self._body)


class Response(Message):
    """A response."""

    __slots__ = ("reason", "status")

    def __init__(
        self, status: int, reason: str, keys: list[str], lines: list[str], body: bytes = b""
    ) -> None:
        super().__init__(keys, lines, body)
        self.status = status
        self.reason = reason

    @classmethod
    def build(
        cls, status: int, headers: Headers = (), *, body: bytes = b"", content_type: str | None = None
    ) -> Self:
        """A new response with the usual reason phrase; `reply` answers a request."""
        response = cls(status, reason_phrase(status), [], [])
        response.add_all(headers)
        response.set_body(body, content_type)
        return response

    @property
    def start_line(self) -> str:
        return f"SIP/2.0 {self.status} {self.reason}"

    @property
    def is_provisional(self) -> bool:
        return self.status < 200

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def copy(self) -> Response:
        """A response with its own lists; nothing deeper is mutable."""
        return Response(self.status, self.reason, list(self._keys), list(self._lines), self._body)


_COPIED = frozenset({"via", "from", "to", "call-id", "cseq"})
_COPIED_INTO_100 = _COPIED | {"timestamp"}
_COPIED_IN_DIALOG = _COPIED | {"record-route"}
_INHERITED = ("via", "from", "to", "call-id", "cseq")


def reply(
    request: Request,
    status: int,
    *,
    tag: str = "",
    reason: str = "",
    headers: Headers = (),
    body: bytes = b"",
    content_type: str | None = None,
) -> Response:
    """Answer a request (section 8.2.6): Via, From, To, Call-ID and CSeq are copied line by line.

    `tag` is put on To unless it is empty, the status 100, or To already has one. Record-Route is copied into
    1xx and 2xx (12.1.1), Timestamp into 100 (8.2.6.1).
    """
    keys: list[str] = []
    lines: list[str] = []
    suffix = f";tag={tag}" if tag and status > 100 and not request.to.tag else ""
    copied = _COPIED if status >= 300 else _COPIED_INTO_100 if status == 100 else _COPIED_IN_DIALOG
    for key, line in request.raw_lines():
        if key in copied:
            keys.append(key)
            lines.append(line.rstrip(LWS) + suffix if suffix and key == "to" else line)
    response = Response(status, reason or reason_phrase(status), keys, lines)
    response.inherit(request, _INHERITED)
    if suffix:
        response.remember("to", request.to.with_tag(tag))
    response.add_all(headers)
    response.set_body(body, content_type)
    return response
