from __future__ import annotations

from dakehu.enterprise_vpn.models.vpns import ClosedGroup, EnterpriseVpn, MemberRow

__all__ = ["ClosedGroup", "EnterpriseVpn", "MemberRow"]
