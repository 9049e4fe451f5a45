"""Who calls: a bearer token's client, or the person of the session.

A session acts by cookie, which any site can make a browser send; so its writes must carry Django's forgery
token. A bearer token is sent on purpose only. Where both came, the token counts.
"""

from __future__ import annotations

from allauth.idp.oidc.models import Token
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from dakehu.infra.access.api import Actor, itself
from dakehu.infra.rest.errors import ForgeryCheckFailed, NotSignedIn, TokenInvalid
from dakehu.infra.rest.registry import client_actor

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class _ForgeryCheck(CsrfViewMiddleware):
    """Django's check, telling instead of answering."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:  # noqa: ARG002 - Django's signature
        raise ForgeryCheckFailed


def authenticate(request: HttpRequest) -> Actor:
    """The actor of an API request; raises one of the 401s, or `ForgeryCheckFailed`."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        client_id, actor = _bearer(token.strip())
        request.actor = actor  # type: ignore[attr-defined]  # the attribute that every view reads
        request.api_client_id = client_id  # type: ignore[attr-defined]  # whose listeners the hub keeps
        return actor
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        raise NotSignedIn
    if request.method not in _SAFE:
        _check_forgery(request)
    return itself(request.actor)  # type: ignore[attr-defined]  # set by the actor middleware


def _bearer(value: str) -> tuple[str, Actor]:
    token = Token.objects.lookup(Token.Type.ACCESS_TOKEN, value) if value else None
    if token is None or token.client_id is None or token.user_id is not None:
        raise TokenInvalid
    actor = client_actor(token.client_id)
    if actor is None:
        raise TokenInvalid
    return token.client_id, actor


def _check_forgery(request: HttpRequest) -> None:
    request.csrf_processing_done = False  # type: ignore[attr-defined]  # the middleware saw an exempt view
    check = _ForgeryCheck(lambda _request: HttpResponse())
    check.process_request(request)
    check.process_view(request, _unprotected, (), {})


def _unprotected(_request: HttpRequest) -> HttpResponse:
    """Stands for the view: not exempt, so that the check runs."""
    return HttpResponse()
