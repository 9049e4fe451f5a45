"""The workbench: the first page after sign-in, made of the tiles that apps registered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.ui.arranging import arrange, arrangement_for
from dakehu.infra.ui.pages import page
from dakehu.infra.ui.registry import tiles_for
from dakehu.infra.ui.requests import actor_of, go_to
from dakehu.kernel.errors import NotFound

_MOST = 200


@page(methods=("GET",))
def workbench(request: HttpRequest) -> HttpResponse:
    found = arrangement_for(actor_of(request))
    return render(request, "ui/workbench.html", {"title": _("Workbench"), "tiles": found.shown})


@page(methods=("GET",))
def tile(request: HttpRequest, name: str) -> HttpResponse:
    """The body of one tile."""
    actor = actor_of(request)
    found = next((each for each in tiles_for(actor) if each.name == name), None)
    if found is None:
        raise NotFound(noun="tile", id=name)
    body = found.body(actor)
    return render(request, body.template, {"tile": found, **body.context})


@page(methods=("GET", "POST"))
def workbench_arrange(request: HttpRequest) -> HttpResponse:
    """Move tiles and hide them; the order is the form's own."""
    actor = actor_of(request)
    if request.method == "POST":
        order = [] if "usual" in request.POST else request.POST.getlist("tile")[:_MOST]
        arrange(actor, order, set(request.POST.getlist("shown")[:_MOST]))
        messages.success(request, _("Your workbench is arranged."))
        return go_to(request, reverse("ui-workbench"))
    found = arrangement_for(actor)
    context = {
        "title": _("Arrange the workbench"),
        "back": (_("Workbench"), reverse("ui-workbench")),
        "tiles": [(each, each.name not in found.hidden) for each in found.tiles],
        "is_own": found.is_own,
    }
    return render(request, "ui/arrange.html", context)
