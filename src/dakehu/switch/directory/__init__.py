"""The voice process's own view of lines, groups and enterprise VPNs, in one LMDB file.

The publisher (beside the database) calls `DirectoryWriter.publish(changes)` or `.rebuild(entries)`, each one
LMDB transaction; voice processes read through `DirectoryReader.view()`, which is one moment of the directory
and never half a publication. With the database gone the file stays, and telephones work.
"""

from __future__ import annotations

from dakehu.switch.directory.changes import (
    Change,
    DeleteGroup,
    DeleteLine,
    DeleteTrunk,
    DeleteVpn,
    UpsertGroup,
    UpsertLine,
    UpsertTrunk,
    UpsertVpn,
)
from dakehu.switch.directory.entries import GroupEntry, LineEntry, VpnEntry
from dakehu.switch.directory.errors import DirectoryClash, DirectoryUnreadable
from dakehu.switch.directory.reader import DirectoryReader
from dakehu.switch.directory.view import DirectoryView, MemoryView, Overlaid
from dakehu.switch.directory.writer import DirectoryWriter

__all__ = [
    "Change",
    "DeleteGroup",
    "DeleteLine",
    "DeleteTrunk",
    "DeleteVpn",
    "DirectoryClash",
    "DirectoryReader",
    "DirectoryUnreadable",
    "DirectoryView",
    "DirectoryWriter",
    "GroupEntry",
    "LineEntry",
    "MemoryView",
    "Overlaid",
    "UpsertGroup",
    "UpsertLine",
    "UpsertTrunk",
    "UpsertVpn",
    "VpnEntry",
]
