"""Looking at pages as another user: beginning and end, both in the trail."""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.kernel.errors import NotFound
from dakehu.organisation.domain.errors import AccountClosed, NotYourself
from dakehu.organisation.models import User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.users import require_within


def sight_begin(*, actor: Actor, user_id: int) -> User:
    """Let the actor see what the user sees, who has neither a wider scope nor more rights than the actor.

    Raises `NotFound`, `NotAllowed`, `NotYourself`, `RightsExceedYours`, `AccountClosed`.
    """
    with transaction.atomic():
        user = sighted(actor, user_id)
        if user.pk == actor.user_id:
            raise NotYourself
        record(actor, "user.see_as", _change(user))
    return user


def sight_end(*, actor: Actor, user: User) -> None:
    with transaction.atomic():
        record(actor, "user.see_as_end", _change(user))


def sighted(actor: Actor, user_id: int) -> User:
    """The user, if the actor may see as they do: asked again at every request."""
    users = User.objects.select_related("org_unit", "scope_unit").prefetch_related("roles")
    user = access_one(users, actor, user_id, Permission.USER_SEE_AS)
    if not user.is_active:
        raise AccountClosed(name=user.name)
    seen = (user.scope_unit or user.org_unit).path
    if not actor.scope.contains(seen):
        raise NotFound(noun="user", id=str(user_id))
    for role in user.roles.all():
        require_within(actor, role)
    return user


def _change(user: User) -> Change:
    return Change("user", user.pk, user.name, org_path=user.org_path)
