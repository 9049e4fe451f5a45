"""What child and parent say to each other: MessagePack with its length before it."""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

Row = tuple[int, list[str]]
"""The row's number as the person's spreadsheet shows it, and its cells as text."""

_LENGTH = struct.Struct("<L")
MAX_FRAME = 256 * 2**20


class Sheet(msgspec.Struct, tag=True, frozen=True):
    """A sheet with its first filled rows."""

    index: int
    name: str
    head: list[Row]


class Choose(msgspec.Struct, tag=True, frozen=True):
    """All sheets have been told; the child waits for the index of the one to read."""


class Rows(msgspec.Struct, tag=True, frozen=True):
    """Some filled rows, in order."""

    rows: list[Row]


class End(msgspec.Struct, tag=True, frozen=True):
    """The sheet has ended."""


class Fault(msgspec.Struct, tag=True, frozen=True):
    """Nothing more will come, and why."""

    code: str
    data: dict[str, str | int]


Frame = Sheet | Choose | Rows | End | Fault
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Frame).decode


def write_frame(file: BinaryIO, frame: Frame) -> None:
    data = _encode(frame)
    file.write(_LENGTH.pack(len(data)) + data)


class FrameBuffer:
    """Bytes in, frames out."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes; raises `ValueError` for what is no frame."""
        self._data += data
        frames: list[Frame] = []
        at = 0
        while len(self._data) - at >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._data, at)
            if length > MAX_FRAME:
                raise ValueError("frame too long")
            if len(self._data) - at - _LENGTH.size < length:
                break
            start = at + _LENGTH.size
            with memoryview(self._data) as view:
                frames.append(_decode(view[start : start + length]))
            at = start + length
        del self._data[:at]
        return frames
