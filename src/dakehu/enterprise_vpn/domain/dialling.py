"""What digits mean to a member of a VPN, what it may call off-net, what the other side sees.

Runs for each call: it raises nothing. On-net is a call from a member to a member of the same VPN, off-net any
other (VPN-04). A short number always wins over the public plan, as the plan's check keeps it from beginning
with what leads out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dakehu.enterprise_vpn.domain.vpn import Vpn, VpnMember
from dakehu.kernel.numbers import EMERGENCY, CallClass, Destination, NumberKind, Unreachable, classify

_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class OnNet:
    """A short number of the right form; whether a member has it the directory knows (VPN-02)."""

    short_number: str


@dataclass(frozen=True, slots=True)
class OffNet:
    """A public number."""

    destination: Destination


@dataclass(frozen=True, slots=True)
class VpnAttendant:
    """The VPN's attendants (VPN-10, VPN-11)."""


class Closed(StrEnum):
    """The rule that forbids a call, as the trace shows it."""

    BARRED = "VPN-08"
    CLOSED_GROUP = "VPN-15"


def analyse(vpn: Vpn, dialled: str, area_code: str) -> OnNet | OffNet | VpnAttendant | Unreachable:
    """What a single line of the VPN means by `dialled`."""
    if dialled in EMERGENCY:
        return OffNet(Destination(dialled, NumberKind.EMERGENCY, CallClass.EMERGENCY))
    if not dialled:
        return Unreachable.INCOMPLETE
    if vpn.exit_prefix and dialled.startswith(vpn.exit_prefix):
        return _public(dialled.removeprefix(vpn.exit_prefix), area_code)
    short = in_plan(vpn, dialled)
    if short is not None:
        return short
    if not vpn.exit_prefix:
        return _public(dialled, area_code)
    incomplete = len(dialled) < vpn.short_length and _DIGITS.issuperset(dialled)
    return Unreachable.INCOMPLETE if incomplete else Unreachable.INVALID


def in_plan(vpn: Vpn, dialled: str) -> OnNet | VpnAttendant | None:
    """The short number or the attendant that `dialled` is in the VPN's plan, if it is one."""
    if vpn.attendant and dialled == vpn.attendant:
        return VpnAttendant()
    if len(dialled) == vpn.short_length and _DIGITS.issuperset(dialled):
        return OnNet(dialled)
    return None


def barred(member: VpnMember, call_class: CallClass) -> Closed | None:
    """Whether the member may not make such an off-net call (VPN-08); emergencies always pass."""
    if call_class is not CallClass.EMERGENCY and call_class in member.barred:
        return Closed.BARRED
    return None


def closed(caller: VpnMember | None, called: VpnMember | None) -> Closed | None:
    """Whether a closed user group keeps the two apart (VPN-15): its members call, and are called by, only
    members of it. None stands for anybody outside the VPN. Emergency calls never come here."""
    own = caller.closed_group if caller is not None else 0
    other = called.closed_group if called is not None else 0
    return None if own == other else Closed.CLOSED_GROUP


def caller_id(vpn: Vpn, member: VpnMember, *, on_net: bool) -> str:
    """What the called side sees (VPN-09)."""
    if on_net:
        return member.short_number
    return vpn.main_number if vpn.shows_main_number and vpn.main_number else member.public_number


def _public(dialled: str, area_code: str) -> OffNet | Unreachable:
    found = classify(dialled, area_code)
    return found if isinstance(found, Unreachable) else OffNet(found)
