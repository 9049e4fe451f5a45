"""All routes: each app brings its pages from `web/urls.py` and its resources from `rest/`."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"{app}.web.urls")) for app in settings.DAKEHU_APPS if find_spec(f"{app}.web.urls")
]
