"""Keeping views and columns of lists."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from dakehu.infra.ui.lists.memory import choose_columns, delete_view, save_view
from dakehu.infra.ui.models import SavedView
from dakehu.infra.ui.pages import page
from dakehu.infra.ui.requests import actor_of, go_to
from dakehu.kernel.text import clean_name


@page(methods=("POST",))
def columns_choose(request: HttpRequest, name: str) -> HttpResponse:
    choose_columns(actor_of(request), name[:80], [key[:60] for key in request.POST.getlist("column")[:100]])
    return go_to(request, _back(request))


@page(methods=("POST",))
def view_save(request: HttpRequest, name: str) -> HttpResponse:
    view = SavedView(
        list_name=name[:80],
        name=clean_name(request.POST.get("name", ""))[:60],
        is_shared="is_shared" in request.POST,
        params=request.POST.get("params", "")[:4000],
        columns=[key[:60] for key in request.POST.getlist("column")[:100]],
    )
    saved = save_view(actor_of(request), view)
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": saved.name})
    return go_to(request, f"{_back(request).partition('?')[0]}?{urlencode({'view': saved.pk})}")


@page(methods=("POST",))
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    delete_view(actor_of(request), pk)
    messages.success(request, _("The view is deleted."))
    return go_to(request, _back(request).partition("?")[0])


def _back(request: HttpRequest) -> str:
    """The list the request came from; an address elsewhere is not followed."""
    address = request.POST.get("next", "")
    return address if url_has_allowed_host_and_scheme(address, None) else "/"
