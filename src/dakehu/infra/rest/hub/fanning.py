"""From an outbox event to a delivery for each listener that may have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dakehu.infra.clock import now
from dakehu.infra.outbox.api import Event
from dakehu.infra.rest.errors import RestError
from dakehu.infra.rest.models import EventDelivery, Listener
from dakehu.infra.rest.query import ListQuery, parse_query
from dakehu.infra.rest.registry import client_actor, resources
from dakehu.infra.rest.representing import represent, select
from dakehu.infra.rest.resource import Resource
from dakehu.infra.rest.selecting import chosen
from dakehu.kernel.clock import utc
from dakehu.kernel.errors import NotAllowed

_TYPE = "eventType"


def fan_out(events: Sequence[Event]) -> None:
    """Write the deliveries of these events; a repetition writes none twice."""
    deliveries: list[EventDelivery] = []
    for event in events:
        for resource in resources():
            if event.topic in resource.events:
                deliveries += _deliveries(event, resource)
    EventDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)


def check_query(raw: str, api: str) -> None:
    """Raise what is wrong with a listener's query for every resource of the API."""
    faults: list[RestError] = []
    published = [resource for resource in resources() if resource.api == api and resource.events]
    for resource in published:
        try:
            query = parse_query(raw)
            chosen(resource, resource.model._default_manager.none(), _without_type(query))
        except RestError as fault:
            faults.append(fault)
    if published and len(faults) == len(published):
        raise faults[0]


def _deliveries(event: Event, resource: Resource[Any]) -> list[EventDelivery]:
    event_type = resource.events[event.topic]
    made: list[EventDelivery] = []
    for listener in Listener.objects.filter(api__in=[resource.api, *resource.also_at]):
        body = _seen(event, resource, listener)
        if body is not None:
            at = now()
            made.append(
                EventDelivery(
                    listener=listener,
                    event_id=event.id,
                    event_type=event_type,
                    body=_envelope(event, resource, body),
                    created_at=at,
                    due_at=at,
                )
            )
    return made


def _seen(event: Event, resource: Resource[Any], listener: Listener) -> dict[str, Any] | None:
    """The representation as the listener's client may see it, or None."""
    actor = client_actor(listener.client_id)
    if actor is None:
        return None
    try:
        query = parse_query(listener.query)
        wanted = [value for c in query.conditions if c.path == _TYPE for value in c.values]
        if wanted and resource.events[event.topic] not in wanted:
            return None
        rows = chosen(resource, resource.rows(actor).filter(pk=event.key), _without_type(query))
    except (NotAllowed, RestError):
        return None
    row = rows.first()
    return None if row is None else select(represent(resource, row), query.fields)


def _without_type(query: ListQuery) -> ListQuery:
    kept = tuple(condition for condition in query.conditions if condition.path != _TYPE)
    return ListQuery(fields=query.fields, conditions=kept)


def _envelope(event: Event, resource: Resource[Any], body: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventId": str(event.id),
        "eventTime": utc(event.at).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventType": resource.events[event.topic],
        "correlationId": event.correlation_id,
        "domain": resource.api.partition("/")[0],
        "title": str(resource.title or resource.type_name),
        "event": {resource.name: body},
    }
