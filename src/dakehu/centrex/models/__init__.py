from __future__ import annotations

from dakehu.centrex.models.groups import CentrexGroup, CentrexMember, GroupWorkOrder

__all__ = ["CentrexGroup", "CentrexMember", "GroupWorkOrder"]
