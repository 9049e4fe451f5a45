"""The published description: OpenAPI 3.1, made from the registered resources and their shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from dakehu.infra.rest.bodies import JSON, JSON_PATCH, MERGE_PATCH
from dakehu.infra.rest.query import DEFAULT_LIMIT, LARGEST_LIMIT, Operator
from dakehu.infra.rest.resource import Attribute, Kind, Resource

_REF = "#/components/schemas/{name}"
_COMPARED = frozenset({Kind.NUMBER, Kind.MOMENT, Kind.DATE})
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
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "tags": [{"name": r.name, "description": str(r.title or r.type_name)} for r in published],
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
    references, components = msgspec.json.schema_components(list(used), ref_template=_REF)
    return dict(zip(used, references, strict=True)), dict(components)


def _collection(resource: Resource[Any], shapes: Shapes) -> dict[str, Any]:
    entity = shapes[resource.shape]
    operations: dict[str, Any] = {
        "get": _operation(
            resource, "list", _("List or find"),
            {"200": _answer(_("Success"), {"type": "array", "items": entity}, counted=True),
             "206": _answer(_("One page of several"), {"type": "array", "items": entity}, counted=True)},
            parameters=[*_paging(), _fields_parameter(), *_filters(resource)],
        )
    }  # fmt: skip
    if resource.create:
        key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 120}}
        operations["post"] = _operation(
            resource, "create", _("Create"), {"201": _answer(_("Created"), entity)}, parameters=[key]
        ) | {"requestBody": _body({JSON: shapes[resource.create.shape]})}
    return operations


def _item(resource: Resource[Any], shapes: Shapes) -> dict[str, Any]:
    entity = shapes[resource.shape]
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    operations: dict[str, Any] = {
        "parameters": [identifier],
        "get": _operation(
            resource, "retrieve", _("Retrieve one"), {"200": _answer(_("Success"), entity)},
            parameters=[_fields_parameter()],
        ),
    }  # fmt: skip
    if resource.patch:
        shape = shapes[resource.patch.shape]
        steps = {"type": "array", "items": {"type": "object", "required": ["op", "path"]}}
        operations["patch"] = _operation(
            resource, "patch", _("Change"), {"200": _answer(_("Updated"), entity)}
        ) | {"requestBody": _body({MERGE_PATCH: shape, JSON: shape, JSON_PATCH: steps})}
    if resource.delete:
        operations["delete"] = _operation(
            resource, "delete", _("Remove"), {"204": {"description": _("Removed")}}
        )
    return operations


def _operation(
    resource: Resource[Any],
    verb: str,
    summary: str,
    answers: dict[str, Any],
    *,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    error = {"$ref": "#/components/schemas/Error"}
    operation: dict[str, Any] = {
        "operationId": f"{verb}{resource.type_name}",
        "summary": f"{summary}: {resource.title or resource.type_name}",
        "tags": [resource.name],
        "responses": {**answers, "default": _answer(_("Refused"), error)},
    }
    return {**operation, "parameters": parameters} if parameters else operation


def _answer(text: str, schema: dict[str, Any], *, counted: bool = False) -> dict[str, Any]:
    described: dict[str, Any] = {"description": text, "content": {JSON: {"schema": schema}}}
    if counted:
        whole = {"schema": {"type": "integer"}}
        described["headers"] = {
            "X-Total-Count": whole, "X-Result-Count": whole, "Link": {"schema": {"type": "string"}},
        }  # fmt: skip
    return described


def _body(by_type: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {"required": True, "content": {name: {"schema": schema} for name, schema in by_type.items()}}


def _paging() -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 0, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}
    return [
        {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0}},
        {"name": "limit", "in": "query", "schema": limit},
    ]


def _fields_parameter() -> dict[str, Any]:
    return {
        "name": "fields", "in": "query", "schema": {"type": "string"},
        "description": _("Attributes to answer with, separated by commas; “none” for id and href alone"),
    }  # fmt: skip


def _filters(resource: Resource[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for attribute in resource.attributes:
        found += [_filter(attribute, operator) for operator in Operator if _offered(attribute, operator)]
    sortable = [a.path for a in resource.attributes if a.sortable and not a.many]
    if sortable:
        note = _("Attributes to sort by, “-” before one that descends: %(names)s")
        text = note % {"names": ", ".join(sortable)}
        found.append({"name": "sort", "in": "query", "schema": {"type": "string"}, "description": text})
    return found


def _offered(attribute: Attribute, operator: Operator) -> bool:
    return operator in {Operator.EQ, Operator.NE} or attribute.kind in _COMPARED


def _filter(attribute: Attribute, operator: Operator) -> dict[str, Any]:
    name = attribute.path if operator is Operator.EQ else f"{attribute.path}.{operator}"
    return {"name": name, "in": "query", "schema": {"type": "string", "x-kind": str(attribute.kind)}}
