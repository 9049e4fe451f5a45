"""By which way the person of a session came."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from dakehu.organisation.models import User


def came_by_sign_on(request: HttpRequest, user: User) -> bool:
    """Whether the provider vouched for them: they need no password of this system, nor to change one."""
    return any(each.get("method") == "socialaccount" for each in get_authentication_records(request, user))
