"""The published description, for programs and for people."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dakehu.infra.rest.openapi import describe
from dakehu.infra.rest.registry import resources
from dakehu.infra.rest.web.answers import answer


@require_GET
def description(_request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1. Public: it names what there is, not what is in it."""
    return answer(_document())


@login_required
@require_GET
def browse(request: HttpRequest) -> HttpResponse:
    """The same as a page."""
    return render(request, "rest/browse.html", {"document": _document(), "resources": resources()})


def _document() -> dict[str, Any]:
    return describe(resources(), title=_("Dakehu open API"), version=version("dakehu"))
