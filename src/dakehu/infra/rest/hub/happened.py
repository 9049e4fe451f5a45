"""TMF688's events of a topic: what happened to resources that the actor sees.

Theory of operation. The outbox keeps news for a while, whoever listens; it knows no data scope. So the
events that meet the query are read from the newest on (or in the order asked for), `WINDOW` of them at
most; of their rows the resource's own selector says in one query which the actor sees, and of rows that are
gone the place where they stood. A list thus costs the same however many events there are: who wants what lies
further back asks with `eventTime.lt`. The resource inside an event is shown as it stands now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, QuerySet, Value, When

from dakehu.infra.access.api import Actor
from dakehu.infra.outbox.api import Event, as_event, events_of
from dakehu.infra.rest.hub.channels import EVENT_API
from dakehu.infra.rest.hub.fanning import envelope, last_seen
from dakehu.infra.rest.query import ListQuery
from dakehu.infra.rest.representing import represent
from dakehu.infra.rest.resource import Attribute, Kind, Resource
from dakehu.infra.rest.selecting import chosen
from dakehu.infra.rest.shapes import Entity

WINDOW = 2000


class EventView(Entity, frozen=True, kw_only=True):
    """TMF688's Event; `event` holds the resource under its name."""

    event_id: str
    event_time: str
    event_type: str
    correlation_id: str
    domain: str
    title: str
    event: dict[str, Any]


class TopicView(Entity, frozen=True, kw_only=True):
    """TMF688's Topic: the news of one resource. `header_query` names the types of event it brings."""

    name: str
    header_query: str


def happened(resource: Resource[Any], actor: Actor, query: ListQuery) -> list[Event]:
    """The events of the topic that meet the query and that the actor sees; raises `NotAllowed`."""
    rows = chosen(_described(resource), _typed(resource), query)
    return _seen(resource, actor, [as_event(row) for row in rows[:WINDOW]])


def one_of(resource: Resource[Any], actor: Actor, key: str) -> Event | None:
    """One event of the topic, if the actor sees it."""
    if not key.isdecimal() or len(key) > 18:
        return None
    rows = events_of(resource.told).filter(pk=int(key))
    return next(iter(_seen(resource, actor, [as_event(row) for row in rows])), None)


def told(resource: Resource[Any], actor: Actor, events: Iterable[Event]) -> list[dict[str, Any]]:
    """The events as they go out, with what they are about as it stands now; one query for all."""
    events = list(events)
    rows = resource.rows(actor).filter(pk__in=_keys(resource, events))
    bodies = {row.pk: represent(resource, row) for row in rows}
    return [
        envelope(event, resource, last_seen(event, resource, actor) or {})
        if event.topic in resource.gone
        else envelope(event, resource, bodies.get(_key(resource, event), {}))
        for event in events
    ]


def _seen(resource: Resource[Any], actor: Actor, events: list[Event]) -> list[Event]:
    keys = _keys(resource, events)
    rows = resource.rows(actor).filter(pk__in=keys).order_by()
    seen = set(rows.values_list("pk", flat=True))
    return [
        event
        for event in events
        if (
            last_seen(event, resource, actor) is not None
            if event.topic in resource.gone
            else _key(resource, event) in seen
        )
    ]


def _keys(resource: Resource[Any], events: Iterable[Event]) -> set[object]:
    return {_key(resource, event) for event in events if event.topic not in resource.gone} - {None}


def _key(resource: Resource[Any], event: Event) -> object:
    try:
        return resource.model._meta.pk.to_python(event.key)
    except (ValidationError, ValueError):
        return None


def _typed(resource: Resource[Any]) -> QuerySet[Any]:
    cases = [When(topic=topic, then=Value(event_type)) for topic, event_type in resource.told.items()]
    return events_of(resource.told).annotate(event_type=Case(*cases, default=Value("")))


def _described(resource: Resource[Any]) -> Resource[Any]:
    """What lists of events can be filtered and sorted by."""
    return Resource(
        name="event",
        api=EVENT_API,
        model=_typed(resource).model,
        shape=EventView,
        rows=lambda _actor: _typed(resource),
        represent=lambda _row: EventView(
            id="", event_id="", event_time="", event_type="", correlation_id="", domain="", title="", event={}
        ),
        attributes=EVENT_ATTRIBUTES,
    )


EVENT_ATTRIBUTES = (
    Attribute("eventId", "pk", Kind.NUMBER, sortable=True),
    Attribute("eventType", "event_type"),
    Attribute("eventTime", "at", Kind.MOMENT, sortable=True),
    Attribute("correlationId", "correlation_id"),
)
