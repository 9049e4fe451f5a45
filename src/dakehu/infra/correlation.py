"""One id follows a request through services, audit rows, outbox events and jobs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from django.http import HttpRequest, HttpResponse

_current: ContextVar[str] = ContextVar("correlation_id", default="")

HEADER = "X-Correlation-Id"


def correlation_id() -> str:
    """The id of the work at hand; a fresh one outside any request or job."""
    return _current.get() or uuid.uuid4().hex


@contextmanager
def correlated(value: str) -> Iterator[str]:
    """Do the block's work under `value` (a new id when empty)."""
    value = value or uuid.uuid4().hex
    token = _current.set(value)
    with structlog.contextvars.bound_contextvars(correlation_id=value):
        try:
            yield value
        finally:
            _current.reset(token)


class CorrelationMiddleware:
    """Give each request an id, or keep a well-formed one that a proxy sent, and answer with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(HEADER, "")
        with correlated(sent if len(sent) <= 64 and sent.isalnum() else "") as value:
            response = self.get_response(request)
            response[HEADER] = value
            return response
