"""The API's routes: one pair per resource and path, the published description, and the token endpoint."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.views import revoke, token
from django.urls import URLPattern, path

from dakehu.infra.rest.registry import resources
from dakehu.infra.rest.resource import Resource
from dakehu.infra.rest.web import hub, pages, views


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
        if resource.events:
            where = {"api": api}
            routes.append(path(f"tmf-api/{api}/hub", hub.hub, where, name=f"rest-{resource.name}-hub"))
            routes.append(
                path(
                    f"tmf-api/{api}/hub/<str:key>", hub.hub_item, where, name=f"rest-{resource.name}-hub-item"
                )
            )
    return routes


urlpatterns = [
    *resource_routes(),
    path("tmf-api/<path:rest>", views.nothing_here, name="rest-nothing"),
    path("openapi.json", pages.description, name="rest-openapi"),
    path("api/", pages.browse, name="rest-browse"),
    path("oauth2/token", token, name="rest-token"),
    path("oauth2/revoke", revoke, name="rest-revoke"),
]
