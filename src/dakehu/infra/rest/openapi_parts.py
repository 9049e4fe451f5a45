"""Pieces that descriptions of operations are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dakehu.infra.rest.bodies import JSON
from dakehu.infra.rest.query import DEFAULT_LIMIT, LARGEST_LIMIT, Operator
from dakehu.infra.rest.resource import Attribute, Kind

_COMPARED = frozenset({Kind.NUMBER, Kind.MOMENT, Kind.DATE})


def answered(
    operation_id: str,
    summary: str,
    title: str,
    tag: str,
    answers: Mapping[str, tuple[str, Any]],
    *,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """An operation with its answers by status: words and shape of each, None where it has no body."""
    error = {"$ref": "#/components/schemas/Error"}
    described = {status: answer(text, schema) for status, (text, schema) in answers.items()}
    operation: dict[str, Any] = {
        "operationId": operation_id,
        "summary": f"{summary}: {title}",
        "tags": [tag],
        "responses": {**described, "default": answer(_("Refused"), error)},
    }
    return {**operation, "parameters": parameters} if parameters else operation


def answer(text: str, schema: Any) -> dict[str, Any]:
    """One answer; of many it says how many."""
    if schema is None:
        return {"description": text}
    described: dict[str, Any] = {"description": text, "content": {JSON: {"schema": schema}}}
    if schema.get("type") == "array":
        whole = {"schema": {"type": "integer"}}
        described["headers"] = {
            "X-Total-Count": whole, "X-Result-Count": whole, "Link": {"schema": {"type": "string"}},
        }  # fmt: skip
    return described


def with_body(operation: dict[str, Any], by_type: Mapping[str, Any]) -> dict[str, Any]:
    """The operation with a body that must come, by its media type."""
    content = {name: {"schema": schema} for name, schema in by_type.items()}
    return {**operation, "requestBody": {"required": True, "content": content}}


def by_id(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def paging() -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 0, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}
    return [
        {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0}},
        {"name": "limit", "in": "query", "schema": limit},
    ]


def fields_parameter() -> dict[str, Any]:
    return {
        "name": "fields", "in": "query", "schema": {"type": "string"},
        "description": _("Attributes to answer with, separated by commas; “none” for id and href alone"),
    }  # fmt: skip


def filters_of(attributes: Iterable[Attribute]) -> list[dict[str, Any]]:
    """Every filter that the attributes offer, and what can be sorted by."""
    attributes = list(attributes)
    found: list[dict[str, Any]] = []
    for attribute in attributes:
        found += [_filter(attribute, operator) for operator in Operator if _offered(attribute, operator)]
    sortable = [a.path for a in attributes if a.sortable and not a.many]
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
