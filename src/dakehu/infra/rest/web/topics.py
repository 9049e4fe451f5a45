"""TMF688 Event Management: topics, what happened in each, and a hub for all of them or for one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from dakehu.infra.access.api import Actor
from dakehu.infra.rest.errors import ParameterUnknown
from dakehu.infra.rest.hub.channels import topic_channel, topics
from dakehu.infra.rest.hub.happened import EventView, TopicView, happened, one_of, told
from dakehu.infra.rest.models import Listener
from dakehu.infra.rest.query import ListQuery, Operator, parse_query
from dakehu.infra.rest.representing import check_names, select
from dakehu.infra.rest.resource import BASE_PATH, Resource, names_of
from dakehu.infra.rest.web.answers import answer, api_view, page_headers
from dakehu.infra.rest.web.hub import body_of, client_of, only, own_listener, registered, unregistered
from dakehu.kernel.errors import NotAllowed, NotFound


@api_view
def topic_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The topics of which the actor may have news."""
    if request.method not in {"GET", "HEAD"}:
        return only(request, "GET", "HEAD")
    query = _query(request, names_of(TopicView))
    bodies = [_topic(resource) for resource in topics().values() if _may_read(resource, actor)]
    return _page(request, query, [body for body in bodies if _meets(body, query)])


@api_view
def topic_item(request: HttpRequest, actor: Actor, topic: str) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return only(request, "GET", "HEAD")
    query = _query(request, names_of(TopicView))
    return answer(select(_topic(_resource(topic, actor)), query.fields))


@api_view
def event_list(request: HttpRequest, actor: Actor, topic: str) -> HttpResponse:
    """What happened to rows that the actor sees, the latest first."""
    if request.method not in {"GET", "HEAD"}:
        return only(request, "GET", "HEAD")
    resource = _resource(topic, actor)
    query = _query(request, names_of(EventView))
    events = happened(resource, actor, query)
    shown = events[query.offset : query.offset + query.limit]
    bodies = [select(body, query.fields) for body in told(resource, actor, shown)]
    return _counted(request, query, bodies, len(events))


@api_view
def event_item(request: HttpRequest, actor: Actor, topic: str, key: str) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return only(request, "GET", "HEAD")
    resource = _resource(topic, actor)
    query = _query(request, names_of(EventView))
    event = one_of(resource, actor, key)
    if event is None:
        raise NotFound(noun="event", id=key[:80])
    return answer(select(told(resource, actor, [event])[0], query.fields))


@api_view
def topic_hub(request: HttpRequest, actor: Actor, topic: str) -> HttpResponse:
    """The client's listeners to this topic alone."""
    if request.method == "POST":
        return registered(request, topic_channel(_resource(topic, actor).name))
    if request.method not in {"GET", "HEAD"}:
        return only(request, "GET", "HEAD", "POST")
    channel = topic_channel(_resource(topic, actor).name)
    own = Listener.objects.filter(client_id=client_of(request), api=channel).order_by("created_at", "pk")
    return answer([body_of(listener) for listener in own])


@api_view
def topic_hub_item(request: HttpRequest, actor: Actor, topic: str, key: str) -> HttpResponse:
    channel = topic_channel(_resource(topic, actor).name)
    if request.method == "DELETE":
        return unregistered(request, channel, key)
    if request.method not in {"GET", "HEAD"}:
        return only(request, "GET", "HEAD", "DELETE")
    return answer(body_of(own_listener(client_of(request), channel, key)))


def _resource(topic: str, actor: Actor) -> Resource[Any]:
    """The topic's resource; a topic that the actor may not read is refused as the resource itself is."""
    resource = topics().get(topic)
    if resource is None:
        raise NotFound(noun="topic", id=topic[:80])
    resource.rows(actor)
    return resource


def _may_read(resource: Resource[Any], actor: Actor) -> bool:
    try:
        resource.rows(actor)
    except NotAllowed:
        return False
    return True


def _topic(resource: Resource[Any]) -> dict[str, Any]:
    return {
        "id": resource.name,
        "href": f"{BASE_PATH}/{topic_channel(resource.name)}",
        "@type": "Topic",
        "name": str(resource.title or resource.type_name),
        "headerQuery": "eventType=" + ",".join(sorted(set(resource.told.values()))),
    }


def _query(request: HttpRequest, names: frozenset[str]) -> ListQuery:
    query = parse_query(request.META.get("QUERY_STRING", ""))
    check_names(query.fields, names)
    return query


def _meets(body: dict[str, Any], query: ListQuery) -> bool:
    """By `id` and `name`, which is all that tells topics apart."""
    if query.sort:
        raise ParameterUnknown(parameter="sort", name=query.sort[0].path[:80])
    for condition in query.conditions:
        if condition.path not in {"id", "name"} or condition.operator not in {Operator.EQ, Operator.NE}:
            raise ParameterUnknown(parameter="filter", name=condition.path[:80])
        if (body[condition.path] in condition.values) is not (condition.operator is Operator.EQ):
            return False
    return True


def _page(request: HttpRequest, query: ListQuery, bodies: list[dict[str, Any]]) -> HttpResponse:
    shown = bodies[query.offset : query.offset + query.limit]
    return _counted(request, query, [select(body, query.fields) for body in shown], len(bodies))


def _counted(
    request: HttpRequest, query: ListQuery, bodies: list[dict[str, Any]], total: int
) -> HttpResponse:
    partial = query.paged and len(bodies) < total
    return answer(bodies, 206 if partial else 200, page_headers(request, query, total, len(bodies)))
