"""From rows to bodies: the resource's own shape, then what `fields` chose of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.db.models import Model

from dakehu.infra.rest.errors import ParameterUnknown
from dakehu.infra.rest.resource import Resource

_ALWAYS = ("id", "href")


def represent(resource: Resource[Any], row: Model) -> dict[str, Any]:
    """The whole representation, with `id`, `href` and `@type` first."""
    entity = resource.represent(row)
    body: dict[str, Any] = msgspec.to_builtins(entity, str_keys=True)
    head = {
        "id": entity.id,
        "href": entity.href or resource.href(entity.id),
        "@type": entity.type_ or resource.type_name,
    }
    return {**head, **{name: _plain(value) for name, value in body.items() if name not in head}}


def check_fields(resource: Resource[Any], fields: tuple[str, ...] | None) -> None:
    """Raises `ParameterUnknown` for a first-level attribute that the resource doesn't have."""
    renamed = frozenset(old for old, new in resource.renames.items() if new in resource.names())
    check_names(fields, resource.names() | renamed)


def check_names(fields: tuple[str, ...] | None, known: frozenset[str]) -> None:
    """Raises `ParameterUnknown` for the first of the fields whose first level is not known."""
    for name in fields or ():
        if name.partition(".")[0] not in known:
            raise ParameterUnknown(parameter="fields", name=name[:80])


def select(body: dict[str, Any], fields: tuple[str, ...] | None) -> dict[str, Any]:
    """What `fields` chose: `id` and `href` always, `a.b` the b within a; None chooses all."""
    if fields is None:
        return body
    chosen = {name: body[name] for name in _ALWAYS if name in body}
    return {**chosen, **_part(body, fields)}


def _part(value: Any, fields: Iterable[str]) -> Any:
    if isinstance(value, list):
        return [_part(item, fields) for item in value]
    if not isinstance(value, dict):
        return value
    inner: dict[str, list[str]] = {}
    for name in fields:
        first, _dot, rest = name.partition(".")
        inner.setdefault(first, []).append(rest)
    return {
        first: value[first] if "" in rests else _part(value[first], rests)
        for first, rests in inner.items()
        if first in value
    }


def _plain(value: Any) -> Any:
    """Tuples as lists, so that a patch can work on the representation."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
