"""The door to enterprise VPNs."""

from __future__ import annotations

from dakehu.enterprise_vpn.domain.vpn import AttendantKind
from dakehu.enterprise_vpn.models import ClosedGroup, EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.selectors.publication import (
    MemberSnapshot,
    VpnSnapshot,
    vpn_member_snapshots,
    vpn_snapshots,
)
from dakehu.enterprise_vpn.selectors.vpns import (
    closed_groups_of,
    joinable_groups,
    vpn_get,
    vpn_member_get,
    vpn_member_of_line,
    vpn_members_of,
    vpn_short_number_proposal,
    vpns_for,
)
from dakehu.enterprise_vpn.services.attendants import (
    vpn_attendance_report,
    vpn_attendant_login,
    vpn_sharing_set,
)
from dakehu.enterprise_vpn.services.members import (
    MEMBERS_ADDED,
    MEMBERS_CHANGED,
    MEMBERS_REMOVED,
    MemberChange,
    MemberPlan,
    vpn_group_add,
    vpn_member_change,
    vpn_members_add,
    vpn_members_remove,
)
from dakehu.enterprise_vpn.services.vpns import (
    VPN_CHANGED,
    VPN_CREATED,
    VPN_REMOVED,
    VpnPlan,
    closed_group_create,
    closed_group_remove,
    vpn_change,
    vpn_codes_set,
    vpn_create,
    vpn_remove,
)

__all__ = [
    "MEMBERS_ADDED",
    "MEMBERS_CHANGED",
    "MEMBERS_REMOVED",
    "VPN_CHANGED",
    "VPN_CREATED",
    "VPN_REMOVED",
    "AttendantKind",
    "ClosedGroup",
    "EnterpriseVpn",
    "MemberChange",
    "MemberPlan",
    "MemberRow",
    "MemberSnapshot",
    "VpnPermission",
    "VpnPlan",
    "VpnSnapshot",
    "closed_group_create",
    "closed_group_remove",
    "closed_groups_of",
    "joinable_groups",
    "vpn_attendance_report",
    "vpn_attendant_login",
    "vpn_change",
    "vpn_codes_set",
    "vpn_create",
    "vpn_get",
    "vpn_group_add",
    "vpn_member_change",
    "vpn_member_get",
    "vpn_member_of_line",
    "vpn_member_snapshots",
    "vpn_members_add",
    "vpn_members_of",
    "vpn_members_remove",
    "vpn_remove",
    "vpn_sharing_set",
    "vpn_short_number_proposal",
    "vpn_snapshots",
    "vpns_for",
]
