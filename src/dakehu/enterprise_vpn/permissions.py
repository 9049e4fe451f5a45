"""The rights of this chapter."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class VpnPermission(StrEnum):
    VIEW = "vpn.view"
    CHANGE = "vpn.change"


LABELS = {
    VpnPermission.VIEW: _("See enterprise VPNs"),
    VpnPermission.CHANGE: _("Make enterprise VPNs and change their members"),
}
