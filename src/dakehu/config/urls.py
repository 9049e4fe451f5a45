"""All routes: each app brings its pages from `web/urls.py` and its resources from `rest/`."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path


def _has_pages(app: str) -> bool:
    return find_spec(f"{app}.web") is not None and find_spec(f"{app}.web.urls") is not None


def health(_request: HttpRequest) -> HttpResponse:
    """Says that the web process answers; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    *(path("", include(f"{app}.web.urls")) for app in settings.DAKEHU_APPS if _has_pages(app)),
]

handler400 = "dakehu.infra.ui.views.bad_request"
handler403 = "dakehu.infra.ui.views.not_allowed"
handler404 = "dakehu.infra.ui.views.not_found"
handler500 = "dakehu.infra.ui.views.server_fault"
