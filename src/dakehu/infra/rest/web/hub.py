"""`POST …/hub` and `DELETE …/hub/{id}`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.rest.bodies import JSON, media_type, read_json, shaped
from dakehu.infra.rest.errors import ClientsOnly, ListenersTooMany, MethodNotAllowed, ParameterInvalid
from dakehu.infra.rest.hub.callbacks import check_callback
from dakehu.infra.rest.hub.fanning import check_query
from dakehu.infra.rest.models import Listener
from dakehu.infra.rest.resource import BASE_PATH
from dakehu.infra.rest.shapes import EventSubscriptionInput
from dakehu.infra.rest.web.answers import answer, api_view, refusal
from dakehu.kernel.errors import NotFound

MOST_LISTENERS = 100
"""Of one client, at all channels."""
LONGEST = 500


@api_view
def hub(request: HttpRequest, _actor: Actor, api: str) -> HttpResponse:
    """Register a listener; the same one again is the same one."""
    if request.method != "POST":
        return only(request, "POST")
    return registered(request, api)


@api_view
def hub_item(request: HttpRequest, _actor: Actor, api: str, key: str) -> HttpResponse:
    """Unregister; deliveries still under way end with it."""
    if request.method != "DELETE":
        return only(request, "DELETE")
    return unregistered(request, api, key)


def registered(request: HttpRequest, channel: str) -> HttpResponse:
    """Let the client's callback have what the channel brings."""
    client_id = client_of(request)
    media_type(request, JSON)
    wanted = shaped(read_json(request), EventSubscriptionInput, {})
    check_callback(wanted.callback)
    query = wanted.query.removeprefix("?")
    if len(query) > LONGEST:
        raise ParameterInvalid(parameter="query", value=query[:80])
    check_query(query, channel)
    own = Listener.objects.filter(client_id=client_id)
    given = {"client_id": client_id, "api": channel, "callback": wanted.callback, "query": query}
    if not own.filter(**given).exists() and own.count() >= MOST_LISTENERS:
        raise ListenersTooMany(most=MOST_LISTENERS)
    listener, _new = Listener.objects.get_or_create(**given, defaults={"created_at": now()})
    body = body_of(listener)
    return answer(body, 201, {"Location": body["href"]})


def unregistered(request: HttpRequest, channel: str, key: str) -> HttpResponse:
    """End the client's own listener."""
    own_listener(client_of(request), channel, key).delete()
    return HttpResponse(status=204)


def own_listener(client_id: str, channel: str, key: str) -> Listener:
    """The client's listener at the channel, or `NotFound`."""
    try:
        found = Listener.objects.filter(client_id=client_id, api=channel, pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(noun="hub", id=key[:80])
    return found


def body_of(listener: Listener) -> dict[str, Any]:
    """A listener as its client reads it."""
    href = f"{BASE_PATH}/{listener.api}/hub/{listener.pk}"
    body = {"id": str(listener.pk), "href": href, "@type": "Hub", "callback": listener.callback}
    return {**body, "query": listener.query} if listener.query else body


def client_of(request: HttpRequest) -> str:
    """The program that calls; people have no listeners."""
    client_id: str = getattr(request, "api_client_id", "")
    if not client_id:
        raise ClientsOnly
    return client_id


def only(request: HttpRequest, *methods: str) -> HttpResponse:
    """The answer to any other method."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
    else:
        response = refusal(MethodNotAllowed(method=request.method))
    response["Allow"] = ", ".join([*methods, "OPTIONS"])
    return response
