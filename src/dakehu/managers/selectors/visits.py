"""Reading visits, promises and the calendar feed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.kernel.clock import day_start
from dakehu.kernel.errors import NotFound
from dakehu.managers.domain.states import PromiseState, VisitState
from dakehu.managers.models import CalendarFeed, Promise, Visit
from dakehu.managers.permissions import Permission
from dakehu.organisation.api import User, actor_for

_FEED_BACK, _FEED_AHEAD = timedelta(days=90), timedelta(days=365)


def visits_for(actor: Actor) -> QuerySet[Visit]:
    """The visits that the actor sees: those paid to accounts of their view."""
    return visible(Visit.objects.select_related("customer", "manager"), actor, Permission.VISIT_VIEW)


def visit_get(actor: Actor, visit_id: object) -> Visit:
    """One visit with account and manager, or `NotFound`."""
    rows = Visit.objects.select_related("customer__org_unit", "manager", "photo")
    return access_one(rows, actor, visit_id, Permission.VISIT_VIEW)


def visits_between(actor: Actor, manager_id: int, days: Sequence[date]) -> list[Visit]:
    """A manager's visits on these days in a row, by time, without those called off."""
    first, after = day_start(days[0]), day_start(days[-1] + timedelta(days=1))
    rows = visits_for(actor).filter(manager_id=manager_id, starts_at__gte=first, starts_at__lt=after)
    return list(rows.exclude(state=VisitState.CANCELLED).order_by("starts_at", "pk"))


def promises_for(actor: Actor) -> QuerySet[Promise]:
    """The promises that the actor sees."""
    rows = Promise.objects.select_related("visit__customer", "keeper")
    return visible(rows, actor, Permission.VISIT_VIEW)


def promise_get(actor: Actor, promise_id: object) -> Promise:
    """One promise with its visit and account, or `NotFound`."""
    rows = Promise.objects.select_related("visit__customer", "keeper")
    return access_one(rows, actor, promise_id, Permission.VISIT_VIEW)


def promises_open(actor: Actor, keeper_id: int) -> QuerySet[Promise]:
    """What a person still owes, most urgent first."""
    return promises_for(actor).filter(keeper_id=keeper_id, state=PromiseState.OPEN).order_by("due_on", "pk")


def feed_of(user_id: int) -> CalendarFeed | None:
    """The person's feed, if they have opened one."""
    return CalendarFeed.objects.filter(user_id=user_id).first()


def feed_visits(secret: str, moment: datetime) -> tuple[User, list[Visit]]:
    """Whose feed the secret opens and their own visits around the moment; `NotFound` for any other secret.

    The person's rights count as of now: who has left, or may see visits no more, has no feed.
    """
    feed = CalendarFeed.objects.select_related("user").filter(digest=digest_of(secret)).first()
    actor = actor_for(feed.user) if feed else None
    if feed is None or actor is None or not actor.may(Permission.VISIT_VIEW):
        raise NotFound(noun="feed", id="")
    rows = visits_for(actor).filter(
        manager_id=feed.user_id, starts_at__gte=moment - _FEED_BACK, starts_at__lt=moment + _FEED_AHEAD
    )
    return feed.user, list(rows.order_by("starts_at", "pk"))


def digest_of(secret: str) -> str:
    """What is kept of a feed's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
