"""The workbench: the first page after sign-in, made of the tiles that apps registered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dakehu.infra.ui.pages import page
from dakehu.infra.ui.registry import tiles_for
from dakehu.infra.ui.requests import actor_of
from dakehu.kernel.errors import NotFound


@page(methods=("GET",))
def workbench(request: HttpRequest) -> HttpResponse:
    return render(
        request, "ui/workbench.html", {"title": _("Workbench"), "tiles": tiles_for(actor_of(request))}
    )


@page(methods=("GET",))
def tile(request: HttpRequest, name: str) -> HttpResponse:
    """The body of one tile."""
    actor = actor_of(request)
    found = next((each for each in tiles_for(actor) if each.name == name), None)
    if found is None:
        raise NotFound(noun="tile", id=name)
    body = found.body(actor)
    return render(request, body.template, {"tile": found, **body.context})
