"""The search box over everything, and the picker fields over one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.pages import page
from dakehu.infra.ui.registry import CHAPTERS, Hit, SearchSource, nav_for, sources_for
from dakehu.infra.ui.requests import actor_of, is_fragment
from dakehu.kernel.errors import NotFound
from dakehu.kernel.text import clean_line, fold_width

_IN_BOX, _ON_PAGE, _OF_ONE_KIND, _IN_PICKER = 5, 20, 100, 12
_MOST_CHARS = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What one source found; `is_cut` says that it may have more, `url` where its hits stand alone."""

    source: SearchSource
    hits: Sequence[Hit]
    more: str
    url: str
    is_cut: bool


@page(methods=("GET",))
def search(request: HttpRequest) -> HttpResponse:
    """What all sources find, grouped: a few each while one types, more on the page of its own."""
    actor, text, kind = actor_of(request), _typed(request), request.GET.get("in", "")
    sources = [each for each in sources_for(actor) if each.in_search_box]
    if is_fragment(request):
        found = _found(actor, sources, text, _IN_BOX)
        return render(request, "ui/fragments/search_box.html", {"text": text, "groups": found})
    chosen = [each for each in sources if each.name == kind]
    found = _found(actor, chosen or sources, text, _OF_ONE_KIND if chosen else _ON_PAGE)
    context = {
        "title": _("Search"),
        "text": text,
        "groups": found,
        "chosen": chosen[0].name if chosen else "",
        "everywhere": f"?{urlencode({'q': text})}",
        "tabs": [(each, f"?{urlencode({'q': text, 'in': each.name})}") for each in sources if text],
    }
    return render(request, "ui/search.html", context)


def _found(actor: Actor, sources: Sequence[SearchSource], text: str, limit: int) -> list[Found]:
    groups = []
    for source in sources if text else []:
        hits = list(source.find(actor, text, limit + 1))
        if hits:
            more = source.more(text) if source.more else ""
            url = f"?{urlencode({'q': text, 'in': source.name})}"
            groups.append(Found(source, hits[:limit], more, url, len(hits) > limit))
    return groups


def find_pages(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """Entries of the navigation whose name holds the text."""
    sought = text.lower()
    return [
        Hit(item.url_name, str(item.label), reverse(item.url_name), str(CHAPTERS[chapter].label))
        for chapter, items in nav_for(actor).items()
        for item in items
        if sought in str(item.label).lower()
    ][:limit]


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
