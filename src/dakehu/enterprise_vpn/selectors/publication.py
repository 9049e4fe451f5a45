"""What the voice directory is told of VPNs and of their members: plain values, by what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dakehu.enterprise_vpn.domain.attendance import Share, shares_from
from dakehu.enterprise_vpn.models import EnterpriseVpn, MemberRow
from dakehu.numbering.api import Moved

_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class VpnSnapshot:
    """A VPN; `attendants` are the public numbers of those logged in, in the order in which they are tried."""

    vpn_id: int
    customer_id: int
    name: str
    short_length: int
    exit_prefix: str
    attendant: str
    main_number: str
    shows_main_number: bool
    attendants: tuple[str, ...]
    codes: Moved = ()
    shares: tuple[Share, ...] = ()
    night: str = ""
    attendant_limit: int = 0


@dataclass(frozen=True, slots=True)
class MemberSnapshot:
    """A line's place in its VPN; `closed_group` 0 is none."""

    vpn_id: int
    short_number: str
    barred: tuple[str, ...]
    closed_group: int


def vpn_snapshots(vpn_ids: Iterable[int] | None = None) -> Iterator[VpnSnapshot]:
    """Every VPN, or the given ones; a removed one is missing."""
    rows = EnterpriseVpn.objects.order_by("pk")
    consoles = MemberRow.objects.filter(is_logged_in=True).order_by("attendant_order", "short_number")
    if vpn_ids is not None:
        wanted = list(vpn_ids)
        rows, consoles = rows.filter(pk__in=wanted), consoles.filter(vpn_id__in=wanted)
    attendants: dict[int, tuple[str, ...]] = {}
    for vpn_id, number in consoles.values_list("vpn_id", "line__public_number_id"):
        attendants[vpn_id] = (*attendants.get(vpn_id, ()), number)
    for row in rows.iterator(chunk_size=_CHUNK):
        yield VpnSnapshot(
            vpn_id=row.pk,
            customer_id=row.customer_id,
            name=row.name,
            short_length=row.short_length,
            exit_prefix=row.exit_prefix,
            attendant=row.attendant,
            main_number=row.main_number,
            shows_main_number=row.shows_main_number,
            attendants=attendants.get(row.pk, ()),
            codes=tuple((name, digits) for name, digits in row.codes),
            shares=shares_from(row.sharing),
            night=row.night_number,
            attendant_limit=row.attendant_limit,
        )


def vpn_member_snapshots(numbers: Iterable[str]) -> Mapping[str, MemberSnapshot]:
    """By public number, of these lines those that are in a VPN; one query."""
    rows = MemberRow.objects.filter(line__public_number_id__in=list(numbers))
    return {
        number: MemberSnapshot(vpn_id, short, tuple(barred), closed or 0)
        for number, vpn_id, short, barred, closed in rows.values_list(
            "line__public_number_id", "vpn_id", "short_number", "barred", "closed_group_id"
        )
    }
