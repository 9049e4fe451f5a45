"""From a user to the actor that every gate looks at."""

from __future__ import annotations

from dakehu.infra.access.api import Actor, Scope
from dakehu.organisation.models import User


def actor_for(user: User) -> Actor:
    """The user's rights and scope as of now; two queries. An inactive user has none."""
    if not user.is_active:
        return Actor(user_id=user.pk, name=user.name)
    roles = list(user.roles.all())
    scope_unit = user.scope_unit or user.org_unit
    return Actor(
        user_id=user.pk,
        name=user.name,
        permissions=frozenset(permission for role in roles for permission in role.permissions),
        scope=Scope(scope_unit.path),
        org_path=user.org_path,
        everything=any(role.everything for role in roles),
    )
