"""From a user or an API client to the actor that every gate looks at."""

from __future__ import annotations

from dakehu.infra.access.api import Actor, Scope
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.organisation.models import ApiClient, User


def actor_for(user: User) -> Actor:
    """The user's rights and scope as of now; two queries. An inactive or lapsed user has none."""
    if not user.is_active or user.has_lapsed(day_of(now())):
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


def actor_for_client(client_id: str) -> Actor | None:
    """The actor of an OAuth2 client, by the id its access token carries; None if unknown or revoked."""
    row = (
        ApiClient.objects.select_related("role", "org_unit")
        .filter(client_id=client_id, is_active=True)
        .first()
    )
    if row is None:
        return None
    return Actor(
        user_id=None,
        name=row.name,
        permissions=frozenset(row.role.permissions),
        scope=Scope(row.org_unit.path),
        org_path=row.org_unit.path,
        everything=row.role.everything,
    )
