"""Reading users and roles."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.organisation.models import Post, Role, User
from dakehu.organisation.permissions import Permission


def users_all() -> QuerySet[User]:
    """Every user with what a list shows of them; the caller narrows by scope."""
    return User.objects.select_related("org_unit", "post").prefetch_related("roles")


def users_matching(users: QuerySet[User], text: str) -> QuerySet[User]:
    """By name, sign-in name, mobile number, pinyin or its initials."""
    text = text.lower()
    return users.filter(
        Q(name__icontains=text)
        | Q(username__startswith=text)
        | Q(mobile__startswith=text)
        | Q(pinyin__startswith=text)
        | Q(initials__startswith=text)
    )


def user_for(actor: Actor, user_id: int) -> User:
    users = User.objects.select_related("org_unit", "scope_unit", "post").prefetch_related("roles")
    return access_one(users, actor, user_id, Permission.USER_VIEW)


def users_in_scope(actor: Actor, permission: str) -> list[User]:
    """The active users of the actor's subtree, by pinyin: whom one may choose as owner or helper."""
    return list(visible(User.objects.filter(is_active=True), actor, permission).order_by("pinyin", "pk"))


def role_choices() -> list[tuple[str, str]]:
    return [(str(role.pk), str(role)) for role in Role.objects.all()]


def post_choices(keep: int | None = None) -> list[tuple[str, str]]:
    posts = Post.objects.filter(Q(is_active=True) | Q(pk=keep))
    return [(str(post.pk), str(post)) for post in posts]
