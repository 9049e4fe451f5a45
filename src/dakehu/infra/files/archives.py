"""ZIP archives from strangers: looked at before anything opens them.

`inspect` reads the archive's table of contents alone and refuses what would swell out of proportion; `verify`
unpacks every entry into nothing, in pieces, and refuses the first byte beyond what the table promised. After
both, a library may open the archive: it holds what it says, and that is bounded.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dakehu.infra.files.errors import ArchiveUnsafe, FileDamaged

MAX_UNPACKED = 1024 * 2**20
MAX_ENTRIES = 4000
MAX_RATIO = 200
_RATIO_COUNTS_FROM = 16 * 2**20
_MAX_CONTENTS = 2**20
_PIECE = 2**20
_END = b"PK\x05\x06"
_END_SIZE, _END64_LOCATOR_SIZE, _END64_SIZE = 22, 20, 56
_TAIL = 66_000  # the end record and the longest comment that may follow it


def inspect(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """The entries of an archive that may be opened; raises `ArchiveUnsafe` or `FileDamaged`."""
    with path.open("rb") as file:
        if _contents_size(file, name) > _MAX_CONTENTS:
            raise ArchiveUnsafe(name=name, limit_mb=MAX_UNPACKED >> 20)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise FileDamaged(name=name) from None
    if (
        len(entries) > MAX_ENTRIES
        or sum(entry.file_size for entry in entries) > MAX_UNPACKED
        or any(_swollen(entry) for entry in entries)
    ):
        raise ArchiveUnsafe(name=name, limit_mb=MAX_UNPACKED >> 20)
    return entries


def verify(path: Path, name: str) -> None:
    """Unpack everything into nothing; raises `ArchiveUnsafe` or `FileDamaged`, reads no further than that."""
    entries = inspect(path, name)
    with path.open("rb") as file:
        for entry in entries:
            _verify_entry(file, entry, name)


def _swollen(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * max(1, entry.compress_size)


def _contents_size(file: BinaryIO, name: str) -> int:
    """The size of the table of contents by the end record, before that table is read into memory."""
    size = file.seek(0, 2)
    start = max(0, size - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise FileDamaged(name=name)
    (contents,) = struct.unpack_from("<L", tail, at + 12)
    locator = at - _END64_LOCATOR_SIZE
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        (offset,) = struct.unpack_from("<Q", tail, locator + 8)
        file.seek(min(offset, size))
        record = file.read(_END64_SIZE)
        if record[:4] != b"PK\x06\x06" or len(record) < _END64_SIZE:
            raise FileDamaged(name=name)
        (contents,) = struct.unpack_from("<Q", record, 40)
    return int(contents)


def _verify_entry(file: BinaryIO, entry: zipfile.ZipInfo, name: str) -> None:
    size, check = 0, 0
    for piece in _unpacked(file, entry, name):
        size += len(piece)
        check = zlib.crc32(piece, check)
        if size > entry.file_size:
            raise ArchiveUnsafe(name=name, limit_mb=MAX_UNPACKED >> 20)
    if size != entry.file_size or check != entry.CRC:
        raise FileDamaged(name=name)


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise FileDamaged(name=name)
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    file.seek(name_length + extra_length, 1)
    packed = _pieces(file, entry.compress_size)
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflated(packed, name)
    else:
        raise FileDamaged(name=name)


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := file.read(min(_PIECE, size))):
        size -= len(piece)
        yield piece


def _inflated(packed: Iterator[bytes], name: str) -> Iterator[bytes]:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in packed:
            yield machine.decompress(piece, _PIECE)
            while machine.unconsumed_tail:
                yield machine.decompress(machine.unconsumed_tail, _PIECE)
        yield machine.flush()
    except zlib.error:
        raise FileDamaged(name=name) from None
