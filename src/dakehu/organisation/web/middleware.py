"""Put the actor on the request, and lead those with a one-time password to the page that changes it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from dakehu.infra.access.api import Actor
from dakehu.organisation.models import User
from dakehu.organisation.selectors.actors import actor_for
from dakehu.organisation.signon.sessions import came_by_sign_on

ANONYMOUS = Actor(user_id=None, name="")
_OPEN_WITH_A_ONE_TIME_PASSWORD = ("account_change_password", "account_logout", "set_language", "health")


class ActorMiddleware:
    """`request.actor` for every view; the anonymous actor may nothing and sees nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]  # ours to add
        return self.get_response(request)


class OneTimePasswordMiddleware:
    """Until a one-time password is changed, its bearer sees the page that changes it and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or not user.must_change_password:
            return None
        if came_by_sign_on(request, user):
            return None
        if match is not None and match.view_name in _OPEN_WITH_A_ONE_TIME_PASSWORD:
            return None
        page = reverse("account_change_password")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(headers={"HX-Redirect": page})
        return HttpResponseRedirect(page)


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    return actor_for(user) if isinstance(user, User) else ANONYMOUS
