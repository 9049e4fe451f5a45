"""Rows that have had their day, such as expired sessions and tokens. The worker takes a few at once."""

from __future__ import annotations

from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from dakehu.infra.clock import now
from dakehu.organisation.services.firstpasswords import sheets_forget
from dakehu.organisation.services.users import users_close_lapsed

_BATCH = 500


def close_lapsed() -> bool:
    """Close limited accounts and forget lists of first passwords that nobody took; never has more at once."""
    users_close_lapsed()
    sheets_forget()
    return False


def clear_expired() -> bool:
    """Remove one batch of each; True when there may be more."""
    at = now()
    sessions = list(Session.objects.filter(expire_date__lt=at).values_list("pk", flat=True)[:_BATCH])
    Session.objects.filter(pk__in=sessions).delete()
    tokens = list(Token.objects.filter(expires_at__lt=at).values_list("pk", flat=True)[:_BATCH])
    Token.objects.filter(pk__in=tokens).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    orphans = list(UserSession.objects.filter(~Exists(alive)).values_list("pk", flat=True)[:_BATCH])
    UserSession.objects.filter(pk__in=orphans).delete()
    return max(len(sessions), len(tokens), len(orphans)) == _BATCH
