"""One's own notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import QuerySet

from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import NotFound
from dakehu.notices.kinds import Kind, kind_of, sees
from dakehu.notices.models import Notice
from dakehu.notices.models.notices import Telling

UNREAD_SHOWN = 99


def notices_of(actor: Actor) -> QuerySet[Notice]:
    return Notice.objects.filter(user_id=actor.user_id or 0)


def unread_count(actor: Actor) -> int:
    """How many are unread, up to one more than the page shows: read from an index of unread ones alone."""
    unread = notices_of(actor).filter(read_at=None).values_list("pk", flat=True)
    return len(unread.order_by()[: UNREAD_SHOWN + 1])


def hide_unseen(actor: Actor, rows: Sequence[Notice]) -> None:
    """Take facts and address from those about what the actor may not see any more; a query for each noun."""
    by_noun: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_noun[row.noun].add(row.object_id)
    seen = {noun: sees(actor, noun, ids) for noun, ids in by_noun.items()}
    for row in rows:
        if row.object_id not in seen[row.noun]:
            row.facts, row.url = {}, ""


def kind_or_none(name: str) -> Kind | None:
    """The kind, or None of an app that is gone."""
    try:
        return kind_of(name)
    except NotFound:
        return None


def title_of(row: Telling) -> str:
    kind = kind_or_none(row.kind)
    return str(kind.label) if kind else row.kind


def words_of(row: Telling) -> str:
    """The notice in the active language."""
    kind = kind_or_none(row.kind)
    return kind.words(row.facts) if kind else row.kind
