"""`POST …/hub` and `DELETE …/hub/{id}`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.rest.bodies import JSON, media_type, read_json, shaped
from dakehu.infra.rest.errors import ClientsOnly, MethodNotAllowed
from dakehu.infra.rest.hub.callbacks import check_callback
from dakehu.infra.rest.hub.fanning import check_query
from dakehu.infra.rest.models import Listener
from dakehu.infra.rest.resource import BASE_PATH
from dakehu.infra.rest.shapes import Shape
from dakehu.infra.rest.web.answers import answer, api_view, refusal
from dakehu.kernel.errors import NotFound

MOST_LISTENERS = 100


class EventSubscriptionInput(Shape, frozen=True, kw_only=True):
    callback: str
    query: str = ""


@api_view
def hub(request: HttpRequest, _actor: Actor, api: str) -> HttpResponse:
    """Register a listener; the same one again is the same one."""
    if request.method != "POST":
        return _only("POST", request)
    client_id = _client(request)
    media_type(request, JSON)
    wanted = shaped(read_json(request), EventSubscriptionInput, {})
    check_callback(wanted.callback)
    query = wanted.query.removeprefix("?")[:500]
    check_query(query, api)
    listener, _new = Listener.objects.get_or_create(
        client_id=client_id, api=api, callback=wanted.callback, query=query, defaults={"created_at": now()}
    )
    body: dict[str, Any] = {"id": str(listener.pk), "callback": listener.callback}
    if listener.query:
        body["query"] = listener.query
    return answer(body, 201, {"Location": f"{BASE_PATH}/{api}/hub/{listener.pk}"})


@api_view
def hub_item(request: HttpRequest, _actor: Actor, api: str, key: str) -> HttpResponse:
    """Unregister; deliveries still under way end with it."""
    if request.method != "DELETE":
        return _only("DELETE", request)
    try:
        own = Listener.objects.filter(client_id=_client(request), api=api, pk=UUID(key))
    except ValueError:
        own = Listener.objects.none()
    if not own.delete()[0]:
        raise NotFound(noun="hub", id=key[:80])
    return HttpResponse(status=204)


def _client(request: HttpRequest) -> str:
    client_id: str = getattr(request, "api_client_id", "")
    if not client_id:
        raise ClientsOnly
    return client_id


def _only(method: str, request: HttpRequest) -> HttpResponse:
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
    else:
        response = refusal(MethodNotAllowed(method=request.method))
    response["Allow"] = f"{method}, OPTIONS"
    return response
