"""Reading users and roles."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Coalesce

from dakehu.infra.access.api import SEGMENT, Actor, access_one, visible
from dakehu.organisation.models import Post, Role, User
from dakehu.organisation.permissions import Permission


def users_all() -> QuerySet[User]:
    """Every user with what a list shows of them; the caller narrows by scope."""
    return User.objects.select_related("org_unit", "post").prefetch_related("roles")


def users_matching(users: QuerySet[User], text: str) -> QuerySet[User]:
    """By name, sign-in name, mobile number, pinyin or its initials."""
    return users.filter(person_named(text) | Q(mobile__startswith=text))


def person_named(text: str, path: str = "") -> Q:
    """By name, sign-in name, pinyin or its initials, which everybody may know; `path` leads to the user."""
    letters = text.lower()
    return (
        Q(**{f"{path}name__icontains": letters})
        | Q(**{f"{path}username__startswith": letters})
        | Q(**{f"{path}pinyin__startswith": letters})
        | Q(**{f"{path}initials__startswith": letters})
    )


def user_for(actor: Actor, user_id: int) -> User:
    users = User.objects.select_related("org_unit", "scope_unit", "post").prefetch_related("roles")
    return access_one(users, actor, user_id, Permission.USER_VIEW)


def users_in_scope(actor: Actor, permission: str) -> list[User]:
    """The active users of the actor's subtree, by pinyin: whom one may choose as owner or helper."""
    return list(visible(User.objects.filter(is_active=True), actor, permission).order_by("pinyin", "pk"))


def people_with(permission: str) -> list[int]:
    """The active users whose roles name the right, wherever they work; administrators if there is none."""
    return _people(permission, User.objects.filter(is_active=True))


def people_for(permission: str, path: str, besides: Collection[int | None] = ()) -> list[int]:
    """Who may use the right on what lies at `path`: those who see least beside it, so that a whole province
    isn't asked for what a county decides. `besides` are left out.
    """
    paths = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]
    seeing = User.objects.filter(is_active=True).annotate(
        sees=Coalesce("scope_unit__path", "org_unit__path", output_field=CharField())
    )
    left_out = [pk for pk in besides if pk is not None]
    for each in reversed(paths):
        found = _people(permission, seeing.filter(sees=each).exclude(pk__in=left_out), stand_in=False)
        if found:
            return found
    return _people(permission, seeing.filter(sees__in=paths).exclude(pk__in=left_out))


def _people(permission: str, users: QuerySet[User], *, stand_in: bool = True) -> list[int]:
    roles = list(Role.objects.all())
    named = [role.pk for role in roles if permission in role.permissions and not role.everything]
    found = list(users.filter(roles__in=named).distinct().order_by("pk").values_list("pk", flat=True))
    if found or not stand_in:
        return found
    above = [role.pk for role in roles if role.everything]
    return list(users.filter(roles__in=above).distinct().order_by("pk").values_list("pk", flat=True))


def role_choices() -> list[tuple[str, str]]:
    return [(str(role.pk), str(role)) for role in Role.objects.all()]


def post_choices(keep: int | None = None) -> list[tuple[str, str]]:
    posts = Post.objects.filter(Q(is_active=True) | Q(pk=keep))
    return [(str(post.pk), str(post)) for post in posts]
