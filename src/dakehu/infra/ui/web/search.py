"""The search box over everything, and the picker fields over one source."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dakehu.infra.ui.pages import page
from dakehu.infra.ui.registry import Hit, SearchSource, sources_for
from dakehu.infra.ui.requests import actor_of, is_fragment
from dakehu.kernel.errors import NotFound
from dakehu.kernel.text import clean_line, fold_width

_IN_BOX, _ON_PAGE, _IN_PICKER = 5, 20, 12
_MOST_CHARS = 100


@dataclass(frozen=True, slots=True)
class Found:
    source: SearchSource
    hits: list[Hit]
    more: str


@page(methods=("GET",))
def search(request: HttpRequest) -> HttpResponse:
    """What all sources find, grouped: a few each while one types, more on the page of its own."""
    actor, text = actor_of(request), _typed(request)
    in_box = is_fragment(request)
    groups = []
    for source in sources_for(actor) if text else []:
        if source.in_search_box:
            hits = list(source.find(actor, text, _IN_BOX if in_box else _ON_PAGE))
            more = source.more(text) if source.more else ""
            groups.append(Found(source, hits, more))
    context = {"title": _("Search"), "text": text, "groups": [group for group in groups if group.hits]}
    return render(request, "ui/fragments/search_box.html" if in_box else "ui/search.html", context)


@page(methods=("GET",))
def pick(request: HttpRequest, source: str) -> HttpResponse:
    """What one source finds, to choose from in a form."""
    actor, text = actor_of(request), _typed(request)
    found = next((each for each in sources_for(actor) if each.name == source), None)
    if found is None:
        raise NotFound(noun="search source", id=source)
    hits = list(found.find(actor, text, _IN_PICKER))
    return render(request, "ui/fragments/pick.html", {"hits": hits, "text": text})


def _typed(request: HttpRequest) -> str:
    return clean_line(fold_width(request.GET.get("q", "")))[:_MOST_CHARS]
