"""Pages of members: join, change, leave."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.selectors.groups import group_get, member_get, short_number_proposal
from dakehu.centrex.services.members import MemberPlan, member_add, member_change, member_remove
from dakehu.centrex.web.forms import MemberForm, NewMemberForm, initial_of, national_or_none
from dakehu.centrex.web.groups import place_of
from dakehu.infra.ui.api import FormPage, Group, actor_of, form_page, go_to, is_fragment, page
from dakehu.numbering.api import LineKind


@page(GroupPermission.CHANGE, methods=("GET", "POST"))
def member_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A line joins the group; `?public_number=` proposes its short number (CTX-05)."""
    actor = actor_of(request)
    group = group_get(actor, pk)
    area_code = group.exchange.area_code
    number = national_or_none(request.GET.get("public_number", ""), area_code)
    initial = {
        "public_number": number or "",
        "short_number": short_number_proposal(actor, pk, number) if number else "",
        "rights_level": "national",
        "rights_special": True,
    }
    form = NewMemberForm(request.POST or None, initial=initial)
    form.ask_for_proposals(reverse("centrex-member-proposal", args=[pk]))

    def save(values: dict[str, Any]) -> str:
        plan = MemberPlan(
            group_id=pk,
            member=form.member(area_code),
            kind=LineKind(values["line_kind"]),
            user_name=values["user_name"],
        )
        member_add(actor=actor, plan=plan)
        return place_of(pk)

    shown = FormPage(
        title=_("New member of %(group)s") % {"group": group.name},
        form=form,
        groups=[
            Group(
                pgettext_lazy("voice", "Line"), ["public_number", "short_number", "user_name", "line_kind"]
            ),
            Group(_("Call rights"), ["rights_level", "rights_special"]),
            Group(
                pgettext_lazy("voice", "Services"), ["in_group_only", "outgoing_restriction", "is_attendant"]
            ),
        ],
        submit=_("Add member"),
        back=place_of(pk),
        done=_("The line is a member; it can be called by its short number within seconds."),
        noun="group",
    )
    return form_page(request, shown, save)


@page(GroupPermission.VIEW, methods=("GET",))
def short_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The short number proposed for `?public_number=` in the group (CTX-05); empty for none.

    For the form it comes as the field's input, and what has been typed there stays.
    """
    actor = actor_of(request)
    group = group_get(actor, pk)
    number = national_or_none(request.GET.get("public_number", ""), group.exchange.area_code)
    proposal = (short_number_proposal(actor, pk, number) if number else None) or ""
    if not is_fragment(request):
        return JsonResponse({"short_number": proposal})
    form = NewMemberForm(initial={"short_number": request.GET.get("short_number") or proposal})
    return render(request, "centrex/short_number.html", {"field": form["short_number"]})


@page(GroupPermission.CHANGE, methods=("GET", "POST"))
def member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    member = member_get(actor, pk)
    form = MemberForm(request.POST or None, initial=initial_of(member))

    def save(_values: dict[str, Any]) -> str:
        member_change(actor=actor, member_id=pk, change=form.change())
        return place_of(member.group_id)

    shown = FormPage(
        title=f"{member.group.name} {member.short_number}",
        form=form,
        note=member.line.public_number_id,
        groups=[
            Group("", ["short_number"]),
            Group(_("Call rights"), ["rights_level", "rights_special"]),
            Group(
                pgettext_lazy("voice", "Services"), ["in_group_only", "outgoing_restriction", "is_attendant"]
            ),
        ],
        back=place_of(member.group_id),
        done=_("Saved; telephones follow within seconds."),
        noun="group",
    )
    return form_page(request, shown, save)


@page(GroupPermission.CHANGE, methods=("POST",))
def member_remove_now(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    member = member_get(actor, pk)
    line = member_remove(actor=actor, member_id=pk)
    said = _("%(number)s has left the group and is a single line now.") % {"number": line.public_number_id}
    messages.success(request, said)
    return go_to(request, reverse("centrex-group-record", args=[member.group_id]))
