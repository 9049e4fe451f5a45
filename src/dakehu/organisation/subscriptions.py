"""What this app hears: Django's and allauth's signals of people signing in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from dakehu.infra.outbox.api import Event, subscribe
from dakehu.organisation.domain.sign_on import Way
from dakehu.organisation.models import User
from dakehu.organisation.services.places import relocate_rows
from dakehu.organisation.services.signins import signed_in, signed_out


def connect() -> None:
    """Listen; called once, when the app is ready."""
    subscribe("unit.moved", "organisation.places", _on_moved)
    user_logged_in.connect(_on_sign_in, dispatch_uid="organisation.signed_in")
    user_logged_out.connect(_on_sign_out, dispatch_uid="organisation.signed_out")


def _on_moved(events: Sequence[Event]) -> None:
    for event in events:
        relocate_rows(str(event.payload["from"]), str(event.payload["path"]))


def _on_sign_in(
    request: HttpRequest, user: User, sociallogin: SocialLogin | None = None, **_signal: Any
) -> None:
    way = Way.SIGN_ON if sociallogin is not None else Way(user.signs_in_by)
    signed_in(user=user, address=str(get_adapter().get_client_ip(request)), way=way)


def _on_sign_out(user: User | None, **_signal: Any) -> None:
    if user is not None:
        signed_out(user=user)
