"""The organisation as a tree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.infra.access.api import access_one
from dakehu.infra.ui.api import FormPage, actor_of, form_page, go_to, page
from dakehu.organisation.models import OrgUnit
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.units import places_for, unit_past, unit_tree
from dakehu.organisation.services.places import inmates
from dakehu.organisation.services.units import unit_close, unit_create, unit_move, unit_rename, unit_reopen
from dakehu.organisation.web.forms import UnitCloseForm, UnitForm, UnitMoveForm


@page(Permission.UNIT_VIEW, methods=("GET",))
def unit_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "title": _("Organisation"),
        "roots": unit_tree(actor),
        "may_change": actor.may(Permission.UNIT_CHANGE),
        "team": OrgUnit.Level.TEAM,
    }
    return render(request, "organisation/units.html", context)


@page(Permission.UNIT_CHANGE, methods=("GET", "POST"))
def unit_new(request: HttpRequest, parent: int) -> HttpResponse:
    actor = actor_of(request)
    above = access_one(OrgUnit.objects.all(), actor, parent, Permission.UNIT_CHANGE)
    form = UnitForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        values.pop("version")
        unit = unit_create(actor=actor, parent_id=parent, **values)
        return _place_of(unit)

    shown = FormPage(
        title=_("New unit below %(unit)s") % {"unit": above.name},
        form=form,
        back=_place_of(above),
        done=_("The unit is open."),
        noun="unit",
    )
    return form_page(request, shown, save)


@page(Permission.UNIT_CHANGE, methods=("GET", "POST"))
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    unit = access_one(OrgUnit.objects.all(), actor, pk, Permission.UNIT_CHANGE)
    form = UnitForm(request.POST or None, initial=UnitForm.initial_of(unit))

    def save(values: dict[str, Any]) -> str:
        values["version"] = values["version"] or 0
        return _place_of(unit_rename(actor=actor, unit_id=pk, **values))

    shown = FormPage(
        title=unit.name,
        form=form,
        back=_place_of(unit),
        done=_("Saved."),
        noun="unit",
        context={"unit": unit, "past": unit_past(actor, unit), "may_move": unit.level > OrgUnit.Level.CITY},
        template="organisation/unit_form.html",
    )
    return form_page(request, shown, save)


@page(Permission.UNIT_CHANGE, methods=("GET", "POST"))
def unit_relocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a county under another city, a team under another county."""
    actor = actor_of(request)
    unit = access_one(OrgUnit.objects.all(), actor, pk, Permission.UNIT_CHANGE)
    choices = places_for(actor, unit, unit.level - 1)
    form = UnitMoveForm(request.POST or None, choices=choices, initial={"version": unit.version})

    def save(values: dict[str, Any]) -> str:
        moved = unit_move(actor=actor, unit_id=pk, version=values["version"] or 0, parent_id=values["parent"])
        return _place_of(moved)

    shown = FormPage(
        title=_("Move %(unit)s") % {"unit": unit.name},
        form=form,
        note=_("All below it, people and accounts follow at once; the trail and statistics keep the past."),
        submit=_("Move"),
        back=_place_of(unit),
        done=_("The unit is moved."),
        noun="unit",
    )
    return form_page(request, shown, save)


@page(Permission.UNIT_CHANGE, methods=("GET", "POST"))
def unit_shut(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a unit, handing what is in it to another of its level."""
    actor = actor_of(request)
    unit = access_one(OrgUnit.objects.all(), actor, pk, Permission.UNIT_CHANGE)
    left, choices = inmates(unit), places_for(actor, unit, unit.level)
    form = UnitCloseForm(request.POST or None, choices=choices, initial={"version": unit.version})

    def save(values: dict[str, Any]) -> str:
        version = values["version"] or 0
        return _place_of(unit_close(actor=actor, unit_id=pk, version=version, into_id=values["into"]))

    shown = FormPage(
        title=_("Close %(unit)s") % {"unit": unit.name},
        form=form,
        note=_("%(users)s active users and %(accounts)s accounts are in it.")
        % {"users": left.users, "accounts": left.accounts},
        submit=pgettext("unit", "Close"),
        back=_place_of(unit),
        done=_("%(unit)s is closed.") % {"unit": unit.name},
        noun="unit",
    )
    return form_page(request, shown, save)


@page(Permission.UNIT_CHANGE, methods=("POST",))
def unit_open_or_close(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    version = int(request.POST.get("version", "0") or 0)
    if request.POST.get("act") == "reopen":
        unit = unit_reopen(actor=actor, unit_id=pk, version=version)
        messages.success(request, _("%(unit)s is open again.") % {"unit": unit.name})
    else:
        unit = unit_close(actor=actor, unit_id=pk, version=version)
        messages.success(request, _("%(unit)s is closed.") % {"unit": unit.name})
    return go_to(request, _place_of(unit))


def _place_of(unit: OrgUnit) -> str:
    return f"{reverse('organisation-unit-list')}#unit-{unit.pk}"
