"""VPNs, members and closed groups, as the actor sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, QuerySet
from django_stubs_ext import WithAnnotations

from dakehu.enterprise_vpn.domain.rules import proposals
from dakehu.enterprise_vpn.models import ClosedGroup, EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.selectors.facts import short_numbers_of
from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.numbering.api import LineGroup, grouping


class Counted(TypedDict):
    """What the selectors add to a VPN and to a closed group."""

    member_count: int


if TYPE_CHECKING:
    CountedVpn = WithAnnotations[EnterpriseVpn, Counted]
    CountedClosedGroup = WithAnnotations[ClosedGroup, Counted]
else:
    CountedVpn = EnterpriseVpn
    CountedClosedGroup = ClosedGroup


def vpns_for(actor: Actor, *, customer_id: int | None = None) -> QuerySet[CountedVpn]:
    """The VPNs the actor sees, each with `member_count`."""
    rows = visible(_vpns(), actor, VpnPermission.VIEW)
    return rows if customer_id is None else rows.filter(customer_id=customer_id)


def vpn_get(actor: Actor, vpn_id: int) -> CountedVpn:
    """The VPN with `member_count`, or `NotFound`."""
    return access_one(_vpns(), actor, vpn_id, VpnPermission.VIEW)


def vpn_members_of(vpn: EnterpriseVpn) -> QuerySet[MemberRow]:
    """The VPN's members by short number, with line, telephone account, exchange and closed group."""
    rows = vpn.members.select_related("line__sip_account", "line__exchange", "closed_group")
    return rows.order_by("short_number")


def vpn_member_get(actor: Actor, member_id: int) -> MemberRow:
    """The member, or `NotFound`."""
    rows = MemberRow.objects.select_related("line__exchange", "vpn__customer", "closed_group")
    return access_one(rows, actor, member_id, VpnPermission.VIEW)


def vpn_member_of_line(actor: Actor, line_id: int) -> MemberRow | None:
    """The line's place in a VPN that the actor sees."""
    rows = visible(MemberRow.objects.select_related("vpn", "closed_group"), actor, VpnPermission.VIEW)
    return rows.filter(line_id=line_id).first()


def closed_groups_of(vpn: EnterpriseVpn) -> QuerySet[CountedClosedGroup]:
    """The VPN's closed user groups by name, each with `member_count`."""
    return vpn.closed_groups.annotate(member_count=Count("members")).order_by("name", "pk")


def joinable_groups(actor: Actor, vpn: EnterpriseVpn) -> Sequence[LineGroup]:
    """The Centrex groups of the customer and of its branches that the actor sees, to be joined."""
    family = [vpn.customer_id, *vpn.customer.branches.values_list("pk", flat=True)]
    return grouping().groups(actor, family)


def vpn_short_number_proposal(actor: Actor, vpn_id: int, public_number: str) -> str | None:
    """The last digits of the number, or the next lawful short number that nobody has."""
    vpn = vpn_get(actor, vpn_id)
    return proposals(vpn.value(), public_number, short_numbers_of(vpn.pk))


def _vpns() -> QuerySet[CountedVpn]:
    return EnterpriseVpn.objects.select_related("customer").annotate(member_count=Count("members"))
