"""Services that subscribers set by feature code, kept by the voice process itself.

They count at once, with the database down too, and outlive the process: each change is on the disk before the
subscriber hears of it. What the directory says of a line is overlaid with what its subscriber has set since.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import lmdb
import msgspec

from dakehu.numbering.domain.services import Services
from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.switch.directory import DirectoryView, GroupEntry, LineEntry, VpnEntry

_FIRST_MAP_BYTES = 16 * 1024 * 1024
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Services).decode


class KeptServices:
    """By public number. For the event loop's thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._environment = lmdb.open(str(path), map_size=_FIRST_MAP_BYTES, subdir=False, mode=0o600)
        self._kept: dict[str, Services] = dict(self._load())

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, number: str, services: Services) -> None:
        """These hold from now on, and after a crash. Raises `lmdb.Error` where the disk refuses them."""
        while True:
            try:
                with self._environment.begin(write=True) as transaction:
                    transaction.put(number.encode(), _encode(services))
            except lmdb.MapFullError:
                self._environment.set_mapsize(self._environment.info()["map_size"] * 2)
            else:
                break
        self._kept[number] = services

    def over(self, view: DirectoryView) -> DirectoryView:
        """The view with what was set since."""
        return _Overlaid(view, self._kept) if self._kept else view

    def close(self) -> None:
        self._environment.close()

    def _load(self) -> Iterator[tuple[str, Services]]:
        with self._environment.begin() as transaction:
            for key, value in transaction.cursor():
                yield bytes(key).decode(), _decode(value)


class _Overlaid:
    __slots__ = ("_kept", "_view")

    def __init__(self, view: DirectoryView, kept: dict[str, Services]) -> None:
        self._view = view
        self._kept = kept

    def line(self, public_number: str) -> LineEntry | None:
        return self._with(self._view.line(public_number))

    def line_by_username(self, sip_username: str) -> LineEntry | None:
        return self._with(self._view.line_by_username(sip_username))

    def line_by_short(self, group_id: int, short_number: str) -> LineEntry | None:
        return self._with(self._view.line_by_short(group_id, short_number))

    def line_by_vpn_short(self, vpn_id: int, short_number: str) -> LineEntry | None:
        return self._with(self._view.line_by_vpn_short(vpn_id, short_number))

    def group(self, group_id: int) -> GroupEntry | None:
        return self._view.group(group_id)

    def vpn(self, vpn_id: int) -> VpnEntry | None:
        return self._view.vpn(vpn_id)

    def trunks(self) -> tuple[TrunkGroup, ...]:
        return self._view.trunks()

    def _with(self, line: LineEntry | None) -> LineEntry | None:
        services = self._kept.get(line.public_number) if line is not None else None
        return line if line is None or services is None else msgspec.structs.replace(line, services=services)
