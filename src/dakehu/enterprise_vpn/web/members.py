"""Pages of members: join in numbers or with a group, change, attend."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.selectors.vpns import joinable_groups, vpn_get, vpn_member_get
from dakehu.enterprise_vpn.services.attendants import vpn_attendant_login
from dakehu.enterprise_vpn.services.members import (
    MemberPlan,
    vpn_group_add,
    vpn_member_change,
    vpn_members_add,
    vpn_members_remove,
)
from dakehu.enterprise_vpn.web.forms import GroupJoinForm, MemberForm, MembersForm, at_line, initial_of
from dakehu.enterprise_vpn.web.vpns import place_of
from dakehu.infra.ui.api import FormPage, Group, actor_of, form_page, go_to, page
from dakehu.kernel.errors import DomainError, Invalid, raise_faults


@page(VpnPermission.CHANGE, methods=("GET", "POST"))
def members_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Lines join, one or many, all or none."""
    actor = actor_of(request)
    vpn = vpn_get(actor, pk)
    form = MembersForm(request.POST or None, vpn=vpn)

    def save(_values: dict[str, Any]) -> str:
        plans = form.plans()
        try:
            vpn_members_add(actor=actor, vpn_id=pk, plans=list(plans.values()))
        except DomainError as error:
            raise_faults(_by_line(error, list(plans)))
        return place_of(pk)

    shown = FormPage(
        title=_("Add lines to %(name)s") % {"name": vpn.name},
        form=form,
        groups=[Group(pgettext_lazy("vpn", "Lines"), ["lines"]), *_restrictions()],
        submit=_("Add lines"),
        back=place_of(pk),
        done=_("The lines are members; they can be called by their short numbers within seconds."),
        noun="vpn",
    )
    return form_page(request, shown, save)


@page(VpnPermission.CHANGE, methods=("GET", "POST"))
def group_join(request: HttpRequest, pk: int) -> HttpResponse:
    """A Centrex group joins with its lines; again, with those that it got since."""
    actor = actor_of(request)
    vpn = vpn_get(actor, pk)
    form = GroupJoinForm(request.POST or None, vpn=vpn, groups=list(joinable_groups(actor, vpn)))

    def save(values: dict[str, Any]) -> str:
        template = MemberPlan("", "", *form.restrictions())
        rows = vpn_group_add(
            actor=actor, vpn_id=pk, group_id=values["group"], lead=values["lead"], template=template
        )
        said = ngettext("%(count)s line has joined.", "%(count)s lines have joined.", len(rows))
        messages.success(request, said % {"count": len(rows)})
        return place_of(pk)

    shown = FormPage(
        title=_("Join a Centrex group"),
        form=form,
        groups=[Group(_("Centrex group"), ["group", "lead"]), *_restrictions()],
        note=_("Lines of the group that are members already stay as they are."),
        submit=_("Join"),
        back=place_of(pk),
        noun="vpn",
    )
    return form_page(request, shown, save)


@page(VpnPermission.CHANGE, methods=("GET", "POST"))
def member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = vpn_member_get(actor, pk)
    form = MemberForm(request.POST or None, initial=initial_of(row), vpn=row.vpn)

    def save(_values: dict[str, Any]) -> str:
        changed = vpn_member_change(actor=actor, member_id=pk, change=form.change())
        return place_of(changed.vpn_id)

    shown = FormPage(
        title=f"{row.vpn.name} {row.short_number}",
        form=form,
        note=f"{row.line.public_number_id} · {row.line.exchange.name}",
        groups=[
            Group(_("Short number"), ["short_number"]),
            *_restrictions(),
            Group(_("Attendant"), ["attendant"]),
        ],
        back=place_of(row.vpn_id),
        done=_("Saved; telephones follow within seconds."),
        noun="vpn",
    )
    return form_page(request, shown, save)


@page(VpnPermission.CHANGE, methods=("POST",))
def member_remove_now(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = vpn_member_get(actor, pk)
    vpn_members_remove(actor=actor, vpn_id=row.vpn_id, member_ids=[pk])
    said = _("%(number)s has left the VPN.") % {"number": row.line.public_number_id}
    messages.success(request, said)
    return go_to(request, place_of(row.vpn_id))


@page(VpnPermission.CHANGE, methods=("POST",))
def attendant_login(request: HttpRequest, pk: int) -> HttpResponse:
    """Log the attendant in, or out with `logged_in=` empty."""
    actor = actor_of(request)
    row = vpn_attendant_login(actor=actor, member_id=pk, logged_in=bool(request.POST.get("logged_in")))
    return go_to(request, place_of(row.vpn_id, "attendants"))


def _restrictions() -> list[Group]:
    return [Group(_("What members may"), ["barred", "closed_group"])]


def _by_line(error: DomainError, places: list[int]) -> list[DomainError]:
    """The faults of plans with the line in the text that each was read from; the others as they are."""
    faults = error.faults if isinstance(error, Invalid) else [error]
    rows = [(fault, fault.data.get("row")) for fault in faults]
    return [at_line(places[row - 1], fault) if isinstance(row, int) else fault for fault, row in rows]
