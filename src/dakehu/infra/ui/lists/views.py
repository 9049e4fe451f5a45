"""The view of a list: one address for page, part, count, file and bulk action."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from dakehu.infra.ui.lists.bulk import answer as answer_bulk
from dakehu.infra.ui.lists.counting import full_count
from dakehu.infra.ui.lists.export import export
from dakehu.infra.ui.lists.memory import remember
from dakehu.infra.ui.lists.page import Listing, list_page
from dakehu.infra.ui.lists.spec import ListSpec
from dakehu.infra.ui.pages import View, page
from dakehu.infra.ui.requests import is_fragment, target_id


def list_view(spec: ListSpec[Any]) -> View[[]]:
    """The view of a list page, gated by the list's permission."""

    @page(spec.permission, methods=("GET", "POST") if spec.bulk else ("GET",))
    def view(request: HttpRequest) -> HttpResponseBase:
        return list_response(request, spec)

    return view


def list_response(request: HttpRequest, spec: ListSpec[Any], *, embedded: bool = False) -> HttpResponseBase:
    """Answer with the list: whole page, or what the request names of it.

    `embedded` draws it without the page's frame, for a panel on a record.
    """
    listing = Listing(request, spec)
    if request.method == "POST":
        return answer_bulk(request, listing)
    if "_export" in request.GET and spec.can_export:
        return export(listing, request.GET["_export"])
    if "_count" in request.GET:
        return render(request, "ui/fragments/count.html", {"count": full_count(listing.parts)})
    if not embedded and not listing.state.view:
        remember(listing.actor, spec.name, listing.kept, listing.state.remembered())
    return _drawn(request, listing, embedded=embedded)


def _drawn(request: HttpRequest, listing: Listing, *, embedded: bool) -> HttpResponse:
    drawn = list_page(listing, embedded=embedded)
    context = {"list": drawn, "title": listing.spec.title, **listing.spec.context(listing.actor)}
    if is_fragment(request) and target_id(request) == f"{drawn.region_id}-rows":
        return render(request, "ui/fragments/list_rows.html", context)
    if embedded:
        return render(request, "ui/fragments/list.html", context)
    return render(request, listing.spec.template, context)
