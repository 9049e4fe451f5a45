"""Frames of the spool: mark (4 bytes), length and CRC-32 of the payload (4 bytes each, big-endian), payload.

The payload's first byte tells its kind. A reader that meets garbage in a segment nobody writes any more
looks for the next mark that begins a whole frame, so that one bad sector costs the records in it alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO

import msgspec

from dakehu.numbering.domain.services import ServicesChange
from dakehu.switch.records.record import CallRecord

MARK = b"\xd4CR1"
_LENGTHS = struct.Struct(">4sII")
LONGEST = 1 << 28
_CHUNK = 1 << 20


class Kind(IntEnum):
    HEAD = 0
    ANSWERED = 1
    RECORD = 2
    CHECKPOINT = 3
    SERVICES = 4
    ATTENDANCE = 5


class Head(msgspec.Struct, frozen=True, array_like=True):
    """The calls up when the segment began; `known_ms` is the last moment at which they surely were."""

    known_ms: int
    up: tuple[CallRecord, ...]


class Checkpoint(msgspec.Struct, frozen=True, array_like=True):
    """The calls up were up at `known_ms`."""

    known_ms: int


class Attendance(msgspec.Struct, frozen=True, array_like=True):
    """A line serves its VPN's attendant number, or no more, as it was dialled at `at_ms`."""

    number: str
    attends: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class Frame:
    """`end` is the offset in its file just behind it."""

    kind: Kind
    body: bytes
    end: int


_encode = msgspec.msgpack.Encoder().encode
decode_record = msgspec.msgpack.Decoder(CallRecord).decode
decode_head = msgspec.msgpack.Decoder(Head).decode
decode_checkpoint = msgspec.msgpack.Decoder(Checkpoint).decode
decode_services = msgspec.msgpack.Decoder(ServicesChange).decode
decode_attendance = msgspec.msgpack.Decoder(Attendance).decode


def pack(kind: Kind, value: CallRecord | Head | Checkpoint | ServicesChange | Attendance) -> bytes:
    """The whole frame."""
    payload = bytes((kind,)) + _encode(value)
    return _LENGTHS.pack(MARK, len(payload), zlib.crc32(payload)) + payload


def scan(file: BinaryIO, offset: int, *, sealed: bool) -> Iterator[Frame]:
    """The whole frames from `offset` on.

    With `sealed` garbage is passed over; without it the scan ends there, for it may be a frame just being
    written.
    """
    file.seek(offset)
    buffer, start, at = b"", offset, 0
    while True:
        frame, wanted = _parse(buffer, at, start)
        if frame is not None:
            yield frame
            at = frame.end - start
            continue
        if wanted > len(buffer):
            more = file.read(max(_CHUNK, wanted - len(buffer)))
            if more:
                buffer, start, at = buffer[at:] + more, start + at, 0
                continue
            if at >= len(buffer):
                return
        if not sealed:
            return
        found = buffer.find(MARK, at + 1)
        at = found if found >= 0 else max(at + 1, len(buffer) - len(MARK) + 1)


def _parse(buffer: bytes, at: int, start: int) -> tuple[Frame | None, int]:
    """The frame at `at`, or None with the buffer's length that could make one, 0 if none can."""
    body_at = at + _LENGTHS.size
    if len(buffer) < body_at:
        begun = buffer[at : at + len(MARK)]
        return None, body_at if MARK.startswith(begun) else 0
    mark, length, checksum = _LENGTHS.unpack_from(buffer, at)
    if mark != MARK or not 0 < length <= LONGEST:
        return None, 0
    end = body_at + length
    if len(buffer) < end:
        return None, end
    payload = buffer[body_at:end]
    if zlib.crc32(payload) != checksum or payload[0] not in _KINDS:
        return None, 0
    return Frame(Kind(payload[0]), payload[1:], start + end), end


_KINDS = frozenset(Kind)
