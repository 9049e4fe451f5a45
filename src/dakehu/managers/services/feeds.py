"""The secret address of a person's own calendar: shown once, kept as a hash, taken back at will."""

from __future__ import annotations

import secrets

from django.db import transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.kernel.errors import NotFound
from dakehu.managers.models import CalendarFeed
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.visits import digest_of

_BYTES = 24


def feed_open(*, actor: Actor) -> str:
    """A new secret for the actor's own visits; an earlier one opens nothing any more."""
    require(actor, Permission.VISIT_PLAN)
    if actor.user_id is None:
        raise NotFound(noun="feed", id="")
    secret = secrets.token_urlsafe(_BYTES)
    with transaction.atomic():
        values = {"digest": digest_of(secret), "made_at": now()}
        CalendarFeed.objects.update_or_create(user_id=actor.user_id, defaults=values)
        record(actor, "visit.feed_open", Change("user", actor.user_id, actor.name))
    return secret


def feed_revoke(*, actor: Actor) -> None:
    """Close the address; idempotent."""
    require(actor, Permission.VISIT_PLAN)
    if actor.user_id is None:
        return
    with transaction.atomic():
        gone, _rows = CalendarFeed.objects.filter(user_id=actor.user_id).delete()
        if gone:
            record(actor, "visit.feed_revoke", Change("user", actor.user_id, actor.name))
