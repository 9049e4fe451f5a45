"""A VPN and its members, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dakehu.kernel.numbers import CallClass


@dataclass(frozen=True, slots=True)
class Vpn:
    """An enterprise VPN.

    `short_length` is the length of all its short numbers. `exit_prefix` is what a single line dials before a
    public number, empty where it dials public numbers as they are; a member of a Centrex group dials its
    group's. `attendant` is the short number of the VPN's attendant, empty where there is none. With
    `shows_main_number` the outside sees `main_number` instead of the line's own (VPN-09).
    """

    short_length: int
    exit_prefix: str = ""
    attendant: str = ""
    main_number: str = ""
    shows_main_number: bool = False
    vpn_id: int = 0
    customer_id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class VpnMember:
    """A line in its VPN. `barred` are the classes of off-net call it may not make (VPN-08); `closed_group` is
    its closed user group in the VPN, 0 for none (VPN-15)."""

    public_number: str
    short_number: str
    barred: frozenset[CallClass] = frozenset()
    closed_group: int = 0


class AttendantKind(StrEnum):
    """VPN-10: one serves its own Centrex group, the other anyone, inside and outside the VPN."""

    IN_GROUP = "in_group"
    OUT_GROUP = "out_group"
