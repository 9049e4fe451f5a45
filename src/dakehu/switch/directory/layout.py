"""How the directory lies in LMDB: eight tables in one file.

`lines`: public number → LineEntry. `usernames`: SIP user name → public number. `shorts`: group id (8 bytes,
big-endian) + short number → public number. `groups`: group id → GroupEntry. `vpnshorts`: VPN id + VPN short
number → public number, keys as in `shorts`. `vpns`: VPN id → VpnEntry. `trunks`: code → TrunkGroup. `meta`:
the layout's version and the count of publications.

The tables of VPNs and of trunks are younger than the file: a writer adds them to a file that has none, a
reader takes a file without them for one without VPNs or trunks, and finds them as soon as they are there.
So the layout's version stayed, and a voice process may be newer than the directory it finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import lmdb
import msgspec

from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.switch.directory.entries import GroupEntry, LineEntry, VpnEntry
from dakehu.switch.directory.errors import DirectoryUnreadable

if TYPE_CHECKING:
    from lmdb import _Database  # named in the library's type stubs alone

Table: TypeAlias = "_Database"
VERSION = b"1"
VERSION_KEY = b"version"
GENERATION_KEY = b"generation"
NAMES = (b"lines", b"usernames", b"shorts", b"groups", b"meta")
YOUNGER_NAMES = (b"vpns", b"vpnshorts", b"trunks")

encode = msgspec.msgpack.Encoder().encode
decode_line = msgspec.msgpack.Decoder(LineEntry).decode
decode_group = msgspec.msgpack.Decoder(GroupEntry).decode
decode_vpn = msgspec.msgpack.Decoder(VpnEntry).decode
decode_trunk = msgspec.msgpack.Decoder(TrunkGroup).decode


@dataclass(frozen=True, slots=True)
class Tables:
    """LMDB's handles, valid as long as the environment is open. The last three are None in an old file."""

    lines: Table
    usernames: Table
    shorts: Table
    groups: Table
    meta: Table
    vpns: Table | None = None
    vpnshorts: Table | None = None
    trunks: Table | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the younger tables are there."""
        return None not in (self.vpns, self.vpnshorts, self.trunks)


def open_environment(path: Path, *, map_bytes: int, readonly: bool) -> lmdb.Environment:
    """Open the one-file environment; raises `DirectoryUnreadable`."""
    try:
        return lmdb.open(
            str(path),
            map_size=map_bytes,
            subdir=False,
            readonly=readonly,
            mode=0o600,
            max_dbs=len(NAMES) + len(YOUNGER_NAMES),
            max_readers=512,
            max_spare_txns=4,
        )
    except lmdb.Error as error:
        raise DirectoryUnreadable(path=str(path), reason=str(error)) from error


def open_tables(environment: lmdb.Environment, *, create: bool) -> Tables:
    """The handles of all tables; raises `DirectoryUnreadable` if one is missing and may not be made."""
    try:
        old = [environment.open_db(name, create=create) for name in NAMES]
    except lmdb.Error as error:
        raise DirectoryUnreadable(path=environment.path(), reason=str(error)) from error
    return Tables(*old, *(_younger(environment, name, create=create) for name in YOUNGER_NAMES))


def _younger(environment: lmdb.Environment, name: bytes, *, create: bool) -> Table | None:
    try:
        return environment.open_db(name, create=create)
    except lmdb.NotFoundError:
        return None
    except lmdb.Error as error:
        raise DirectoryUnreadable(path=environment.path(), reason=str(error)) from error


def id_key(number: int) -> bytes:
    """The key of a group or a VPN."""
    return number.to_bytes(8, "big")


def short_key(plan_id: int, short_number: str) -> bytes:
    """The key of a short number in the plan of a group or of a VPN."""
    return plan_id.to_bytes(8, "big") + short_number.encode(errors="replace")
