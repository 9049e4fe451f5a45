"""Letting in who proved who they are to the provider or the directory: found, bound, or opened an account.

Nobody gets a right by proving who they are. An account that is opened has the roles that the file of groups
gives, or none.
"""

from __future__ import annotations

from dataclasses import replace

import structlog
from django.db import IntegrityError, transaction

from dakehu.infra.access.api import SYSTEM, Actor, hold_places
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import DomainError
from dakehu.organisation.domain.claims import Person
from dakehu.organisation.domain.errors import (
    MappingUnreadable,
    NotKnownHere,
    SomebodyElse,
    UnitUnmapped,
    UsernameTaken,
)
from dakehu.organisation.domain.mapping import grant_for
from dakehu.organisation.domain.names import read_username
from dakehu.organisation.domain.sign_on import Match, Way
from dakehu.organisation.models import Identity, User
from dakehu.organisation.selectors.sign_on import group_map, mappable_roles, unit_named
from dakehu.organisation.services.users import change_of, shown

_log = structlog.get_logger(__name__)


def admit(*, way: Way, person: Person, create: bool, match: Match = Match.LOGIN) -> User:
    """The account of this person, closed ones too (the sign-in says so); idempotent.

    Raises `NotKnownHere`, `SomebodyElse`, `UnitUnmapped`; each refusal stands in the audit trail.
    """
    try:
        return _admitted_at_last(way, person, match, create=create)
    except DomainError as fault:
        refused(way, person.key, fault)
        raise


def refused(way: Way, login: str, fault: DomainError) -> None:
    """Keep in the audit trail that somebody was turned away, and why."""
    with transaction.atomic():
        reason = str(fault.data.get("reason", "")) or fault.code.rpartition(".")[2]
        record(Actor(None, way), "sign_on.refuse", Change("sign_on", way, login, {}, {"reason": reason}))


def _admitted_at_last(way: Way, person: Person, match: Match, *, create: bool) -> User:
    """Once more for who came twice at once for the first time: then the other one's account is found."""
    try:
        return _admitted(way, person, match, create=create)
    except IntegrityError:
        pass
    try:
        return _admitted(way, person, match, create=create)
    except IntegrityError:
        raise UsernameTaken(username=person.key) from None


@transaction.atomic
def _admitted(way: Way, person: Person, match: Match, *, create: bool) -> User:
    hold_places()
    user = _bound(way, person) or _named(way, person, match)
    if user is None:
        if not create:
            raise NotKnownHere(login=person.key)
        return _opened(way, person, match)
    _follow(way, user, person)
    return user


def _bound(way: Way, person: Person) -> User | None:
    if not person.subject:
        return None
    identity = Identity.objects.select_related("user").filter(way=way, subject=person.subject).first()
    if identity is None or (way is Way.DIRECTORY and identity.user.signs_in_by != way):
        return None
    return identity.user


def _named(way: Way, person: Person, match: Match) -> User | None:
    """The user whom the claim names, bound from now on."""
    user = _by_email(person.key) if match is Match.EMAIL else _by_login(person.key)
    if user is None or (way is Way.DIRECTORY and user.signs_in_by != way):
        return None
    bound = user.identities.filter(way=way).first()
    if bound is None:
        _bind(way, user, person)
    elif bound.subject != person.subject:  # the same: bound a moment ago, by another of their arrivals
        raise SomebodyElse(name=user.username)
    return user


def _by_login(login: str) -> User | None:
    return User.objects.filter(username=login.lower()).first()


def _by_email(address: str) -> User | None:
    """The one with this address; a closed account rather than none, so that nobody gets a second one.

    Raises `NotKnownHere` where several have it: nobody could say who is meant.
    """
    found = list(User.objects.filter(email__iexact=address).order_by("-is_active", "pk")[:2])
    if len(found) == 2 and found[1].is_active:
        raise NotKnownHere(login=address)
    return found[0] if found else None


def _bind(way: Way, user: User, person: Person) -> None:
    if person.subject:
        Identity.objects.create(user=user, way=way, subject=person.subject, made_at=now())
        change = Change("user", user.pk, user.name, {"bound": ""}, {"bound": person.subject}, user.org_path)
        record(_by(way), "user.bind", change)


def _opened(way: Way, person: Person, match: Match) -> User:
    """A new account, with the unit and the roles that the person's groups bring, or no role."""
    login = person.key.partition("@")[0] if match is Match.EMAIL else person.key
    username = read_username(login)
    grant = grant_for(person.groups, group_map())
    unit = unit_named(grant.unit)
    if unit is None:
        raise UnitUnmapped(login=username)
    user = User(username=username, name=person.name or username, org_unit=unit, signs_in_by=way)
    user.email, user.mobile = person.email, person.mobile
    user.set_unusable_password()
    user.place(unit.path)
    user.save()
    user.roles.set(mappable_roles(grant.roles))
    record(_by(way), "user.create", change_of(user, {}))
    publish("user.created", key=user.pk, payload={"path": user.org_path})
    _bind(way, user, person)
    return user


def _follow(way: Way, user: User, person: Person) -> None:
    """Where the file says so, unit and roles as the groups are now: never of who has a password here, nor of
    administrators."""
    try:
        mapping = group_map()
    except MappingUnreadable as fault:
        _log.warning("file of groups unreadable, rights stay as they are", reason=fault.data["reason"])
        return
    if not mapping.follow or user.signs_in_by == Way.PASSWORD or user.roles.filter(everything=True).exists():
        return
    grant = grant_for(person.groups, mapping)
    before, roles = shown(user), mappable_roles(grant.roles)
    unit = unit_named(grant.unit) or user.org_unit
    if unit.pk == user.org_unit_id and {role.pk for role in roles} == set(
        user.roles.values_list("pk", flat=True)
    ):
        return
    user.org_unit = unit
    user.place(unit.path)
    user.version += 1
    user.save()
    user.roles.set(roles)
    record(_by(way), "user.change", change_of(user, before))
    publish("user.changed", key=user.pk, payload={"path": user.org_path})


def _by(way: Way) -> Actor:
    return replace(SYSTEM, name=way.value)
