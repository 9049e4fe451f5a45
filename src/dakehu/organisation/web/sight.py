"""Looking at pages as another user does.

While it lasts, the request's actor is the other user, marked as looked on. Two walls keep it from changing
anything: every method but GET is refused before its view runs, and what a GET would write is refused at the
database. The session says as whom and until when; whether one still may is asked at every request, so that a
right taken away, or an account closed, ends it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.access.api import Actor, all_permissions
from dakehu.infra.clock import now
from dakehu.infra.parameters.api import value_of
from dakehu.infra.ui.api import actor_of, go_to, page
from dakehu.infra.ui.pages import refusal
from dakehu.kernel.errors import DomainError
from dakehu.organisation.domain.errors import LookingOnly
from dakehu.organisation.models import User
from dakehu.organisation.parameters import SIGHT_MINUTES
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.actors import actor_for
from dakehu.organisation.services.sights import sight_begin, sight_end, sighted

_KEY = "sight"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = ("organisation-sight-end", "account_logout", "set_language")
_NEVER = frozenset({"webphone.use"})
"""Rights that act by being seen: a browser's telephone would ring for the other user."""
_WRITING = re.compile(r"\s*(insert|update|delete|replace|copy|truncate)\b", re.IGNORECASE)


class SightMiddleware:
    """Put the other user's eyes on the request, and the two walls around it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _KEY not in request.session or not isinstance(request.user, User):
            return self.get_response(request)
        seen = _seen(request)
        if seen is None:
            return self.get_response(request)
        if request.path_info in {reverse(name) for name in _OPEN}:
            return self.get_response(request)
        request.actor = _looking_on(seen)  # type: ignore[attr-defined]  # as the actor middleware does
        if request.method not in _SAFE:
            return refusal(request, LookingOnly())
        with connection.execute_wrapper(_refuse_writes):
            return self.get_response(request)


@page(Permission.USER_SEE_AS, methods=("POST",))
def sight_start(request: HttpRequest, pk: int) -> HttpResponse:
    sight_begin(actor=actor_of(request), user_id=pk)
    until = now() + timedelta(minutes=value_of(SIGHT_MINUTES))
    request.session[_KEY] = {"user": pk, "until": until.isoformat()}
    return go_to(request, reverse("ui-workbench"))


@page(methods=("POST",))
def sight_stop(request: HttpRequest) -> HttpResponse:
    """Back to oneself; harmless when one is."""
    kept: Mapping[str, Any] = request.session.pop(_KEY, {})
    user = User.objects.filter(pk=kept.get("user", 0)).first()
    if user is None:
        return go_to(request, reverse("ui-workbench"))
    sight_end(actor=actor_of(request), user=user)
    messages.success(request, _("You are yourself again."))
    return go_to(request, reverse("organisation-user-record", args=[user.pk]))


def _seen(request: HttpRequest) -> User | None:
    """The user to see as; None, and the end of it, once the time is over or the right is gone."""
    kept = request.session[_KEY]
    actor = actor_of(request)
    try:
        user = sighted(actor, kept["user"])
    except DomainError:
        user = None
    if user is not None and now() < datetime.fromisoformat(kept["until"]):
        return user
    del request.session[_KEY]
    ended = user or User.objects.filter(pk=kept["user"]).first()
    if ended is not None:
        sight_end(actor=actor, user=ended)
    messages.info(request, _("Seeing pages as somebody else has ended; you are yourself again."))
    return None


def _looking_on(user: User) -> Actor:
    actor = actor_for(user)
    rights = frozenset(all_permissions()) if actor.everything else actor.permissions
    return replace(actor, permissions=rights - _NEVER, everything=False, looks_on=True)


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
) -> Any:
    """Django's execute wrapper: the wall at the database."""
    if _WRITING.match(sql):
        raise LookingOnly
    return execute(sql, params, many, context)
