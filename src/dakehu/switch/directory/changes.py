"""What a publication is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.switch.directory.entries import GroupEntry, LineEntry, VpnEntry


@dataclass(frozen=True, slots=True)
class UpsertLine:
    """The line is now exactly this, whatever it was."""

    entry: LineEntry


@dataclass(frozen=True, slots=True)
class DeleteLine:
    """No such line any more; nothing happens if there was none."""

    public_number: str


@dataclass(frozen=True, slots=True)
class UpsertGroup:
    """The group is now exactly this, whatever it was."""

    entry: GroupEntry


@dataclass(frozen=True, slots=True)
class DeleteGroup:
    """No such group any more. Lines that still name it are published on their own."""

    group_id: int


@dataclass(frozen=True, slots=True)
class UpsertVpn:
    """The enterprise VPN is now exactly this, whatever it was."""

    entry: VpnEntry


@dataclass(frozen=True, slots=True)
class DeleteVpn:
    """No such VPN any more. Lines that still name it are published on their own."""

    vpn_id: int


@dataclass(frozen=True, slots=True)
class UpsertTrunk:
    """The trunk group is now exactly this, whatever it was."""

    group: TrunkGroup


@dataclass(frozen=True, slots=True)
class DeleteTrunk:
    """No such trunk group any more."""

    code: str


PlanChange: TypeAlias = UpsertGroup | DeleteGroup | UpsertVpn | DeleteVpn | UpsertTrunk | DeleteTrunk
Change: TypeAlias = UpsertLine | DeleteLine | PlanChange
