"""How the directory lies in LMDB: five tables in one file.

`lines`: public number → LineEntry. `usernames`: SIP user name → public number. `shorts`: group id (8 bytes,
big-endian) + short number → public number. `groups`: group id → GroupEntry. `meta`: the layout's version and
the count of publications.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import lmdb
import msgspec

from dakehu.switch.directory.entries import GroupEntry, LineEntry
from dakehu.switch.directory.errors import DirectoryUnreadable

if TYPE_CHECKING:
    from lmdb import _Database  # named in the library's type stubs alone

Table: TypeAlias = "_Database"
VERSION = b"1"
VERSION_KEY = b"version"
GENERATION_KEY = b"generation"
NAMES = (b"lines", b"usernames", b"shorts", b"groups", b"meta")

encode = msgspec.msgpack.Encoder().encode
decode_line = msgspec.msgpack.Decoder(LineEntry).decode
decode_group = msgspec.msgpack.Decoder(GroupEntry).decode


@dataclass(frozen=True, slots=True)
class Tables:
    """LMDB's handles, valid as long as the environment is open."""

    lines: Table
    usernames: Table
    shorts: Table
    groups: Table
    meta: Table


def open_environment(path: Path, *, map_bytes: int, readonly: bool) -> lmdb.Environment:
    """Open the one-file environment; raises `DirectoryUnreadable`."""
    try:
        return lmdb.open(
            str(path),
            map_size=map_bytes,
            subdir=False,
            readonly=readonly,
            mode=0o600,
            max_dbs=len(NAMES),
            max_readers=512,
            max_spare_txns=4,
        )
    except lmdb.Error as error:
        raise DirectoryUnreadable(path=str(path), reason=str(error)) from error


def open_tables(environment: lmdb.Environment, *, create: bool) -> Tables:
    """The handles of all tables; raises `DirectoryUnreadable` if one is missing and may not be made."""
    try:
        return Tables(*(environment.open_db(name, create=create) for name in NAMES))
    except lmdb.Error as error:
        raise DirectoryUnreadable(path=environment.path(), reason=str(error)) from error


def group_key(group_id: int) -> bytes:
    return group_id.to_bytes(8, "big")


def short_key(group_id: int, short_number: str) -> bytes:
    return group_id.to_bytes(8, "big") + short_number.encode()
