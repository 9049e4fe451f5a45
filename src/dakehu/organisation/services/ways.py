"""By which way a person signs in, and whom the provider or the directory holds them for."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.organisation.domain.errors import LastLocalAdministrator, WayNotSet
from dakehu.organisation.domain.sign_on import Way
from dakehu.organisation.models import User
from dakehu.organisation.services.sessions import end_all_sessions
from dakehu.organisation.services.users import change_of, locked_user, shown


def user_sign_in_by(*, actor: Actor, user_id: int, version: int, way: Way) -> User:
    """Let a person sign in by another way; a password of this system is forgotten, open sessions end.

    Whoever goes back to a password of this system needs a one-time password next. Raises `WayNotSet`,
    `LastLocalAdministrator`.
    """
    if (way is Way.DIRECTORY and settings.LDAP is None) or (way is Way.SIGN_ON and settings.OIDC is None):
        raise WayNotSet(field="way", way=way)
    with transaction.atomic():
        user = locked_user(actor, user_id, other_than_self=True)
        advance(user, version)
        if user.signs_in_by == way:
            return user
        before = shown(user)
        user.signs_in_by = way
        user.set_unusable_password()
        user.must_change_password = False
        user.save()
        _keep_a_local_administrator()
        if way is not Way.DIRECTORY:
            _forget(actor, user, Way.DIRECTORY)
        end_all_sessions(user)
        record(actor, "user.change", change_of(user, before))
        publish("user.changed", key=user.pk, payload={"path": user.org_path})
    return user


def user_unbind(*, actor: Actor, user_id: int) -> User:
    """Undo what binds the account to persons of the provider and the directory; idempotent.

    The next who comes by the name is bound. Open sessions end.
    """
    with transaction.atomic():
        user = locked_user(actor, user_id, other_than_self=True)
        for way in (Way.SIGN_ON, Way.DIRECTORY):
            _forget(actor, user, way)
        end_all_sessions(user)
    return user


def _forget(actor: Actor, user: User, way: Way) -> None:
    for identity in user.identities.filter(way=way):
        change = Change("user", user.pk, user.name, {"bound": identity.subject}, {"bound": ""}, user.org_path)
        record(actor, "user.unbind", change)
        identity.delete()


def _keep_a_local_administrator() -> None:
    """Refuse what would let nobody in who may everything while directory and provider are down."""
    local = User.objects.filter(is_active=True, roles__everything=True, signs_in_by=Way.PASSWORD)
    if not local.exists():
        raise LastLocalAdministrator(field="way")
