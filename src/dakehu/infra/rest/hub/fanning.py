"""From an outbox event to a delivery for each listener that may have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import Event
from dakehu.infra.rest.errors import ParameterInvalid, RestError
from dakehu.infra.rest.hub.channels import channels_of, heard_at, topic_channel
from dakehu.infra.rest.models import EventDelivery, Listener
from dakehu.infra.rest.query import ListQuery, Operator, parse_query
from dakehu.infra.rest.registry import client_actor, resources
from dakehu.infra.rest.representing import check_fields, represent, select
from dakehu.infra.rest.resource import BASE_PATH, Resource
from dakehu.infra.rest.selecting import chosen
from dakehu.kernel.clock import utc
from dakehu.kernel.errors import NotAllowed

_TYPE = "eventType"


def fan_out(events: Sequence[Event]) -> None:
    """Write the deliveries of these events; a repetition writes none twice."""
    deliveries: list[EventDelivery] = []
    for event in events:
        for resource in resources():
            if event.topic in resource.told:
                deliveries += _deliveries(event, resource)
    EventDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)


def check_query(raw: str, channel: str) -> None:
    """Raise what is wrong with a listener's query for every resource that the channel brings news of."""
    faults: list[RestError] = []
    heard = heard_at(channel)
    for resource in heard:
        try:
            query = parse_query(raw)
            check_fields(resource, query.fields)
            chosen(resource, resource.model._default_manager.none(), _without_type(query))
            if not any(_is_wanted(query, event_type) for event_type in resource.told.values()):
                raise ParameterInvalid(parameter=_TYPE, value=raw[:80])
        except RestError as fault:
            faults.append(fault)
    if heard and len(faults) == len(heard):
        raise faults[0]


def last_seen(event: Event, resource: Resource[Any], actor: Actor) -> dict[str, Any] | None:
    """What is left to tell of a row that is gone, to those who saw the place where it stood.

    Raises `NotAllowed` without the right to see such rows.
    """
    resource.rows(actor)
    if not actor.scope.contains(str(event.payload.get("path", ""))):
        return None
    head = {"id": event.key, "href": resource.href(event.key), "@type": resource.type_name}
    return {**head, **(resource.last(event.key, event.payload) if resource.last else {})}


def envelope(event: Event, resource: Resource[Any], body: dict[str, Any]) -> dict[str, Any]:
    """The event as it goes out, around the resource that it is about."""
    at = utc(event.at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event_type = resource.told[event.topic]
    return {
        "id": str(event.id),
        "href": f"{BASE_PATH}/{topic_channel(resource.name)}/event/{event.id}",
        "@type": event_type,
        "eventId": str(event.id),
        "eventTime": at,
        "eventType": event_type,
        "correlationId": event.correlation_id,
        "domain": resource.api.partition("/")[0],
        "title": str(resource.title or resource.type_name),
        "event": {resource.name: body},
    }


def _deliveries(event: Event, resource: Resource[Any]) -> list[EventDelivery]:
    made: list[EventDelivery] = []
    for listener in Listener.objects.filter(api__in=channels_of(resource)):
        body = _seen(event, resource, listener)
        if body is not None:
            at = now()
            made.append(
                EventDelivery(
                    listener=listener,
                    event_id=event.id,
                    event_type=resource.told[event.topic],
                    body=envelope(event, resource, body),
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
        if not _is_wanted(query, resource.told[event.topic]):
            return None
        rows = chosen(resource, resource.rows(actor), _without_type(query))
        if event.topic in resource.gone:
            return last_seen(event, resource, actor)
    except (NotAllowed, RestError):
        return None
    row = rows.filter(pk=event.key).first()
    return None if row is None else select(represent(resource, row), query.fields)


def _is_wanted(query: ListQuery, event_type: str) -> bool:
    """Whether the query's conditions on `eventType` let the type pass."""
    for condition in query.conditions:
        if condition.path != _TYPE:
            continue
        if condition.operator not in {Operator.EQ, Operator.NE}:
            raise ParameterInvalid(parameter=_TYPE, value=str(condition.operator))
        if (event_type in condition.values) is not (condition.operator is Operator.EQ):
            return False
    return True


def _without_type(query: ListQuery) -> ListQuery:
    kept = tuple(condition for condition in query.conditions if condition.path != _TYPE)
    return ListQuery(fields=query.fields, conditions=kept)
