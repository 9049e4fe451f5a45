"""Ending people's sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from dakehu.organisation.models import User


def end_all_sessions(user: User) -> None:
    """Sign the user out wherever they are signed in."""
    for session in UserSession.objects.filter(user=user):
        session.end()
