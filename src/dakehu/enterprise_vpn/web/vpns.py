"""Pages of VPNs: plan, members, closed user groups, attendants."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.api import customer_get
from dakehu.enterprise_vpn.domain.attendance import shares_from
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.selectors.vpns import (
    CountedVpn,
    closed_groups_of,
    vpn_get,
    vpn_member_of_line,
    vpn_members_of,
    vpns_for,
)
from dakehu.enterprise_vpn.services.vpns import (
    closed_group_create,
    closed_group_remove,
    vpn_change,
    vpn_create,
    vpn_remove,
)
from dakehu.enterprise_vpn.web.forms import ClosedGroupForm, NewVpnForm, VpnForm, initial_of_vpn
from dakehu.enterprise_vpn.web.lists import VPNS, members_list
from dakehu.enterprise_vpn.web.sharing import share_text
from dakehu.enterprise_vpn.web.words import attendant_badge, attendant_label, barring_label
from dakehu.infra.ui.api import (
    Button,
    Fact,
    Figure,
    FormPage,
    Group,
    Kind,
    Record,
    Tab,
    actor_of,
    form_page,
    go_to,
    list_response,
    list_view,
    page,
    record_page,
)
from dakehu.numbering.api import codes_tab, line_get

vpn_list = list_view(VPNS)


@page(VpnPermission.VIEW, methods=("GET",))
def vpn_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One VPN: who is in it under which short number, and what members may."""
    actor = actor_of(request)
    vpn = vpn_get(actor, pk)
    closed = list(closed_groups_of(vpn))
    attendants = [
        {"member": row, "kind": attendant_label(row.attendant), "badge": attendant_badge(row)}
        for row in vpn_members_of(vpn).exclude(attendant="")
    ]
    shared = {"vpn": vpn, "may_change": actor.may(VpnPermission.CHANGE)}
    return record_page(
        request,
        Record(
            noun="vpn",
            object_id=vpn.pk,
            title=vpn.name,
            subtitle=vpn.customer.name,
            figures=_figures(vpn),
            tabs=[
                Tab(
                    "members",
                    pgettext_lazy("vpn", "Members"),
                    url=reverse("vpns-member-list", args=[pk]),
                    count=vpn.member_count,
                ),
                Tab(
                    "closed",
                    _("Closed user groups"),
                    "enterprise_vpn/closed_groups.html",
                    {**shared, "groups": closed},
                    count=len(closed),
                ),
                Tab(
                    "attendants",
                    _("Attendants"),
                    "enterprise_vpn/attendants.html",
                    {**shared, "attendants": attendants, "shares": _rules(vpn)},
                    count=len(attendants),
                ),
                codes_tab(vpn.codes, reverse("vpns-vpn-codes", args=[pk]) if shared["may_change"] else ""),
                Tab("plan", _("Numbering plan"), "enterprise_vpn/facts.html", {"facts": _facts(vpn)}),
            ],
            buttons=_buttons(vpn),
            back=(_("Enterprise VPNs"), reverse("vpns-vpn-list")),
        ),
    )


@page(VpnPermission.VIEW, methods=("GET", "POST"))
def member_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The tab of members: search, file, and taking out in numbers."""
    actor = actor_of(request)
    spec = members_list(vpn_get(actor, pk), may_change=actor.may(VpnPermission.CHANGE))
    return list_response(request, spec, embedded=True)


@page(VpnPermission.CHANGE, methods=("GET", "POST"))
def vpn_new(request: HttpRequest) -> HttpResponse:
    """A VPN of `?customer=`, or of the one that is chosen."""
    actor = actor_of(request)
    initial = {"customer": request.GET.get("customer", ""), "short_length": 5, "attendant_limit": 8}
    form = NewVpnForm(request.POST or None, initial=initial)

    def save(values: dict[str, Any]) -> str:
        vpn = vpn_create(actor=actor, customer_id=int(values["customer"] or 0), plan=form.plan())
        return place_of(vpn.pk)

    shown = FormPage(
        title=_("New VPN"),
        form=form,
        groups=[Group(_("Customer"), ["customer", "name"]), *_groups()],
        back=reverse("vpns-vpn-list"),
        done=_("The VPN is made. Add its members now."),
        noun="vpn",
    )
    return form_page(request, shown, save)


@page(VpnPermission.CHANGE, methods=("GET", "POST"))
def vpn_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    vpn = vpn_get(actor, pk)
    form = VpnForm(request.POST or None, initial=initial_of_vpn(vpn))

    def save(values: dict[str, Any]) -> str:
        vpn_change(actor=actor, vpn_id=pk, version=values["version"] or 0, plan=form.plan())
        return place_of(pk)

    shown = FormPage(
        title=_("Change %(name)s") % {"name": vpn.name},
        form=form,
        groups=[Group("", ["name"]), *_groups()],
        back=place_of(pk),
        done=_("Saved; telephones follow within seconds."),
        noun="vpn",
    )
    return form_page(request, shown, save)


@page(VpnPermission.CHANGE, methods=("POST",))
def vpn_remove_now(request: HttpRequest, pk: int) -> HttpResponse:
    vpn_remove(actor=actor_of(request), vpn_id=pk)
    messages.success(request, _("The VPN is removed."))
    return go_to(request, reverse("vpns-vpn-list"))


@page(VpnPermission.CHANGE, methods=("GET", "POST"))
def closed_group_new(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    vpn = vpn_get(actor, pk)

    def save(values: dict[str, Any]) -> str:
        closed_group_create(actor=actor, vpn_id=pk, name=values["name"])
        return place_of(pk, "closed")

    shown = FormPage(
        title=_("New closed user group"),
        form=ClosedGroupForm(request.POST or None),
        note=_("Its members call, and are called by, only each other."),
        back=place_of(vpn.pk, "closed"),
        done=_("Saved."),
        noun="vpn",
    )
    return form_page(request, shown, save)


@page(VpnPermission.CHANGE, methods=("POST",))
def closed_group_remove_now(request: HttpRequest, pk: int, group: int) -> HttpResponse:
    closed_group_remove(actor=actor_of(request), vpn_id=pk, closed_group_id=group)
    messages.success(request, _("The closed group is removed."))
    return go_to(request, place_of(pk, "closed"))


@page(VpnPermission.VIEW, methods=("GET",))
def customer_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a customer's record: its VPNs."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    context = {
        "vpns": list(vpns_for(actor, customer_id=customer.pk)),
        "customer": customer,
        "may_change": actor.may(VpnPermission.CHANGE),
    }
    return render(request, "enterprise_vpn/customer_panel.html", context)


@page(VpnPermission.VIEW, methods=("GET",))
def line_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a line's record: its place in a VPN."""
    actor = actor_of(request)
    row = vpn_member_of_line(actor, line_get(actor, pk).pk)
    facts = [] if row is None else [
        Fact(pgettext_lazy("voice", "VPN"), row.vpn.name, url=place_of(row.vpn_id)),
        Fact(_("Short number"), row.short_number, Kind.CODE),
        Fact(_("Barred off-net calls"), barring_label(row.barred)),
        Fact(_("Closed user group"), row.closed_group.name if row.closed_group else ""),
        Fact(_("Attendant"), attendant_label(row.attendant)),
    ]  # fmt: skip
    return render(request, "enterprise_vpn/line_panel.html", {"facts": facts})


def place_of(pk: int, tab: str = "") -> str:
    place = reverse("vpns-vpn-record", args=[pk])
    return f"{place}?tab={tab}" if tab else place


def _rules(vpn: CountedVpn) -> list[str]:
    """The rules by which the attendants share the calls, a line each."""
    return [share_text(share) for share in shares_from(vpn.sharing)]


def _groups() -> list[Group]:
    return [
        Group(_("Numbering plan"), ["short_length", "exit_prefix"]),
        Group(_("Attendants"), ["attendant", "attendant_limit"]),
        Group(_("Caller shown outside"), ["main_number", "shows_main_number"]),
    ]


def _figures(vpn: CountedVpn) -> list[Figure]:
    return [
        Figure(pgettext_lazy("vpn", "Members"), vpn.member_count, Kind.NUMBER),
        Figure(_("Digits of short numbers"), vpn.short_length, Kind.NUMBER),
        Figure(pgettext_lazy("vpn", "Exit prefix"), vpn.exit_prefix or None, Kind.CODE),
        Figure(_("Attendant's number"), vpn.attendant or None, Kind.CODE),
        Figure(_("Main number"), vpn.main_number or None, Kind.CODE),
    ]


def _facts(vpn: CountedVpn) -> list[Fact]:
    customer, alone = (
        reverse("customers-customer-record", args=[vpn.customer_id]),
        _("Of single lines alone."),
    )
    shown = _("the main number") if vpn.shows_main_number else _("the line's own public number")
    return [
        Fact(_("Customer"), vpn.customer.name, url=customer),
        Fact(_("Digits of short numbers"), vpn.short_length, Kind.NUMBER),
        Fact(pgettext_lazy("vpn", "Exit prefix"), vpn.exit_prefix, Kind.CODE, note=alone),
        Fact(_("Attendant's number"), vpn.attendant, Kind.CODE),
        Fact(_("Attendants logged in at most"), vpn.attendant_limit, Kind.NUMBER),
        Fact(_("Night number"), vpn.night_number, Kind.CODE),
        Fact(_("Main number"), vpn.main_number, Kind.CODE),
        Fact(_("The outside sees"), shown),
        Fact(pgettext_lazy("vpn", "Made"), vpn.created_at, Kind.MOMENT),
    ]  # fmt: skip


def _buttons(vpn: CountedVpn) -> list[Button]:
    change = VpnPermission.CHANGE
    found = [
        Button(_("Add lines"), reverse("vpns-member-create", args=[vpn.pk]), "plus", change, is_primary=True),
        Button(_("Join a Centrex group"), reverse("vpns-group-join", args=[vpn.pk]), "phone-spark", change),
        Button(pgettext_lazy("voice", "Change"), reverse("vpns-vpn-change", args=[vpn.pk]), "pencil", change),
    ]
    if vpn.member_count == 0:
        found.append(
            Button(
                _("Remove VPN"),
                reverse("vpns-vpn-remove", args=[vpn.pk]),
                "trash",
                change,
                is_dangerous=True,
                post=True,
                question=_("Remove the VPN with its closed groups?"),
            )
        )
    return found
