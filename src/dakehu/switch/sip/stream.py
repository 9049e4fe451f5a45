"""Cutting a stream into messages (RFC 3261 sections 7.5 and 18.3, RFC 5626 section 4.4.1).

A `StreamFramer` belongs to one connection of TCP or TLS. (WebSocket carries one message per frame and needs
none.) `feed` takes what the socket gave, in pieces of any size, and returns what became whole:

- `Frame(data)`: one message, or the double line end of a keep-alive ping;
- `Frame(data, problem)`: the last one. The stream can't be cut any further, because a length is missing, is
  no number, contradicts another or is beyond the bounds. `data` holds the head, so that a request can still
  be refused; then the connection is to be closed. Whatever is fed afterwards is ignored.

Both go to `Stack.receive_frame`.

Memory is bounded by `max_head + max_body`; work is linear in the bytes fed, however small the pieces.
"""

from __future__ import annotations

from typing import NamedTuple

MAX_HEAD = 65_536
MAX_BODY = 262_144
PING = b"\r\n\r\n"


class Frame(NamedTuple):
    """Bytes of one message; `problem` is empty unless the stream ends here."""

    data: bytes
    problem: str = ""


class StreamFramer:
    """The unread rest of one connection."""

    __slots__ = ("_buffer", "_length", "_max_body", "_max_head", "_searched", "broken")

    def __init__(self, *, max_head: int = MAX_HEAD, max_body: int = MAX_BODY) -> None:
        self._buffer = bytearray()
        self._max_head = max_head
        self._max_body = max_body
        self._searched = 0
        self._length = -1
        """Of the whole message at the buffer's start, once its head is read."""
        self.broken = False

    @property
    def waiting(self) -> int:
        """Bytes that belong to a message not yet whole: a connection that keeps some for long is stuck."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """Add what arrived and take out what is whole."""
        if self.broken:
            return []
        self._buffer += data
        frames: list[Frame] = []
        while self._buffer and not self.broken:
            if self._length < 0:
                self._skip_line_ends(frames)
                if not self._read_head(frames):
                    break
            if self._length > len(self._buffer):
                break
            frames.append(Frame(bytes(self._buffer[: self._length])))
            self._consume(self._length)
        return frames

    def _skip_line_ends(self, frames: list[Frame]) -> None:
        """Take line ends between messages away; two are a ping, part of one waits for its rest."""
        count = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
        if not count:
            return
        frames += [Frame(PING)] * self._buffer.count(PING, 0, count)
        alone = count == len(self._buffer)
        self._consume(count - count % len(PING) if alone else count)

    def _read_head(self, frames: list[Frame]) -> bool:
        """Find the end of the head and the message's length; false when more bytes are needed."""
        end = self._buffer.find(b"\r\n\r\n", self._searched, self._max_head)
        if end <= 0:
            self._searched = max(0, len(self._buffer) - 3)
            if len(self._buffer) >= self._max_head:
                self._break(frames, bytes(self._buffer), "head too large")
            return False
        head = bytes(self._buffer[: end + 4])
        length, problem = content_length_of(head)
        if not problem and length > self._max_body:
            problem = "body too large"
        if problem:
            self._break(frames, head, problem)
            return False
        self._length = end + 4 + length
        return True

    def _consume(self, count: int) -> None:
        del self._buffer[:count]
        self._searched = 0
        self._length = -1

    def _break(self, frames: list[Frame], data: bytes, problem: str) -> None:
        self.broken = True
        self._buffer.clear()
        frames.append(Frame(data, problem))


def content_length_of(head: bytes) -> tuple[int, str]:
    """The length a head announces, and what is wrong with it. On a stream it may not be missing (18.3)."""
    found = -1
    for line in head.split(b"\r\n")[1:]:
        if line[:1] not in {b"C", b"c", b"L", b"l"}:
            continue
        name, _, value = line.partition(b":")
        if name.strip(b" \t").lower() not in {b"content-length", b"l"}:
            continue
        digits = value.strip(b" \t")
        if not digits.isdigit() or len(digits.lstrip(b"0")) > 9:
            return 0, "Content-Length is no length"
        length = int(digits.lstrip(b"0") or b"0")
        if found not in {-1, length}:
            return 0, "Content-Length twice"
        found = length
    return (found, "") if found >= 0 else (0, "Content-Length missing")
