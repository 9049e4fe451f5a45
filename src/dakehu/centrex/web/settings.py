"""Pages of what a group sets for all its members: the night number, its own feature codes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.selectors.groups import group_get
from dakehu.centrex.services.groups import group_codes_set, group_night_set
from dakehu.centrex.web.forms import NightForm
from dakehu.centrex.web.groups import place_of
from dakehu.infra.ui.api import FormPage, actor_of, form_page, page
from dakehu.numbering.api import CodesForm, codes_page


@page(GroupPermission.CHANGE, methods=("GET", "POST"))
def group_night(request: HttpRequest, pk: int) -> HttpResponse:
    """The line that has the attendants' calls while none is there."""
    actor = actor_of(request)
    group = group_get(actor, pk)
    form = NightForm(
        request.POST or None, initial={"version": group.version, "night_number": group.night_number}
    )

    def save(_values: dict[str, Any]) -> str:
        number = form.number(group.exchange.area_code)
        group_night_set(actor=actor, group_id=pk, version=form.cleaned_data["version"], number=number)
        return f"{place_of(pk)}?tab=facts"

    shown = FormPage(
        title=_("Night number of %(group)s") % {"group": group.name},
        form=form,
        note=_(
            "Calls to the attendants go there while no console is signed in, or when waiting takes too long."
        ),
        back=place_of(pk),
        done=_("Saved; calls follow within seconds."),
        noun="group",
    )
    return form_page(request, shown, save)


@page(GroupPermission.CHANGE, methods=("GET", "POST"))
def group_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """The group's own feature codes beside the national ones."""
    actor = actor_of(request)
    group = group_get(actor, pk)
    form = CodesForm(request.POST or None, codes=group.codes, version=group.version)

    def save(values: dict[str, Any]) -> str:
        group_codes_set(actor=actor, group_id=pk, codes=form.moved(), version=values["version"])
        return f"{place_of(pk)}?tab=codes"

    shown = codes_page(form, _("Feature codes of %(name)s") % {"name": group.name}, place_of(pk), "group")
    return form_page(request, shown, save)
