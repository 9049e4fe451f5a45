"""The operations of TMF630 over any resource."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from msgspec.structs import fields

from dakehu.infra.access.api import Actor
from dakehu.infra.rest.bodies import JSON, JSON_PATCH, MERGE_PATCH, media_type, read_json, renamed, shaped
from dakehu.infra.rest.errors import AttributeFixed, MethodNotAllowed, NoSuchResource, ShapeWrong
from dakehu.infra.rest.patching import json_patch, merge_patch
from dakehu.infra.rest.query import ListQuery, parse_fields, parse_query
from dakehu.infra.rest.replays import HEADER, once
from dakehu.infra.rest.representing import check_fields, represent, select
from dakehu.infra.rest.resource import Patch, Resource
from dakehu.infra.rest.selecting import chosen, key_of
from dakehu.infra.rest.web.answers import answer, api_view, page_headers, refusal
from dakehu.kernel.errors import NotFound

DEEP = 50_000
"""From this offset on, a page takes a query more and skips its rows without joining them."""


@api_view
def collection(request: HttpRequest, actor: Actor, resource: Resource[Any]) -> HttpResponse:
    """List or create."""
    if request.method in {"GET", "HEAD"}:
        return _list(request, actor, resource)
    if request.method == "POST" and resource.create is not None:
        return _create(request, actor, resource)
    return _other(request, ["GET", "HEAD", *(["POST"] if resource.create else [])])


@api_view
def item(request: HttpRequest, actor: Actor, resource: Resource[Any], key: str) -> HttpResponse:
    """Read, patch or remove one."""
    if request.method in {"GET", "HEAD"}:
        wanted = _fields(request)
        check_fields(resource, wanted)
        return answer(select(represent(resource, _row(resource, actor, key)), wanted))
    if request.method == "PATCH" and resource.patch is not None:
        return _patch(request, actor, resource, key)
    if request.method == "DELETE" and resource.delete is not None:
        with transaction.atomic():
            resource.delete(actor, _row(resource, actor, key))
        return HttpResponse(status=204)
    offered = [*(["PATCH"] if resource.patch else []), *(["DELETE"] if resource.delete else [])]
    return _other(request, ["GET", "HEAD", *offered])


def nothing_here(_request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001 - the route's capture
    """Any other path below the API."""
    return refusal(NoSuchResource())


def _list(request: HttpRequest, actor: Actor, resource: Resource[Any]) -> HttpResponse:
    query = parse_query(request.META.get("QUERY_STRING", ""))
    check_fields(resource, query.fields)
    rows = chosen(resource, resource.rows(actor), query)
    total = rows.count()
    page = _page(rows, query) if query.limit else []
    bodies = [select(represent(resource, row), query.fields) for row in page]
    partial = query.paged and len(bodies) < total
    return answer(bodies, 206 if partial else 200, page_headers(request, query, total, len(bodies)))


def _page(rows: QuerySet[Any], query: ListQuery) -> QuerySet[Any]:
    """The page's rows. Far back, their ids are found first: what is skipped is then not joined."""
    end = query.offset + query.limit
    if query.offset < DEEP:
        return rows[query.offset : end]
    return rows.filter(pk__in=list(rows.values_list("pk", flat=True)[query.offset : end]))


def _create(request: HttpRequest, actor: Actor, resource: Resource[Any]) -> HttpResponse:
    create = resource.create
    if create is None:
        raise MethodNotAllowed(method="POST")
    media_type(request, JSON)
    body = shaped(read_json(request), create.shape, resource.renames)
    service = create.service
    made = once(resource, actor, request.headers.get(HEADER, ""), request.body, lambda: service(actor, body))
    representation = represent(resource, made.row)
    headers = {"Location": representation["href"]}
    if made.replayed:
        headers["Idempotency-Replayed"] = "true"
    return answer(representation, 201, headers)


def _patch(request: HttpRequest, actor: Actor, resource: Resource[Any], key: str) -> HttpResponse:
    patch = resource.patch
    if patch is None:
        raise MethodNotAllowed(method="PATCH")
    kind = media_type(request, MERGE_PATCH, JSON_PATCH, JSON)
    document = read_json(request)
    with transaction.atomic():
        row = _row(resource, actor, key)
        before = represent(resource, row)
        if kind == JSON_PATCH:
            after = json_patch(before, document)
        elif isinstance(document, dict):
            after = merge_patch(before, renamed(document, resource.renames))
        else:
            raise ShapeWrong(fault="an object is expected")
        changes = _changes(resource, patch, before, after)
        if changes:
            patch.service(actor, row, shaped(changes, patch.shape, {}))
        return answer(represent(resource, _row(resource, actor, key)))


def _changes(
    resource: Resource[Any], patch: Patch[Any], before: dict[str, Any], after: Any
) -> dict[str, Any]:
    """The first-level attributes whose value differs; a removed one is None."""
    if not isinstance(after, dict):
        raise ShapeWrong(fault="an object is expected")
    allowed = {field.encode_name for field in fields(patch.shape)}
    changed = {
        name: after.get(name)
        for name in [*before, *(name for name in after if name not in before)]
        if before.get(name) != after.get(name)
    }
    for name in changed:
        if name not in allowed and (name in resource.names() or name in before):
            raise AttributeFixed(attribute=name[:80], field=name[:80])
    return {name: value for name, value in changed.items() if name in allowed}


def _row(resource: Resource[Any], actor: Actor, key: str) -> Any:
    value = None if "\0" in key else key_of(resource, key)
    row = resource.rows(actor).filter(**{resource.lookup: value}).first() if value is not None else None
    if row is None:
        raise NotFound(noun=resource.name, id=key[:80])
    return row


def _fields(request: HttpRequest) -> tuple[str, ...] | None:
    return parse_fields(",".join(request.GET.getlist("fields")))


def _other(request: HttpRequest, offered: list[str]) -> HttpResponse:
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
    else:
        response = refusal(MethodNotAllowed(method=request.method))
    response["Allow"] = ", ".join([*offered, "OPTIONS"])
    return response
