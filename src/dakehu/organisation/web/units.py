"""The organisation as a tree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.access.api import access_one
from dakehu.infra.ui.api import FormPage, actor_of, form_page, go_to, page
from dakehu.organisation.models import OrgUnit
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.units import unit_tree
from dakehu.organisation.services.units import unit_close, unit_create, unit_rename, unit_reopen
from dakehu.organisation.web.forms import UnitForm


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

    shown = FormPage(title=unit.name, form=form, back=_place_of(unit), done=_("Saved."), noun="unit")
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
