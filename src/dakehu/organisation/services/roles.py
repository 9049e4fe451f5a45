"""Roles and the matrix of their rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from dakehu.infra.access.api import Actor, all_permissions, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import NotFound
from dakehu.organisation.domain.errors import (
    PermissionUnknown,
    RightsExceedYours,
    RoleCodeTaken,
    RoleFixed,
    RoleInUse,
)
from dakehu.organisation.domain.names import read_code, read_name
from dakehu.organisation.models import ApiClient, Role
from dakehu.organisation.permissions import Permission

_SHOWN = ("code", "name", "name_en", "permissions")


@dataclass(frozen=True, slots=True)
class Grant:
    """One role's rights as the matrix was sent, with the version it was read at."""

    version: int
    permissions: frozenset[str]


def role_create(*, actor: Actor, code: str, name: str, name_en: str = "", like_id: int | None = None) -> Role:
    """A new role, without rights or with those of another."""
    require(actor, Permission.ROLE_CHANGE)
    with transaction.atomic():
        role = Role(code=read_code(code), name=read_name(name), name_en=name_en.strip())
        if like_id is not None:
            like = _locked(like_id)
            if like.everything:
                raise RoleFixed(name=str(like))
            _require_yours(actor, role, frozenset(like.permissions))
            role.permissions = like.permissions
        try:
            with transaction.atomic():
                role.save()
        except IntegrityError:
            raise RoleCodeTaken(field="code", code=role.code) from None
        record(actor, "role.create", _change(role, {}))
    return role


def role_rename(*, actor: Actor, role_id: int, version: int, name: str, name_en: str = "") -> Role:
    require(actor, Permission.ROLE_CHANGE)
    with transaction.atomic():
        role = _locked(role_id)
        advance(role, version)
        before = snapshot(role, *_SHOWN)
        role.name, role.name_en = read_name(name), name_en.strip()
        role.save()
        record(actor, "role.rename", _change(role, before))
    return role


def roles_grant(*, actor: Actor, grants: Mapping[int, Grant]) -> list[Role]:
    """Set the rights of several roles at once; all or none. Gives the roles that changed.

    A right that one doesn't have oneself can be neither given nor taken away.
    """
    require(actor, Permission.ROLE_CHANGE)
    changed = []
    with transaction.atomic():
        for role_id, grant in sorted(grants.items()):
            role = _locked(role_id)
            difference = grant.permissions.symmetric_difference(role.permissions)
            if not difference:
                continue
            advance(role, grant.version)
            if role.everything:
                raise RoleFixed(name=str(role))
            _require_yours(actor, role, difference)
            before = snapshot(role, *_SHOWN)
            role.permissions = sorted(grant.permissions)
            role.save()
            record(actor, "role.grant", _change(role, before))
            publish("role.changed", key=role.pk, payload={"code": role.code})
            changed.append(role)
    return changed


def role_delete(*, actor: Actor, role_id: int, version: int) -> None:
    """Remove a role that nobody has any more."""
    require(actor, Permission.ROLE_CHANGE)
    with transaction.atomic():
        role = _locked(role_id)
        advance(role, version)
        users = role.members.count() + ApiClient.objects.filter(role=role).count()
        if users or role.everything:
            raise RoleInUse(name=str(role), users=users)
        before = snapshot(role, *_SHOWN)
        change = Change("role", role.pk, role.name, before, {})
        role.delete()
        record(actor, "role.delete", change)


def _locked(role_id: int) -> Role:
    role = Role.objects.select_for_update().filter(pk=role_id).first()
    if role is None:
        raise NotFound(noun="role", id=str(role_id))
    return role


def _require_yours(actor: Actor, role: Role, permissions: frozenset[str]) -> None:
    unknown = permissions - all_permissions().keys() - set(role.permissions)
    if unknown:
        raise PermissionUnknown(permission=min(unknown))
    if not actor.everything and not actor.permissions.issuperset(permissions):
        raise RightsExceedYours(name=str(role))


def _change(role: Role, before: dict[str, object]) -> Change:
    return Change("role", role.pk, role.name, before, snapshot(role, *_SHOWN))
