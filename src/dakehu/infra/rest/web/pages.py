"""The published description, for programs and for people."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from dakehu.infra.rest.hub.channels import EVENT_API, topics
from dakehu.infra.rest.openapi import describe
from dakehu.infra.rest.registry import resources
from dakehu.infra.rest.resource import BASE_PATH
from dakehu.infra.rest.web.answers import answer
from dakehu.infra.ui.api import page

_METHODS = ("get", "post", "patch", "delete")


@require_GET
def description(_request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1. Public: it names what there is, not what is in it."""
    return answer(_document())


@page(methods=("GET",))
def browse(request: HttpRequest) -> HttpResponse:
    """The same as a page."""
    document = _document()
    shown = [
        {
            "title": str(resource.title or resource.type_name),
            "path": resource.path,
            "events": sorted(set(resource.told.values())),
            "operations": _below(document, resource.path),
        }
        for resource in resources()
    ]
    shown += [
        {"title": title, "path": path, "operations": _below(document, path)} for title, path in _of_events()
    ]
    schemas = sorted(document["components"]["schemas"].items())
    context = {
        "title": _("Open API"),
        "shown": shown,
        "schemas": [(name, _fields(schema)) for name, schema in schemas],
    }
    return render(request, "rest/browse.html", context)


def _of_events() -> list[tuple[str, str]]:
    """What there is for events: title and path of the topics, and of each API's hub."""
    apis = sorted({resource.api for resource in topics().values()})
    hubs = [f"{BASE_PATH}/{api}/hub" for api in [EVENT_API, *apis]]
    return [
        (pgettext("api", "Topic"), f"{BASE_PATH}/{EVENT_API}/topic"),
        *((pgettext("api", "Hub"), path) for path in hubs),
    ]


def _below(document: dict[str, Any], base: str) -> list[dict[str, Any]]:
    """The operations at a path and at those below it."""
    return [
        operation
        for path, described in document["paths"].items()
        if path == base or path.startswith(f"{base}/")
        for operation in _operations(path, base, described)
    ]


def _operations(path: str, base: str, described: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "method": method.upper(),
            "path": path.removeprefix(base) or "/",
            "summary": described[method]["summary"].partition(":")[0],
            "parameters": [parameter["name"] for parameter in described[method].get("parameters", [])],
        }
        for method in _METHODS
        if method in described
    ]


def _fields(schema: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Each field's name, kind in a word, and whether it is always there."""
    needed = set(schema.get("required", ()))
    return [(name, _kind(field), name in needed) for name, field in schema.get("properties", {}).items()]


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if field.get("type") == "array":
        return f"[{_kind(field.get('items', {}))}]"
    if "anyOf" in field:
        return " | ".join(_kind(option) for option in field["anyOf"])
    return str(field.get("type", "any"))


def _document() -> dict[str, Any]:
    return describe(resources(), title=_("Dakehu open API"), version=version("dakehu"))
