"""Opening, changing and closing user accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from dakehu.infra.access.api import SYSTEM, Actor, access_one, hold_places
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import Conflict, NotFound
from dakehu.organisation.domain.errors import (
    LastAdministrator,
    NotYourself,
    PasswordElsewhere,
    RightsExceedYours,
    UnitClosed,
    UsernameTaken,
)
from dakehu.organisation.domain.importing import ValidityOver, ValidityPast
from dakehu.organisation.domain.names import read_name, read_username
from dakehu.organisation.domain.sign_on import Way
from dakehu.organisation.models import OrgUnit, Post, Role, User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.passwords import one_time_password
from dakehu.organisation.services.sessions import end_all_sessions

_SHOWN = ("username", "name", "email", "mobile", "org_unit", "scope_unit", "post", "is_active", "signs_in_by",
          "valid_until")  # fmt: skip


@dataclass(frozen=True, slots=True)
class UserDetails:
    """What the user form holds besides the sign-in name. Without `scope_unit_id` one sees one's own unit."""

    name: str
    org_unit_id: int
    scope_unit_id: int | None = None
    post_id: int | None = None
    role_ids: frozenset[int] = frozenset()
    email: str = ""
    mobile: str = ""
    valid_until: date | None = None


def user_create(*, actor: Actor, username: str, details: UserDetails) -> tuple[User, str]:
    """A new user and the password for the first sign-in, which must be changed there; shown this once."""
    password = one_time_password()
    return user_open(actor=actor, username=username, details=details, password=password), password


def user_open(*, actor: Actor, username: str, details: UserDetails, password: str | None) -> User:
    """A new user; without a password nobody can sign in until a first one is given."""
    with transaction.atomic():
        hold_places()
        user = User(username=read_username(username), must_change_password=True)
        user.set_password(password)
        _fill(actor, user, details)
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError:
            raise UsernameTaken(field="username", username=user.username) from None
        user.roles.set(_grantable(actor, details.role_ids, held=frozenset()))
        record(actor, "user.create", change_of(user, {}))
        publish("user.created", key=user.pk, payload={"path": user.org_path})
    return user


def user_change(*, actor: Actor, user_id: int, version: int, details: UserDetails) -> User:
    """Change name, unit, view, post or roles; rights count from the user's next request on."""
    with transaction.atomic():
        hold_places()
        user = locked_user(actor, user_id)
        advance(user, version)
        before, administered = shown(user), _administers(user)
        _fill(actor, user, details)
        user.save()
        held = frozenset(user.roles.values_list("pk", flat=True))
        user.roles.set(_grantable(actor, details.role_ids, held=held))
        if administered:
            keep_an_administrator()
        record(actor, "user.change", change_of(user, before))
        publish("user.changed", key=user.pk, payload={"path": user.org_path})
    return user


def user_deactivate(*, actor: Actor, user_id: int, version: int) -> User:
    """Close the account: sign-in is refused, and whoever is signed in is out at the next request."""
    with transaction.atomic():
        user = locked_user(actor, user_id, other_than_self=True)
        advance(user, version)
        before, administered = shown(user), _administers(user)
        user.is_active = False
        user.save()
        if administered:
            keep_an_administrator()
        end_all_sessions(user)
        record(actor, "user.deactivate", change_of(user, before))
        publish("user.deactivated", key=user.pk, payload={"path": user.org_path})
    return user


def users_close_lapsed() -> int:
    """Close the accounts whose last day is over, as the worker does by itself; how many were closed.

    The last administrator stays open, without rights, until somebody gives a new date.
    """
    closed = 0
    lapsed = User.objects.filter(is_active=True, valid_until__lt=day_of(now()))
    for pk, version in lapsed.values_list("pk", "version"):
        try:
            user_deactivate(actor=SYSTEM, user_id=pk, version=version)
        except (LastAdministrator, Conflict):
            continue
        closed += 1
    return closed


def user_reactivate(*, actor: Actor, user_id: int, version: int) -> User:
    """Open a closed account again, with the roles it had."""
    with transaction.atomic():
        user = locked_user(actor, user_id)
        advance(user, version)
        before = shown(user)
        if user.has_lapsed(day_of(now())):
            raise ValidityOver(day=str(user.valid_until))
        user.is_active = True
        user.save()
        record(actor, "user.reactivate", change_of(user, before))
        publish("user.changed", key=user.pk, payload={"path": user.org_path})
    return user


def user_reset_password(*, actor: Actor, user_id: int) -> tuple[User, str]:
    """A one-time password, shown this once; open sessions end. Raises `PasswordElsewhere`."""
    password = one_time_password()
    with transaction.atomic():
        user = locked_user(actor, user_id, other_than_self=True)
        if user.signs_in_by != Way.PASSWORD:
            raise PasswordElsewhere(name=user.name)
        user.set_password(password)
        user.must_change_password = True
        user.version += 1
        user.save()
        end_all_sessions(user)
        changed = Change("user", user.pk, user.name, {"password": 0}, {"password": 1}, user.org_path)
        record(actor, "user.reset_password", changed)
    return user, password


def locked_user(actor: Actor, user_id: int, *, other_than_self: bool = False) -> User:
    """The user, if in the actor's scope and with no more rights than the actor's."""
    user = access_one(User.objects.select_for_update(), actor, user_id, Permission.USER_CHANGE)
    if other_than_self and user.pk == actor.user_id:
        raise NotYourself
    for role in user.roles.all():
        require_within(actor, role)
    return user


def _fill(actor: Actor, user: User, details: UserDetails) -> None:
    unit = _unit(actor, details.org_unit_id, "org_unit")
    if not unit.is_open and unit.pk != user.org_unit_id:
        raise UnitClosed(field="org_unit", name=unit.name)
    scope = _unit(actor, details.scope_unit_id, "scope_unit") if details.scope_unit_id else None
    until = details.valid_until
    if until is not None and until != user.valid_until and until < day_of(now()):
        raise ValidityPast(field="valid_until", day=until.isoformat())
    user.name, user.valid_until = read_name(details.name), until
    user.email, user.mobile = details.email.strip(), details.mobile.strip()
    user.org_unit = unit
    user.scope_unit = scope if scope != unit else None
    user.post = _post(details.post_id)
    user.place(unit.path)


def _unit(actor: Actor, unit_id: int, field: str) -> OrgUnit:
    """A unit of the actor's own view: nobody lets others see what they don't see."""
    try:
        return access_one(OrgUnit.objects.all(), actor, unit_id, Permission.USER_CHANGE)
    except NotFound as fault:
        raise NotFound(field=field, **fault.data) from None


def _post(post_id: int | None) -> Post | None:
    if post_id is None:
        return None
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise NotFound(field="post", noun="post", id=str(post_id))
    return post


def _grantable(actor: Actor, role_ids: frozenset[int], *, held: frozenset[int]) -> list[Role]:
    """The roles by id; each that is given or taken away must lie within the actor's own rights."""
    roles = list(Role.objects.filter(pk__in=role_ids))
    if len(roles) != len(role_ids):
        raise NotFound(field="roles", noun="role", id=str(sorted(role_ids - {role.pk for role in roles})))
    for role in roles:
        if role.pk not in held:
            require_within(actor, role)
    return roles


def require_within(actor: Actor, role: Role) -> None:
    """Raises `RightsExceedYours` unless the role's rights all lie within the actor's own."""
    if not actor.everything and (role.everything or not actor.permissions.issuperset(role.permissions)):
        raise RightsExceedYours(field="roles", name=str(role))


def _administers(user: User) -> bool:
    return user.is_active and user.roles.filter(everything=True).exists()


def keep_an_administrator() -> None:
    """Refuse what would leave nobody with a password here who may everything; the transaction undoes it."""
    local = User.objects.filter(is_active=True, roles__everything=True, signs_in_by=Way.PASSWORD)
    if not local.exists():
        raise LastAdministrator


def shown(user: User) -> dict[str, object]:
    roles = sorted(user.roles.values_list("code", flat=True))
    return {**snapshot(user, *_SHOWN), "roles": roles}


def change_of(user: User, before: dict[str, object]) -> Change:
    return Change("user", user.pk, user.name, before, shown(user), user.org_path)


def user_give_role(*, actor: Actor, user_id: int, role_id: int) -> User:
    """Add one role to those the user has; idempotent."""
    return _regrant(actor, user_id, lambda held: held | {role_id})


def user_take_role(*, actor: Actor, user_id: int, role_id: int) -> User:
    """Take one role from those the user has; idempotent. Raises `LastAdministrator`."""
    return _regrant(actor, user_id, lambda held: held - {role_id})


def _regrant(actor: Actor, user_id: int, roles: Callable[[frozenset[int]], frozenset[int]]) -> User:
    with transaction.atomic():
        user = locked_user(actor, user_id)
        before, administered = shown(user), _administers(user)
        held = frozenset(user.roles.values_list("pk", flat=True))
        wanted = roles(held)
        if wanted == held:
            return user
        user.roles.set(_grantable(actor, wanted, held=held))
        user.version += 1
        user.save()
        if administered:
            keep_an_administrator()
        record(actor, "user.change", change_of(user, before))
        publish("user.changed", key=user.pk, payload={"path": user.org_path})
    return user
