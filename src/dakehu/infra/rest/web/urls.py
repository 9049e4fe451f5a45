"""The API's routes: one pair per resource and path, the published description, and the token endpoint."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.views import revoke, token
from django.urls import URLPattern, path

from dakehu.infra.rest.hub.channels import EVENT_API
from dakehu.infra.rest.registry import resources
from dakehu.infra.rest.resource import Resource
from dakehu.infra.rest.web import hub, pages, topics, views


def resource_routes() -> list[URLPattern]:
    """A list and an item route for each resource, at its path and at each of its other ones."""
    return [route for resource in resources() for route in routes_of(resource)]


def routes_of(resource: Resource[Any]) -> list[URLPattern]:
    """The routes of one resource, with its API's hub where it has events."""
    routes: list[URLPattern] = []
    given = {"resource": resource}
    for api in (resource.api, *resource.also_at):
        base = f"tmf-api/{api}/{resource.name}"
        routes.append(path(base, views.collection, given, name=f"rest-{resource.name}-list"))
        routes.append(path(f"{base}/<str:key>", views.item, given, name=f"rest-{resource.name}-item"))
        if resource.told:
            where = {"api": api}
            routes.append(path(f"tmf-api/{api}/hub", hub.hub, where, name=f"rest-{resource.name}-hub"))
            routes.append(
                path(
                    f"tmf-api/{api}/hub/<str:key>", hub.hub_item, where, name=f"rest-{resource.name}-hub-item"
                )
            )
    return routes


def event_routes() -> list[URLPattern]:
    """TMF688's topics, with their events and hubs."""
    base, given = f"tmf-api/{EVENT_API}", {"api": EVENT_API}
    one = f"{base}/topic/<str:topic>"
    return [
        path(f"{base}/hub", hub.hub, given, name="rest-event-hub"),
        path(f"{base}/hub/<str:key>", hub.hub_item, given, name="rest-event-hub-item"),
        path(f"{base}/topic", topics.topic_list, name="rest-topic-list"),
        path(one, topics.topic_item, name="rest-topic-item"),
        path(f"{one}/event", topics.event_list, name="rest-topic-event-list"),
        path(f"{one}/event/<str:key>", topics.event_item, name="rest-topic-event-item"),
        path(f"{one}/hub", topics.topic_hub, name="rest-topic-hub"),
        path(f"{one}/hub/<str:key>", topics.topic_hub_item, name="rest-topic-hub-item"),
    ]


urlpatterns = [
    *resource_routes(),
    *event_routes(),
    path("tmf-api/<path:rest>", views.nothing_here, name="rest-nothing"),
    path("openapi.json", pages.description, name="rest-openapi"),
    path("api/", pages.browse, name="rest-browse"),
    path("oauth2/token", token, name="rest-token"),
    path("oauth2/revoke", revoke, name="rest-revoke"),
]
