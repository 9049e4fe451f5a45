"""What views ask of a request, typed."""

from __future__ import annotations

import json
from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri

from dakehu.infra.access.api import Actor, itself


def actor_of(request: HttpRequest) -> Actor:
    """The one who asks; `organisation`'s middleware put it on the request."""
    actor = cast("Actor", getattr(request, "actor"))  # noqa: B009 - an attribute Django's type has not
    return itself(actor)


def is_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for a part of a page rather than for a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def target_id(request: HttpRequest) -> str:
    """The id of the element that htmx will put the answer into ("" when there is none)."""
    return request.headers.get("HX-Target", "").partition("#")[2]


def page_path(request: HttpRequest) -> str:
    """The path of the page the person looks at, also when htmx asks for a part of it."""
    url = request.headers.get("HX-Current-URL")
    return urlsplit(url).path if url else request.path


def with_event(response: HttpResponseBase, **events: Any) -> HttpResponseBase:
    """Let the browser know of `events` after the answer has come (`HX-Trigger`)."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps({**known, **events}, ensure_ascii=True)
    return response


def toast(response: HttpResponseBase, text: str, tone: str = "good") -> HttpResponseBase:
    """Show a passing message with an htmx answer. With a redirect use `django.contrib.messages`."""
    return with_event(response, **{"ui:toast": {"text": str(text), "tone": tone}})


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to `url`, whether it asked by htmx or by itself."""
    url = iri_to_uri(url)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponse(status=302, headers={"Location": url})
