"""Pages of what a VPN sets for all its members: its attendants' shares, its own feature codes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dakehu.enterprise_vpn.domain.attendance import shares_from
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.selectors.vpns import vpn_get
from dakehu.enterprise_vpn.services.attendants import vpn_sharing_set
from dakehu.enterprise_vpn.services.vpns import vpn_codes_set
from dakehu.enterprise_vpn.web.sharing import SharingForm, initial_of_sharing
from dakehu.enterprise_vpn.web.vpns import place_of
from dakehu.infra.ui.api import FormPage, actor_of, form_page, page
from dakehu.numbering.api import CodesForm, codes_page


@page(VpnPermission.CHANGE, methods=("GET", "POST"))
def vpn_sharing(request: HttpRequest, pk: int) -> HttpResponse:
    """How the attendants share the calls, how many may sign in, who is rung at night (VPN-11, VPN-12)."""
    actor = actor_of(request)
    vpn = vpn_get(actor, pk)
    form = SharingForm(request.POST or None, initial=initial_of_sharing(vpn, shares_from(vpn.sharing)))

    def save(values: dict[str, Any]) -> str:
        vpn_sharing_set(
            actor=actor,
            vpn_id=pk,
            shares=form.shares(),
            night=form.night(),
            limit=values["attendant_limit"],
            version=values["version"],
        )
        return place_of(pk, "attendants")

    shown = FormPage(
        title=_("Sharing among the attendants of %(name)s") % {"name": vpn.name},
        form=form,
        note=_(
            "Of the attendants whose rules fit a call the one rings first that has had least for its share."
        ),
        back=place_of(pk, "attendants"),
        done=_("Saved; calls follow within seconds."),
        noun="vpn",
    )
    return form_page(request, shown, save)


@page(VpnPermission.CHANGE, methods=("GET", "POST"))
def vpn_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """The VPN's own feature codes; a member of a Centrex group dials the group's where it has some."""
    actor = actor_of(request)
    vpn = vpn_get(actor, pk)
    form = CodesForm(request.POST or None, codes=vpn.codes, version=vpn.version)

    def save(values: dict[str, Any]) -> str:
        vpn_codes_set(actor=actor, vpn_id=pk, codes=form.moved(), version=values["version"])
        return place_of(pk, "codes")

    shown = codes_page(form, _("Feature codes of %(name)s") % {"name": vpn.name}, place_of(pk), "vpn")
    return form_page(request, shown, save)
