"""From a draft to notices and dispatches: for those who may see what it is about, once each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from dakehu.infra.clock import now
from dakehu.infra.outbox.api import Event
from dakehu.notices.domain.timing import Hours, due_at
from dakehu.notices.kinds import Draft, Kind, kind_of, kinds_on, sees, watches
from dakehu.notices.models import Dispatch, Notice, Preference
from dakehu.notices.selectors.readers import (
    MAIL,
    ROBOT,
    hours_of,
    preferences_of,
    readers,
    robot_actor,
    robots_above,
    ways,
)
from dakehu.organisation.api import User, actor_for

_GROUP_HOURS = Hours(quiet_from=22, quiet_to=7)


def take_in(events: Sequence[Event]) -> None:
    """The outbox's consumer; a repetition tells nobody twice."""
    for event in events:
        for kind in kinds_on(event.topic):
            if kind.make:
                for draft in kind.make(event):
                    tell(kind, draft, draft.mark or str(event.id))


def look_around() -> bool:
    """The worker's step: tell what has fallen due by the clock."""
    for name, watch in watches().items():
        kind = kind_of(name)
        for draft in watch(now()):
            if not Notice.objects.filter(kind=name, mark=draft.mark, user_id__in=draft.user_ids).exists():
                with transaction.atomic():
                    tell(kind, draft, draft.mark)
    return False


def tell(kind: Kind, draft: Draft, mark: str) -> None:
    """Write the notices of a draft and what is to be sent; runs in the caller's transaction."""
    people = [user for user in readers(draft.user_ids) if _may_hear(user, draft)]
    wishes = preferences_of([user.pk for user in people])
    at, same = now(), _telling(kind, draft, mark)
    if kind.link is None:
        notices = [Notice(user=user, at=at, **same) for user in people]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
    mails = [
        _mail(kind, user, wishes[user.pk], same, at)
        for user in people
        if settings.EMAIL_HOST and user.email and (kind.link or MAIL in ways(wishes[user.pk], kind))
    ]
    called = [user for user in people if not kind.is_personal and ROBOT in ways(wishes[user.pk], kind)]
    said = _said(kind, draft, called, same, at) if kind.link is None else []
    Dispatch.objects.bulk_create([*mails, *said], ignore_conflicts=True)


def _may_hear(user: User, draft: Draft) -> bool:
    return draft.object_id in sees(actor_for(user), draft.noun, [draft.object_id])


def _telling(kind: Kind, draft: Draft, mark: str) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "mark": mark[:80],
        "noun": draft.noun,
        "object_id": draft.object_id,
        "facts": dict(draft.facts),
        "url": draft.url,
    }


def _mail(kind: Kind, user: User, wish: Preference, same: Mapping[str, Any], at: datetime) -> Dispatch:
    hours = Hours() if kind.link else hours_of(wish)
    return Dispatch(
        channel=Dispatch.Channel.MAIL,
        user=user,
        is_digest=hours.digest_hour is not None and not kind.urgent,
        org_path=user.org_path,
        org_city=user.org_city,
        due_at=due_at(at, hours, urgent=kind.urgent),
        made_at=at,
        **same,
    )


def _said(
    kind: Kind, draft: Draft, called: Sequence[User], same: Mapping[str, Any], at: datetime
) -> list[Dispatch]:
    """One message for each robot: of the units that take this kind, and of those whose people are called."""
    mobiles: dict[int, list[str]] = {}
    robots = {}
    for robot in robots_above(draft.path) if draft.path else []:
        if kind.name in robot.kinds:
            robots[robot.pk], mobiles[robot.pk] = robot, []
    for user in called:
        for robot in robots_above(user.org_path)[:1]:
            robots[robot.pk] = robot
            mobiles.setdefault(robot.pk, []).extend([user.mobile] if user.mobile else [])
    return [
        Dispatch(
            channel=Dispatch.Channel.ROBOT,
            robot=robot,
            mobiles=mobiles[robot.pk],
            org_path=robot.org_path,
            org_city=robot.org_city,
            due_at=due_at(at, _GROUP_HOURS, urgent=kind.urgent),
            made_at=at,
            **same,
        )
        for robot in robots.values()
        if draft.object_id in sees(robot_actor(robot), draft.noun, [draft.object_id])
    ]
