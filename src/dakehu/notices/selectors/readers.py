"""Whom to tell, and how they want to be told."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from dakehu.infra.access.api import SEGMENT, Actor, Scope
from dakehu.notices.domain.timing import Hours
from dakehu.notices.kinds import Kind
from dakehu.notices.models import Dispatch, Preference, Robot
from dakehu.organisation.api import User

MAIL, ROBOT = "mail", "robot"


def readers(user_ids: Collection[int]) -> list[User]:
    """The active people among them, with what their actors are made of: two queries."""
    people = User.objects.filter(pk__in=set(user_ids), is_active=True)
    return list(people.select_related("org_unit", "scope_unit").prefetch_related("roles").order_by("pk"))


def preferences_of(user_ids: Collection[int]) -> dict[int, Preference]:
    """Each person's preferences, as they are unless they set any."""
    found = Preference.objects.in_bulk(list(user_ids))
    return {pk: found.get(pk) or Preference(user_id=pk) for pk in user_ids}


def ways(preference: Preference, kind: Kind) -> set[str]:
    """The ways beside the page by which the person hears of this kind."""
    chosen = preference.chosen.get(kind.name)
    return set(chosen) if chosen is not None else ({MAIL} if kind.mail else set())


def hours_of(preference: Preference) -> Hours:
    return Hours(preference.quiet_from, preference.quiet_to, preference.digest_hour)


def robot_actor(robot: Robot) -> Actor:
    """What may be said in a group: what lies in its unit's subtree."""
    path = robot.org_path
    return Actor(None, robot.name, scope=Scope(path), org_path=path, everything=True)


def robots_above(path: str) -> list[Robot]:
    """The active robots of the unit and those above it, the nearest first."""
    paths = [path[:end] for end in range(len(path), 0, -SEGMENT)]
    return sorted(
        Robot.objects.filter(is_active=True, org_path__in=paths),
        key=lambda robot: (-len(robot.org_path), robot.pk),
    )


def robots_all() -> QuerySet[Robot]:
    return Robot.objects.select_related("org_unit")


def dispatches_all() -> QuerySet[Dispatch]:
    return Dispatch.objects.select_related("user", "robot")
