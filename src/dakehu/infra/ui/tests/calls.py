"""Requests to views that no URL names, as an actor."""

from __future__ import annotations

from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import Client, RequestFactory

from dakehu.infra.access.api import Actor
from dakehu.organisation.models import User

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def asked(actor: Actor, url: str, *, data: Any = None, **headers: str) -> HttpRequest:
    """A request by `actor`: GET, or POST when there is `data`."""
    factory = RequestFactory()
    request = factory.get(url, headers=headers) if data is None else factory.post(url, data, headers=headers)
    setattr(request, "actor", actor)  # noqa: B010 - Django's request has no such attribute
    setattr(request, "session", {})  # noqa: B010
    setattr(request, "_messages", FallbackStorage(request))  # noqa: B010
    return request


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
