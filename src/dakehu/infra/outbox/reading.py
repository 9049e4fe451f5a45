"""What happened lately, for whoever asks: events are kept for a while after their delivery."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from dakehu.infra.outbox.bus import Event
from dakehu.infra.outbox.models import OutboxEvent


def events_of(topics: Collection[str]) -> QuerySet[OutboxEvent]:
    """The events of these topics that are still kept. No right is asked here: the caller judges each."""
    return OutboxEvent.objects.filter(topic__in=topics)


def as_event(row: OutboxEvent) -> Event:
    """The row as consumers see it."""
    return Event(row.pk, row.topic, row.key, row.payload, row.at, row.correlation_id)
