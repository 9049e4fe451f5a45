"""VPNs hang on customers: when two files are merged they go to the survivor (KAM-03)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from dakehu.customers.api import Hanging, register_hanging
from dakehu.enterprise_vpn.models import EnterpriseVpn
from dakehu.enterprise_vpn.services.vpns import VPN_CHANGED, tell


def register() -> None:
    register_hanging(Hanging("vpns", _("Enterprise VPNs"), EnterpriseVpn, tell=_tell))


def _tell(ids: Sequence[int]) -> None:
    for vpn in EnterpriseVpn.objects.filter(pk__in=ids):
        tell(VPN_CHANGED, vpn)
