"""The published description: OpenAPI 3.1, made from the registered resources and their shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.infra.rest.bodies import JSON, JSON_PATCH, MERGE_PATCH
from dakehu.infra.rest.openapi_events import EVENT_SHAPES, event_paths
from dakehu.infra.rest.openapi_parts import answered, by_id, fields_parameter, filters_of, paging, with_body
from dakehu.infra.rest.resource import Resource

_REF = "#/components/schemas/{name}"
_ERROR = {
    "type": "object",
    "required": ["code", "reason"],
    "properties": {
        name: {"type": "string"}
        for name in ("code", "reason", "message", "status", "referenceError", "@type")
    }
    | {"errors": {"type": "array", "items": {"type": "object"}}},
}


def describe(resources: Iterable[Resource[Any]], *, title: str, version: str) -> dict[str, Any]:
    """The whole document."""
    published = list(resources)
    shapes, components = _components(published)
    paths: dict[str, Any] = {}
    for resource in published:
        paths[resource.path] = _collection(resource, shapes)
        paths[f"{resource.path}/{{id}}"] = _item(resource, shapes)
    paths |= event_paths(published, shapes)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "tags": [{"name": r.name, "description": str(r.title or r.type_name)} for r in published]
        + [
            {"name": "hub", "description": pgettext("api", "Hub")},
            {"name": "event", "description": pgettext("api", "Event")},
        ],
        "components": {
            "schemas": {**components, "Error": _ERROR},
            "securitySchemes": {
                "oauth2": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": {}}},
                },
                "session": {"type": "apiKey", "in": "cookie", "name": "dakehu_session"},
            },
        },
        "security": [{"oauth2": []}, {"session": []}],
    }


Shapes = Mapping[type[msgspec.Struct], dict[str, Any]]


def _components(resources: list[Resource[Any]]) -> tuple[Shapes, dict[str, Any]]:
    used: dict[type[msgspec.Struct], None] = {}
    for resource in resources:
        used[resource.shape] = None
        used |= {resource.create.shape: None} if resource.create else {}
        used |= {resource.patch.shape: None} if resource.patch else {}
    used |= dict.fromkeys(EVENT_SHAPES)
    references, components = msgspec.json.schema_components(list(used), ref_template=_REF)
    return dict(zip(used, references, strict=True)), dict(components)


def _collection(resource: Resource[Any], shapes: Shapes) -> dict[str, Any]:
    entity = shapes[resource.shape]
    many = {"type": "array", "items": entity}
    operations: dict[str, Any] = {
        "get": _operation(
            resource, "list", _("List or find"),
            {"200": (_("Success"), many), "206": (_("One page of several"), many)},
            parameters=[*paging(), fields_parameter(), *filters_of(resource.attributes)],
        )
    }  # fmt: skip
    if resource.create:
        key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 120}}
        created = {"201": (_("Created"), entity)}
        operations["post"] = with_body(
            _operation(resource, "create", _("Create"), created, parameters=[key]),
            {JSON: shapes[resource.create.shape]},
        )
    return operations


def _item(resource: Resource[Any], shapes: Shapes) -> dict[str, Any]:
    entity = shapes[resource.shape]
    operations: dict[str, Any] = {
        "parameters": [by_id("id")],
        "get": _operation(
            resource, "retrieve", _("Retrieve one"), {"200": (_("Success"), entity)},
            parameters=[fields_parameter()],
        ),
    }  # fmt: skip
    if resource.patch:
        shape = shapes[resource.patch.shape]
        steps = {"type": "array", "items": {"type": "object", "required": ["op", "path"]}}
        operations["patch"] = with_body(
            _operation(resource, "patch", _("Change"), {"200": (_("Updated"), entity)}),
            {MERGE_PATCH: shape, JSON: shape, JSON_PATCH: steps},
        )
    if resource.delete:
        operations["delete"] = _operation(resource, "delete", _("Remove"), {"204": (_("Removed"), None)})
    return operations


def _operation(
    resource: Resource[Any],
    verb: str,
    summary: str,
    answers: dict[str, tuple[str, Any]],
    *,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    title = str(resource.title or resource.type_name)
    named = f"{verb}{resource.type_name}"
    return answered(named, summary, title, resource.name, answers, parameters=parameters)
