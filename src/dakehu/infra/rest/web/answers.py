"""Answers in JSON, and the frame around every API view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import unquote

import msgspec
import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from dakehu.infra.access.api import Actor
from dakehu.infra.correlation import correlation_id
from dakehu.infra.rest.authentication import authenticate
from dakehu.infra.rest.errors import InternalFault, error_body, status_of
from dakehu.infra.rest.query import ListQuery
from dakehu.kernel.errors import DomainError, NotFound

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]
_log = structlog.get_logger(__name__)


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """A JSON answer that no cache keeps."""
    response = HttpResponse(
        msgspec.json.encode(body), status=status, content_type="application/json; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def refusal(error: DomainError) -> HttpResponse:
    """The answer that a domain error becomes."""
    response = answer(error_body(error), status_of(error))
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="dakehu"'
    return response


def api_view(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hands the view its actor and turns whatever it raises into an error body.

    The forgery check is made by `authenticate`, for sessions only, so Django's own is switched off here.
    """

    @functools.wraps(view)
    def framed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, authenticate(request), *args, **kwargs)
        except DomainError as error:
            return refusal(error)
        except ObjectDoesNotExist:
            return refusal(NotFound(noun="resource", id=""))
        except Exception:  # noqa: BLE001 - a client is owed JSON even for our own fault; the log has it all
            _log.exception("API request failed", path=request.path)
            return refusal(InternalFault(correlation_id=correlation_id()))

    return csrf_exempt(framed)


def page_headers(request: HttpRequest, query: ListQuery, total: int, shown: int) -> dict[str, str]:
    """Counts, and where the neighbouring pages are (RFC 8288)."""
    headers = {"X-Total-Count": str(total), "X-Result-Count": str(shown)}
    if query.limit:
        links = [f'<{_page(request, at, query.limit)}>; rel="{name}"' for name, at in _pages(query, total)]
        headers["Link"] = ", ".join(links)
    return headers


def _pages(query: ListQuery, total: int) -> list[tuple[str, int]]:
    last = max(total - 1, 0) // query.limit * query.limit
    pages = [("first", 0), ("last", last)]
    if query.offset > 0:
        pages.append(("prev", max(min(query.offset - query.limit, last), 0)))
    if query.offset + query.limit < total:
        pages.append(("next", query.offset + query.limit))
    return pages


def _page(request: HttpRequest, offset: int, limit: int) -> str:
    kept = [
        part
        for part in request.META.get("QUERY_STRING", "").split("&")
        if part and unquote(part.partition("=")[0]) not in {"offset", "limit"}
    ]
    return f"{request.path}?{'&'.join([*kept, f'offset={offset}', f'limit={limit}'])}"
