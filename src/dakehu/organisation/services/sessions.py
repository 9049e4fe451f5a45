"""Ending people's sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from dakehu.kernel.errors import NotFound
from dakehu.organisation.models import User


def end_all_sessions(user: User) -> None:
    """Sign the user out wherever they are signed in."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def end_session(user: User, session_id: int) -> None:
    """End one of the user's sessions; another's is as good as none."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        raise NotFound(noun="session", id=str(session_id))
    session.end()
