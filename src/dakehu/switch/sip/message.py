"""Requests and responses (RFC 3261 section 7): header lines kept as they came, values read on demand.

A message holds two parallel lists: the raw header lines, in order, byte for byte as received, and their keys
(long name, lower case). Looking a header up is a search in a short list; reading its structure happens when
somebody asks and is remembered until the header changes. Re-serialising a received message gives back its
bytes, and a response is built by copying raw lines of the request (8.2.6.2) without understanding them.

Messages that arrived are to be read only; build on a `copy()`. Header names are accepted in any spelling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Self

from dakehu.switch.sip.address import NameAddr
from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import LWS, is_token, number, split_list, unfold
from dakehu.switch.sip.headers import header_key, header_name
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

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


class Message:
    """What requests and responses share."""

    __slots__ = ("_body", "_cache", "_keys", "_lines")

    def __init__(self, keys: list[str], lines: list[str], body: bytes = b"") -> None:
        """From parallel lists of keys and raw lines, as the parser makes them; see `Request.build`."""
        self._keys = keys
        self._lines = lines
        self._body = body
        self._cache: dict[str, object] = {}

    @property
    def start_line(self) -> str:
        raise NotImplementedError

    # --- text of headers

    def __contains__(self, name: str) -> bool:
        return header_key(name) in self._keys

    def text(self, name: str) -> str | None:
        """The value of the first header of this name: unfolded, stripped; `None` when there is none."""
        key = header_key(name)
        return self._value(self._keys.index(key)) if key in self._keys else None

    def texts(self, name: str) -> list[str]:
        """The values of all headers of this name, one per line of the message, commas not split."""
        key = header_key(name)
        return [self._value(at) for at, have in enumerate(self._keys) if have == key]

    def members(self, name: str) -> list[str]:
        """All members of a comma list that may be spread over several lines; raises `Malformed`."""
        key = header_key(name)
        if key not in self._keys:
            return []
        part = header_name(key)
        return [member for text in self.texts(key) if text for member in split_list(text, part=part)]

    def tokens(self, name: str) -> frozenset[str]:
        """The members of a list of tokens such as Require or Supported, in lower case."""
        return frozenset(member.lower() for member in self.members(name))

    def items(self) -> Iterator[tuple[str, str]]:
        """Key and value of each header line, in order."""
        return ((key, self._value(at)) for at, key in enumerate(self._keys))

    def lines_of(self, *names: str) -> list[tuple[str, str]]:
        """Key and raw line of the headers of these names, in the message's order: material for copying."""
        keys = {header_key(name) for name in names}
        return [(key, line) for key, line in zip(self._keys, self._lines, strict=True) if key in keys]

    def doubled_headers(self) -> list[str]:
        """The keys that more than one line carries."""
        keys = self._keys
        if len(set(keys)) == len(keys):
            return []
        counts = Counter(keys)
        return [key for key, count in counts.items() if count > 1]

    def _value(self, at: int) -> str:
        line = self._lines[at]
        value = line[line.index(":") + 1 :].strip(LWS)
        return unfold(value) if "\n" in value else value

    # --- changing

    def add(self, name: str, value: str) -> None:
        """Append a header line."""
        key = header_key(name)
        self._keys.append(key)
        self._lines.append(f"{header_name(key)}: {_one_line(value)}")
        self._forget(key)

    def prepend(self, name: str, value: str) -> None:
        """Put a header line before all others: the place of a new Via, Route or Record-Route."""
        key = header_key(name)
        self._keys.insert(0, key)
        self._lines.insert(0, f"{header_name(key)}: {_one_line(value)}")
        self._forget(key)

    def put(self, name: str, value: str) -> None:
        """Set a header to one line: the first line of that name is replaced in its place, others go."""
        key = header_key(name)
        if key not in self._keys:
            self.add(key, value)
            return
        at = self._keys.index(key)
        self._lines[at] = f"{header_name(key)}: {_one_line(value)}"
        if self._keys.count(key) > 1:
            kept = [index for index, have in enumerate(self._keys) if have != key or index == at]
            self._lines = [self._lines[index] for index in kept]
            self._keys = [self._keys[index] for index in kept]
        self._forget(key)

    def remove(self, name: str) -> None:
        """Take all header lines of this name away."""
        key = header_key(name)
        if key in self._keys:
            kept = [index for index, have in enumerate(self._keys) if have != key]
            self._lines = [self._lines[index] for index in kept]
            self._keys = [self._keys[index] for index in kept]
            self._forget(key)

    def take_lines(self, lines: Iterable[tuple[str, str]]) -> None:
        """Append raw lines with their keys, as `lines_of` gave them."""
        for key, line in lines:
            self._keys.append(key)
            self._lines.append(line)
            self._forget(key)

    def replace_first(self, name: str, value: str) -> None:
        """Change the first member of a list header, keeping the members behind it on the same line."""
        key = header_key(name)
        at = self._keys.index(key)
        members = split_list(self._value(at), part=header_name(key))
        members[0] = value
        self._lines[at] = f"{header_name(key)}: {_one_line(', '.join(members))}"
        self._forget(key)

    def drop_first(self, name: str) -> None:
        """Take the first member of a list header away, with its line when it was the only one."""
        key = header_key(name)
        at = self._keys.index(key)
        members = split_list(self._value(at), part=header_name(key))
        if len(members) == 1:
            del self._keys[at], self._lines[at]
        else:
            self._lines[at] = f"{header_name(key)}: {', '.join(members[1:])}"
        self._forget(key)

    def set_body(self, body: bytes, content_type: str | None = None) -> None:
        """Replace the body and keep Content-Length and Content-Type right; without a type that header goes."""
        self._body = body
        if content_type is None:
            self.remove("content-type")
        else:
            self.put("content-type", content_type)
        self.put("content-length", str(len(body)))

    def attach_body(self, body: bytes) -> None:
        """Set the body that came with the head, headers untouched: for parsers."""
        self._body = body

    def _forget(self, key: str) -> None:
        if self._cache:
            self._cache.pop(key, None)
            self._cache.pop(key + "*", None)

    # --- structured values

    @property
    def body(self) -> bytes:
        return self._body

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

    @property
    def vias(self) -> list[Via]:
        return [Via.parse(member) for member in self.members("via")]

    @property
    def from_(self) -> NameAddr:
        return self._address("from")

    @property
    def to(self) -> NameAddr:
        return self._address("to")

    @property
    def call_id(self) -> str:
        text = self._required("call-id")
        if not text or " " in text or "\t" in text:
            raise Malformed("Call-ID", "not a word")
        return text

    @property
    def cseq(self) -> CSeq:
        found = self._cache.get("cseq")
        if isinstance(found, CSeq):
            return found
        digits, _, method = self._required("cseq").replace("\t", " ").partition(" ")
        method = method.strip(LWS)
        if not is_token(method):
            raise Malformed("CSeq", "bad method")
        cseq = CSeq(number(digits, part="CSeq", limit=MAX_CSEQ), method)
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
        text = self.text("content-length")
        return None if text is None else number(text, part="Content-Length", limit=MAX_DELTA)

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
        found = self._cache.get(key)
        if isinstance(found, NameAddr):
            return found
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
        for name, value in headers:
            request.add(name, value)
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
        for name, value in headers:
            response.add(name, value)
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


_REPLY_KEYS = frozenset({"via", "from", "call-id", "cseq"})


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
    1xx and 2xx answers of requests that can open a dialog (12.1.1).
    """
    keys: list[str] = []
    lines: list[str] = []
    wanted = _REPLY_KEYS
    if 100 < status < 300 and "record-route" in request._keys:  # noqa: SLF001 - same module, same class family
        wanted = wanted | {"record-route"}
    for key, line in zip(request._keys, request._lines, strict=True):  # noqa: SLF001 - same module
        if key in wanted:
            keys.append(key)
            lines.append(line)
        elif key == "to":
            keys.append(key)
            lines.append(
                f"{line.rstrip(LWS)};tag={tag}" if tag and status > 100 and not request.to.tag else line
            )
    response = Response(status, reason or reason_phrase(status), keys, lines)
    for name, value in headers:
        response.add(name, value)
    response.set_body(body, content_type)
    return response


def _one_line(value: str) -> str:
    """Guard against a value that would end its header: what we write never contains a line end."""
    if "\n" in value or "\r" in value:
        return " ".join(value.replace("\r", "\n").split("\n"))
    return value
