"""Put the actor on the request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from dakehu.infra.access.api import Actor
from dakehu.organisation.models import User
from dakehu.organisation.selectors.actors import actor_for

ANONYMOUS = Actor(user_id=None, name="")


class ActorMiddleware:
    """`request.actor` for every view; the anonymous actor may nothing and sees nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]  # ours to add
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    return actor_for(user) if isinstance(user, User) else ANONYMOUS
