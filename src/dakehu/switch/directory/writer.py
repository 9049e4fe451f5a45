"""Writing the directory: one LMDB transaction a publication.

A reader sees all of a publication or nothing of it, a rebuild included: LMDB keeps the pages that a reader
looks at until it lets them go. When the map is full the transaction is undone, the map doubled and the same
publication tried again. One writer at a time: LMDB's own lock makes a second one wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import lmdb

from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.switch.directory import layout
from dakehu.switch.directory.changes import (
    Change,
    DeleteGroup,
    DeleteLine,
    DeleteTrunk,
    DeleteVpn,
    PlanChange,
    UpsertGroup,
    UpsertLine,
    UpsertTrunk,
    UpsertVpn,
)
from dakehu.switch.directory.entries import Entry, GroupEntry, LineEntry, VpnEntry
from dakehu.switch.directory.errors import DirectoryClash, DirectoryUnreadable
from dakehu.switch.directory.reader import DirectoryReader

FIRST_MAP_BYTES = 16 * 1024 * 1024


class DirectoryWriter:
    """Opens the directory at `path`, making an empty one if there is none.

    One per process and path: LMDB forbids a second environment of the same file in one process.
    """

    def __init__(self, path: Path, *, map_bytes: int = FIRST_MAP_BYTES) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._environment = layout.open_environment(path, map_bytes=map_bytes, readonly=False)
        self._tables = layout.open_tables(self._environment, create=True)
        self._transact(self._check_version)

    def publish(self, changes: Iterable[Change]) -> int:
        """Apply all changes at once; the number of the publication.

        Order counts where two changes touch one line; keys are compared at the end, so two members may
        swap their short numbers. Idempotent. Raises `DirectoryClash` and then applies nothing.
        """
        listed = list(changes)

        def apply(transaction: lmdb.Transaction[bytes]) -> int:
            final: dict[str, LineEntry | None] = {}
            for change in listed:
                match change:
                    case UpsertLine(entry):
                        final[entry.public_number] = entry
                    case DeleteLine(public_number):
                        final[public_number] = None
                    case _:
                        self._apply_plan(transaction, change)
            for public_number in final:
                self._forget(transaction, public_number)
            for line in final.values():
                if line is not None:
                    self._put_line(transaction, line)
            return self._next_generation(transaction)

        return self._transact(apply)

    def rebuild(self, entries: Callable[[], Iterable[Entry]]) -> int:
        """Replace everything; readers keep the old directory until the new one is whole.

        `entries` is called again when the map turned out too small, so that a million of them can be
        streamed. Raises `DirectoryClash` and then changes nothing.
        """

        def apply(transaction: lmdb.Transaction[bytes]) -> int:
            tables = self._tables
            for table in (tables.lines, tables.usernames, tables.shorts, tables.groups, *self._younger):
                transaction.drop(table, delete=False)
            for entry in entries():
                if isinstance(entry, LineEntry):
                    self._forget(transaction, entry.public_number)
                    self._put_line(transaction, entry)
                else:
                    self._put_plan(transaction, entry)
            return self._next_generation(transaction)

        return self._transact(apply)

    def reader(self) -> DirectoryReader:
        """A reader of the same file in this process, open as long as the writer is."""
        return DirectoryReader(self._environment, self._tables)

    def close(self) -> None:
        self._environment.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _transact(self, apply: Callable[[lmdb.Transaction[bytes]], int]) -> int:
        self._environment.reader_check()  # readers that were killed must not keep old pages for ever
        while True:
            try:
                with self._environment.begin(write=True) as transaction:
                    return apply(transaction)
            except lmdb.MapFullError:
                self._environment.set_mapsize(self._environment.info()["map_size"] * 2)
            except lmdb.MapResizedError:  # another process made it larger
                self._environment.set_mapsize(0)

    def _check_version(self, transaction: lmdb.Transaction[bytes]) -> int:
        found = transaction.get(layout.VERSION_KEY, db=self._tables.meta)
        if found is None:
            transaction.put(layout.VERSION_KEY, layout.VERSION, db=self._tables.meta)
        elif found != layout.VERSION:
            raise DirectoryUnreadable(path=self._environment.path(), reason=f"version {found!r}")
        return 0

    def _next_generation(self, transaction: lmdb.Transaction[bytes]) -> int:
        found = transaction.get(layout.GENERATION_KEY, db=self._tables.meta)
        generation = int(found or b"0") + 1
        transaction.put(layout.GENERATION_KEY, str(generation).encode(), db=self._tables.meta)
        return generation

    @property
    def _younger(self) -> tuple[layout.Table, layout.Table, layout.Table]:
        """The tables of VPNs, of their short numbers and of trunks, which a writer always has."""
        vpns, shorts, trunks = self._tables.vpns, self._tables.vpnshorts, self._tables.trunks
        if vpns is None or shorts is None or trunks is None:  # made when this writer opened the file
            raise DirectoryUnreadable(path=self._environment.path(), reason="no tables of VPNs or trunks")
        return vpns, shorts, trunks

    def _apply_plan(self, transaction: lmdb.Transaction[bytes], change: PlanChange) -> None:
        match change:
            case UpsertGroup(entry):
                self._put_plan(transaction, entry)
            case DeleteGroup(group_id):
                transaction.delete(layout.id_key(group_id), db=self._tables.groups)
            case UpsertVpn(vpn):
                self._put_plan(transaction, vpn)
            case DeleteVpn(vpn_id):
                transaction.delete(layout.id_key(vpn_id), db=self._younger[0])
            case UpsertTrunk(group):
                self._put_plan(transaction, group)
            case DeleteTrunk(code):
                transaction.delete(code.encode(), db=self._younger[2])

    def _put_plan(
        self, transaction: lmdb.Transaction[bytes], entry: GroupEntry | VpnEntry | TrunkGroup
    ) -> None:
        if isinstance(entry, GroupEntry):
            transaction.put(layout.id_key(entry.group_id), layout.encode(entry), db=self._tables.groups)
        elif isinstance(entry, VpnEntry):
            transaction.put(layout.id_key(entry.vpn_id), layout.encode(entry), db=self._younger[0])
        else:
            transaction.put(entry.code.encode(), layout.encode(entry), db=self._younger[2])

    def _put_line(self, transaction: lmdb.Transaction[bytes], entry: LineEntry) -> None:
        number = entry.public_number.encode()
        transaction.put(number, layout.encode(entry), db=self._tables.lines)
        for name, key, table in self._keys(entry):
            if not transaction.put(key, number, db=table, overwrite=False):
                holder = transaction.get(key, db=table) or b""
                raise DirectoryClash(
                    key=name,
                    value=getattr(entry, name),
                    holder=holder.decode(),
                    claimant=entry.public_number,
                )

    def _keys(self, entry: LineEntry) -> Iterator[tuple[str, bytes, layout.Table]]:
        """By what else than its number the line is found: the field, the key, the table that holds it."""
        if entry.sip_username:
            yield "sip_username", entry.sip_username.encode(), self._tables.usernames
        if entry.group_id:
            yield "short_number", layout.short_key(entry.group_id, entry.short_number), self._tables.shorts
        if entry.vpn_id:
            key = layout.short_key(entry.vpn_id, entry.vpn_short_number)
            yield "vpn_short_number", key, self._younger[1]

    def _forget(self, transaction: lmdb.Transaction[bytes], public_number: str) -> None:
        stored = transaction.pop(public_number.encode(), db=self._tables.lines)
        if stored is None:
            return
        for _name, key, table in self._keys(layout.decode_line(stored)):
            transaction.delete(key, db=table)
