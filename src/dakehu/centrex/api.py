"""The door to Centrex groups."""

from __future__ import annotations

from dakehu.centrex.domain.group import CallRights, Group, Member, RightsLevel
from dakehu.centrex.domain.rules import propose_short_number
from dakehu.centrex.domain.workorder import ExchangeWorkOrder, work_order
from dakehu.centrex.models import CentrexGroup, CentrexMember, GroupWorkOrder
from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.selectors.groups import (
    group_choices,
    group_get,
    groups_for,
    member_get,
    members_of,
    short_number_proposal,
    short_numbers_of,
)
from dakehu.centrex.selectors.order_checks import group_value, member_value
from dakehu.centrex.selectors.publication import (
    GroupSnapshot,
    LineSnapshot,
    group_snapshots,
    line_snapshots,
    numbers_of_group,
)
from dakehu.centrex.services.groups import (
    GROUP_CHANGED,
    GROUP_CREATED,
    GROUP_REMOVED,
    GroupPlan,
    group_codes_set,
    group_create,
    group_night_set,
    group_remove,
    group_rename,
)
from dakehu.centrex.services.members import (
    MEMBER_ADDED,
    MEMBER_CHANGED,
    MEMBER_REMOVED,
    MemberChange,
    MemberPlan,
    member_add,
    member_change,
    member_remove,
)

__all__ = [
    "GROUP_CHANGED",
    "GROUP_CREATED",
    "GROUP_REMOVED",
    "MEMBER_ADDED",
    "MEMBER_CHANGED",
    "MEMBER_REMOVED",
    "CallRights",
    "CentrexGroup",
    "CentrexMember",
    "ExchangeWorkOrder",
    "Group",
    "GroupPermission",
    "GroupPlan",
    "GroupSnapshot",
    "GroupWorkOrder",
    "LineSnapshot",
    "Member",
    "MemberChange",
    "MemberPlan",
    "RightsLevel",
    "group_choices",
    "group_codes_set",
    "group_create",
    "group_get",
    "group_night_set",
    "group_remove",
    "group_rename",
    "group_snapshots",
    "group_value",
    "groups_for",
    "line_snapshots",
    "member_add",
    "member_change",
    "member_get",
    "member_remove",
    "member_value",
    "members_of",
    "numbers_of_group",
    "propose_short_number",
    "short_number_proposal",
    "short_numbers_of",
    "work_order",
]
