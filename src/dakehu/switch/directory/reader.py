"""Reading the directory: a view a decision, a few microseconds a question.

A view is a read transaction, let go at its end so that the pages it pinned are freed for the writer.
LMDB's transaction number tells whether anything was published since; if not, entries decoded before are
given again, else they are forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

import lmdb

from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.switch.directory import layout
from dakehu.switch.directory.entries import GroupEntry, LineEntry, VpnEntry
from dakehu.switch.directory.errors import DirectoryUnreadable
from dakehu.switch.directory.view import DirectoryView

KEPT_ENTRIES = 10_000
_LONGEST_KEY = 511


class DirectoryReader:
    """For one thread. Within the writer's process take `DirectoryWriter.reader()` instead of `open`."""

    def __init__(self, environment: lmdb.Environment, tables: layout.Tables) -> None:
        self._environment = environment
        self._tables = tables
        self._seen = -1
        self._kept = _Kept()
        with self._begin() as transaction:
            found = transaction.get(layout.VERSION_KEY, db=tables.meta)
        if found != layout.VERSION:
            raise DirectoryUnreadable(path=environment.path(), reason=f"version {found!r}")

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing directory; raises `DirectoryUnreadable`."""
        environment = layout.open_environment(path, map_bytes=0, readonly=True)
        return cls(environment, layout.open_tables(environment, create=False))

    @contextmanager
    def view(self) -> Iterator[DirectoryView]:
        """The directory as it is now, for as long as the `with` block runs: keep that short."""
        if not self._tables.is_whole:
            self._look_for_younger_tables()
        with self._begin() as transaction:
            number = transaction.id()
            if number != self._seen:
                self._kept = _Kept()
                self._seen = number
            yield _View(transaction, self._tables, self._kept)

    def generation(self) -> int:
        """The number of the last publication."""
        with self._begin() as transaction:
            return int(transaction.get(layout.GENERATION_KEY, db=self._tables.meta) or b"0")

    def counts(self) -> tuple[int, int]:
        """Lines and groups."""
        with self._begin() as transaction:
            lines = transaction.stat(self._tables.lines)["entries"]
            return lines, transaction.stat(self._tables.groups)["entries"]

    def close(self) -> None:
        """Close the file; a reader that shares the writer's is closed with it."""
        self._environment.close()

    def _look_for_younger_tables(self) -> None:
        """A handle counts only in transactions that begin after it was opened."""
        with self._begin() as transaction:
            number = transaction.id()
        if number != self._seen:
            self._tables = layout.open_tables(self._environment, create=False)

    def _begin(self) -> lmdb.Transaction[bytes]:
        try:
            return self._environment.begin()
        except lmdb.MapResizedError:  # the writer has made the file larger than our map
            self._environment.set_mapsize(0)
            return self._environment.begin()


class _Kept:
    """What was decoded since the last publication."""

    __slots__ = ("groups", "lines", "searched", "shorts", "trunks", "usernames", "vpns", "vpnshorts")

    def __init__(self) -> None:
        self.lines: dict[str, LineEntry] = {}
        self.usernames: dict[str, LineEntry] = {}
        self.groups: dict[int, GroupEntry] = {}
        self.shorts: dict[tuple[int, str], LineEntry] = {}
        self.vpns: dict[int, VpnEntry] = {}
        self.vpnshorts: dict[tuple[int, str], LineEntry] = {}
        self.trunks: tuple[TrunkGroup, ...] | None = None
        self.searched: dict[str, int] | None = None


class _View:
    """Answers from one read transaction, and from what was decoded of the same publication."""

    __slots__ = ("_kept", "_tables", "_transaction")

    def __init__(self, transaction: lmdb.Transaction[bytes], tables: layout.Tables, kept: _Kept) -> None:
        self._transaction = transaction
        self._tables = tables
        self._kept = kept

    def line(self, public_number: str) -> LineEntry | None:
        kept = self._kept.lines.get(public_number)
        if kept is not None:
            return kept
        stored = self._get(public_number.encode(errors="replace"), self._tables.lines)
        if stored is None:
            return None
        entry = layout.decode_line(stored)
        _keep(self._kept.lines, public_number, entry)
        return entry

    def line_by_username(self, sip_username: str) -> LineEntry | None:
        kept = self._kept.usernames.get(sip_username)
        if kept is not None:
            return kept
        number = self._get(sip_username.encode(errors="replace"), self._tables.usernames)
        entry = self.line(number.decode()) if number is not None else None
        if entry is not None:
            _keep(self._kept.usernames, sip_username, entry)
        return entry

    def line_by_short(self, group_id: int, short_number: str) -> LineEntry | None:
        return self._line_by_short((group_id, short_number), self._kept.shorts, self._tables.shorts)

    def group(self, group_id: int) -> GroupEntry | None:
        kept = self._kept.groups.get(group_id)
        if kept is not None:
            return kept
        stored = self._get(layout.id_key(group_id), self._tables.groups)
        if stored is None:
            return None
        entry = layout.decode_group(stored)
        _keep(self._kept.groups, group_id, entry)
        return entry

    def group_searched_by(self, gcn: str) -> GroupEntry | None:
        """Search numbers are read once for each publication, when the first of them is asked for."""
        if self._kept.searched is None:
            groups = (layout.decode_group(stored) for _id, stored in self._cursor(self._tables.groups))
            self._kept.searched = {entry.gcn: entry.group_id for entry in groups if entry.gcn}
        group_id = self._kept.searched.get(gcn)
        return self.group(group_id) if group_id is not None else None

    def vpn(self, vpn_id: int) -> VpnEntry | None:
        kept = self._kept.vpns.get(vpn_id)
        if kept is not None:
            return kept
        stored = self._get(layout.id_key(vpn_id), self._tables.vpns)
        if stored is None:
            return None
        entry = layout.decode_vpn(stored)
        _keep(self._kept.vpns, vpn_id, entry)
        return entry

    def line_by_vpn_short(self, vpn_id: int, short_number: str) -> LineEntry | None:
        return self._line_by_short((vpn_id, short_number), self._kept.vpnshorts, self._tables.vpnshorts)

    def trunks(self) -> tuple[TrunkGroup, ...]:
        if self._kept.trunks is None:
            found = self._cursor(self._tables.trunks)
            self._kept.trunks = tuple(layout.decode_trunk(stored) for _code, stored in found)
        return self._kept.trunks

    def _cursor(self, table: layout.Table | None) -> Iterable[tuple[bytes, bytes]]:
        return self._transaction.cursor(db=table) if table is not None else ()

    def _line_by_short(
        self, key: tuple[int, str], known: dict[tuple[int, str], LineEntry], table: layout.Table | None
    ) -> LineEntry | None:
        kept = known.get(key)
        if kept is not None:
            return kept
        number = self._get(layout.short_key(*key), table)
        entry = self.line(number.decode()) if number is not None else None
        if entry is not None:
            _keep(known, key, entry)
        return entry

    def _get(self, key: bytes, table: layout.Table | None) -> bytes | None:
        """What is stored; a key that LMDB can't hold (empty, or over 511 bytes) is held by nobody.

        Nor is there anything in a table that an old file doesn't have.
        """
        if table is None or not 0 < len(key) <= _LONGEST_KEY:
            return None
        return self._transaction.get(key, db=table)


_K = TypeVar("_K")
_V = TypeVar("_V")


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    if len(kept) >= KEPT_ENTRIES:
        kept.clear()
    kept[key] = value
