"""Where this chapter hangs into the frame."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.enterprise_vpn.models import EnterpriseVpn
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.web.lists import found_by
from dakehu.enterprise_vpn.web.sharing import rules_shown
from dakehu.enterprise_vpn.web.words import attendant_text, barring_label
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.ui.api import (
    Chapter,
    Hit,
    NavItem,
    Panel,
    Part,
    SearchSource,
    Words,
    register_nav,
    register_panel,
    register_search,
    register_words,
)
from dakehu.kernel.text import clean_line
from dakehu.numbering.api import codes_label

_WORDS = Words(
    "vpn",
    _("Enterprise VPN"),
    fields={
        "name": _("Name of the VPN"),
        "short_length": _("Digits of short numbers"),
        "exit_prefix": pgettext_lazy("vpn", "Exit prefix"),
        "attendant": _("Attendant"),
        "attendant_limit": _("Attendants logged in at most"),
        "main_number": _("Main number"),
        "shows_main_number": _("Show the main number outside"),
        "public_number": _("Public number"),
        "short_number": _("Short number"),
        "barred": _("Barred off-net calls"),
        "closed_group": _("Closed user group"),
        "sharing": _("How the attendants share their calls"),
        "night_number": _("Night number"),
        "codes": _("Feature codes"),
        "is_logged_in": pgettext_lazy("voice", "Logged in"),
    },
    actions={
        "vpn.create": _("made the VPN"),
        "vpn.change": _("changed the VPN"),
        "vpn.remove": _("removed the VPN"),
        "vpn.add_member": pgettext_lazy("vpn", "added a member"),
        "vpn.change_member": pgettext_lazy("vpn", "changed a member"),
        "vpn.remove_member": _("took a member out"),
        "vpn.login_attendant": _("logged an attendant in or out"),
        "vpn.set_sharing": _("set how the attendants share their calls"),
        "vpn.set_codes": _("changed the feature codes of the VPN"),
        "vpn.create_closed_group": _("made a closed user group"),
        "vpn.remove_closed_group": _("removed a closed user group"),
    },
    shown={
        "barred": barring_label,
        "attendant": attendant_text,
        "codes": codes_label,
        "sharing": rules_shown,
    },
    url=lambda pk: reverse("vpns-vpn-record", args=[pk]),
)


def register() -> None:
    register_nav(
        NavItem(
            Chapter.ORDERS,
            _("Enterprise VPNs"),
            "vpns-vpn-list",
            VpnPermission.VIEW,
            "topology-star-3",
            55,
            also=("vpns-member-", "vpns-group-", "vpns-closed-"),
        )
    )
    register_panel(
        Panel(
            "customer",
            "vpns",
            _("Enterprise VPNs"),
            "vpns-customer-panel",
            VpnPermission.VIEW,
            45,
            Part.SERVICES,
        ),
        Panel("line", "vpn", _("Enterprise VPN"), "vpns-line-panel", VpnPermission.VIEW),
    )
    register_words(_WORDS)
    register_search(
        SearchSource(
            name="vpns",
            label=_("Enterprise VPNs"),
            find=find_vpns,
            permission=VpnPermission.VIEW,
            icon="topology-star-3",
            order=46,
            label_of=_label_of,
            more=lambda text: f"{reverse('vpns-vpn-list')}?{urlencode({'q': text})}",
        )
    )


def find_vpns(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """VPNs by their name or their customer's."""
    text = clean_line(text)
    if not text:
        return []
    rows = visible(EnterpriseVpn.objects.select_related("customer"), actor, VpnPermission.VIEW)
    return [
        Hit(
            id=str(row.pk),
            label=row.name,
            url=reverse("vpns-vpn-record", args=[row.pk]),
            note=row.customer.name,
        )
        for row in rows.filter(found_by(text)).order_by("name", "pk")[:limit]
    ]


def _label_of(actor: Actor, pk: str) -> str:
    rows = visible(EnterpriseVpn.objects.all(), actor, VpnPermission.VIEW)
    return rows.filter(pk=pk).values_list("name", flat=True).first() or ""
