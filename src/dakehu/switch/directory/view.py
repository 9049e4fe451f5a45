"""One moment of the directory, as call control asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.switch.directory.entries import GroupEntry, LineEntry, VpnEntry


class DirectoryView(Protocol):
    """Every answer belongs to the same moment: no publication falls between two questions."""

    def line(self, public_number: str) -> LineEntry | None:
        """The line with that number in national form."""

    def line_by_username(self, sip_username: str) -> LineEntry | None:
        """The line whose telephone signs in by that name."""

    def line_by_short(self, group_id: int, short_number: str) -> LineEntry | None:
        """The member of the group with that short number."""

    def group(self, group_id: int) -> GroupEntry | None: ...

    def group_searched_by(self, gcn: str) -> GroupEntry | None:
        """The group with that search number in national form (CTX-10), which is no line's number."""

    def vpn(self, vpn_id: int) -> VpnEntry | None: ...

    def line_by_vpn_short(self, vpn_id: int, short_number: str) -> LineEntry | None:
        """The member of the enterprise VPN with that short number."""

    def trunks(self) -> tuple[TrunkGroup, ...]:
        """All trunk groups."""


class MemoryView:
    """A view over entries in memory: for tests, and for "what if" over a plan that is not published."""

    def __init__(
        self,
        lines: Iterable[LineEntry],
        groups: Iterable[GroupEntry] = (),
        vpns: Iterable[VpnEntry] = (),
        trunks: Iterable[TrunkGroup] = (),
    ) -> None:
        self._lines = {entry.public_number: entry for entry in lines}
        self._groups = {entry.group_id: entry for entry in groups}
        self._usernames = {entry.sip_username: entry for entry in self._lines.values() if entry.sip_username}
        self._shorts = {
            (entry.group_id, entry.short_number): entry for entry in self._lines.values() if entry.group_id
        }
        self._trunks = tuple(trunks)
        self._vpns = {entry.vpn_id: entry for entry in vpns}
        self._vpn_shorts = {
            (entry.vpn_id, entry.vpn_short_number): entry for entry in self._lines.values() if entry.vpn_id
        }

    def line(self, public_number: str) -> LineEntry | None:
        return self._lines.get(public_number)

    def line_by_username(self, sip_username: str) -> LineEntry | None:
        return self._usernames.get(sip_username)

    def line_by_short(self, group_id: int, short_number: str) -> LineEntry | None:
        return self._shorts.get((group_id, short_number))

    def group(self, group_id: int) -> GroupEntry | None:
        return self._groups.get(group_id)

    def group_searched_by(self, gcn: str) -> GroupEntry | None:
        return next((entry for entry in self._groups.values() if gcn and entry.gcn == gcn), None)

    def vpn(self, vpn_id: int) -> VpnEntry | None:
        return self._vpns.get(vpn_id)

    def line_by_vpn_short(self, vpn_id: int, short_number: str) -> LineEntry | None:
        return self._vpn_shorts.get((vpn_id, short_number))

    def trunks(self) -> tuple[TrunkGroup, ...]:
        return self._trunks


class Overlaid:
    """A view whose lines are seen through `seen`: with what was set since, or is only supposed."""

    __slots__ = ("_seen", "_view")

    def __init__(self, view: DirectoryView, seen: Callable[[LineEntry], LineEntry]) -> None:
        self._view = view
        self._seen = seen

    def line(self, public_number: str) -> LineEntry | None:
        return self._through(self._view.line(public_number))

    def line_by_username(self, sip_username: str) -> LineEntry | None:
        return self._through(self._view.line_by_username(sip_username))

    def line_by_short(self, group_id: int, short_number: str) -> LineEntry | None:
        return self._through(self._view.line_by_short(group_id, short_number))

    def line_by_vpn_short(self, vpn_id: int, short_number: str) -> LineEntry | None:
        return self._through(self._view.line_by_vpn_short(vpn_id, short_number))

    def group(self, group_id: int) -> GroupEntry | None:
        return self._view.group(group_id)

    def group_searched_by(self, gcn: str) -> GroupEntry | None:
        return self._view.group_searched_by(gcn)

    def vpn(self, vpn_id: int) -> VpnEntry | None:
        return self._view.vpn(vpn_id)

    def trunks(self) -> tuple[TrunkGroup, ...]:
        return self._view.trunks()

    def _through(self, line: LineEntry | None) -> LineEntry | None:
        return self._seen(line) if line is not None else None
