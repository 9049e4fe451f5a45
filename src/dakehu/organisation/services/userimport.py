"""Accounts from a spreadsheet: opened or changed row by row under the actor's own rights, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import Conflict, DomainError, NotFound
from dakehu.organisation.domain.errors import RightsExceedYours, UsernameTaken
from dakehu.organisation.domain.importing import (
    MobileOnFile,
    SignedInSince,
    UserInUse,
    UserOnFile,
    UserRow,
    ValidityPast,
)
from dakehu.organisation.models import Role, User, UserBefore
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.words import UserWords
from dakehu.organisation.services.users import UserDetails, require_within, user_change, user_open


@dataclass(frozen=True, slots=True)
class CheckedUser:
    """A row as the actor could save it: its faults, whom it would change, who else has its number."""

    details: UserDetails | None
    faults: Sequence[DomainError]
    known: User | None = None
    same_mobile: User | None = None

    @property
    def answers(self) -> list[DomainError]:
        """What somebody must have meant before it is saved."""
        found: list[DomainError] = []
        if self.known is not None:
            known = self.known
            found.append(UserOnFile(field="username", name=known.name, username=known.username))
        if self.same_mobile is not None:
            other = self.same_mobile
            found.append(MobileOnFile(field="mobile", name=other.name, username=other.username))
        return found


def check_users(actor: Actor, rows: Sequence[UserRow]) -> list[CheckedUser]:
    """Each row against the actor's view and rights; a fixed number of queries."""
    require(actor, Permission.USER_CHANGE)
    words = UserWords.of(actor, rows)
    return [_check(actor, words, row) for row in rows]


def user_save(*, actor: Actor, row: UserRow, checked: CheckedUser) -> User:
    """Open or change one account, and keep how it was; raises what the services raise."""
    if checked.details is None:
        raise checked.faults[0]
    with transaction.atomic():
        if checked.known is None:
            user = user_open(actor=actor, username=row.username, details=checked.details, password=None)
            before = None
        else:
            known = checked.known
            before = _kept(known)
            user = user_change(actor=actor, user_id=known.pk, version=known.version, details=checked.details)
        UserBefore.objects.create(user=user, version=user.version, details=before, at=now())
    return user


def users_take_back(*, actor: Actor, versions: Sequence[tuple[int, int]]) -> list[DomainError | None]:
    """Remove what an import opened and nobody has used, give back to others what they were."""
    require(actor, Permission.USER_CHANGE)
    return [_take_back(actor, pk, version) for pk, version in versions]


def _check(actor: Actor, words: UserWords, row: UserRow) -> CheckedUser:
    faults: list[DomainError] = []
    known = words.known.get(row.username)
    if known is not None and not actor.scope.contains(known.org_path):
        return CheckedUser(None, [UsernameTaken(field="username", username=row.username)])
    held = list(known.roles.all()) if known else []
    faults += _beyond(actor, held, "username")
    unit_id = known.org_unit_id if known and not row.unit else words.unit(row.unit, faults)
    roles = words.roles_of(row.roles, faults) if row.roles or known is None else held
    faults += _beyond(actor, [role for role in roles if role not in held], "roles")
    if row.valid_until is not None and row.valid_until < day_of(now()):
        faults.append(ValidityPast(field="valid_until", day=row.valid_until.isoformat()))
    other = words.by_mobile.get(row.mobile)
    details = None if faults or unit_id is None else _details(row, known, unit_id, roles)
    same = other if other is not None and other != known else None
    return CheckedUser(details, faults, known, same)


def _beyond(actor: Actor, roles: Sequence[Role], field: str) -> list[DomainError]:
    """The roles that give more than the actor has."""
    faults: list[DomainError] = []
    for role in roles:
        try:
            require_within(actor, role)
        except RightsExceedYours:
            faults.append(RightsExceedYours(field=field, name=str(role)))
    return faults


def _details(row: UserRow, known: User | None, unit_id: int, roles: Sequence[Role]) -> UserDetails:
    return UserDetails(
        name=row.name,
        org_unit_id=unit_id,
        scope_unit_id=known.scope_unit_id if known else None,
        post_id=known.post_id if known else None,
        role_ids=frozenset(role.pk for role in roles),
        email=row.email or (known.email if known else ""),
        mobile=row.mobile or (known.mobile if known else ""),
        valid_until=row.valid_until or (known.valid_until if known else None),
    )


def _kept(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "org_unit_id": user.org_unit_id,
        "scope_unit_id": user.scope_unit_id,
        "post_id": user.post_id,
        "role_ids": sorted(role.pk for role in user.roles.all()),
        "email": user.email,
        "mobile": user.mobile,
        "valid_until": user.valid_until.isoformat() if user.valid_until else None,
    }


def _take_back(actor: Actor, user_id: int, version: int) -> DomainError | None:
    try:
        with transaction.atomic():
            user = User.objects.select_for_update().filter(pk=user_id).first()
            if user is None:
                return None  # gone already: what was asked for is so
            _restore_or_remove(actor, user, version)
    except DomainError as reason:
        return reason
    return None


def _restore_or_remove(actor: Actor, user: User, version: int) -> None:
    before = UserBefore.objects.filter(user=user, version=version).first()
    if before is None or not actor.scope.contains(user.org_path):
        raise NotFound(noun="user", id=str(user.pk))
    if user.version != version:
        raise Conflict(noun="user", version=version, current=user.version)
    if before.details is None:
        _remove(actor, user)
        return
    kept = {**before.details, "role_ids": frozenset(before.details["role_ids"])}
    until = kept.pop("valid_until")
    details = UserDetails(**kept, valid_until=date.fromisoformat(until) if until else None)
    user_change(actor=actor, user_id=user.pk, version=version, details=details)


def _remove(actor: Actor, user: User) -> None:
    if user.last_login is not None:
        raise SignedInSince(name=user.name)
    for relation in User._meta.related_objects:
        field, model = relation.field, relation.related_model
        if model is not UserBefore and model._default_manager.filter(**{field.name: user}).exists():
            raise UserInUse(name=user.name, noun=str(model._meta.model_name))
    change = Change("user", user.pk, user.name, _kept(user), {}, user.org_path)
    user.delete()
    record(actor, "user.take_back", change)
