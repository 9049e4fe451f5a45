"""Bodies as they come in: size, media type, JSON, depth; and their shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from dakehu.infra.rest.errors import BodyTooLarge, MediaTypeUnknown, NotJson, ShapeWrong, TooDeep
from dakehu.kernel.text import dangerous_sign

MOST_BYTES = 1_000_000
MOST_LEVELS = 32
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"

S = TypeVar("S", bound=msgspec.Struct)


def media_type(request: HttpRequest, *accepted: str) -> str:
    """The body's media type if it is one of `accepted`; an absent one counts as JSON."""
    given = (request.content_type or JSON).lower()
    if given not in accepted:
        raise MediaTypeUnknown(media_type=given[:80])
    return given


def read_json(request: HttpRequest) -> Any:
    """The body as plain values; raises before reading a body that says it is too large."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > MOST_BYTES:
        raise BodyTooLarge(most=MOST_BYTES)
    try:
        body = request.body
    except RequestDataTooBig:
        raise BodyTooLarge(most=MOST_BYTES) from None
    except UnreadablePostError:
        raise NotJson(fault="the connection broke off") from None
    if len(body) > MOST_BYTES:
        raise BodyTooLarge(most=MOST_BYTES)
    try:
        document = msgspec.json.decode(body)
    except msgspec.DecodeError as fault:
        raise NotJson(fault=str(fault)[:200]) from None
    except UnicodeDecodeError:
        raise NotJson(fault="not UTF-8") from None
    except RecursionError:
        raise TooDeep(most=MOST_LEVELS) from None
    _check(document)
    return document


def shaped(document: Any, shape: type[S], renames: Mapping[str, str]) -> S:
    """The document as an instance of `shape`; unknown attributes are passed over, as TMF630 asks."""
    if not isinstance(document, dict):
        raise ShapeWrong(fault="an object is expected")
    try:
        return msgspec.convert(renamed(document, renames), shape)
    except msgspec.ValidationError as fault:
        raise ShapeWrong(fault=str(fault)[:300]) from None


def renamed(document: Any, renames: Mapping[str, str]) -> Any:
    """The document with older names of attributes replaced, at any depth, unless both are there."""
    if not renames:
        return document
    if isinstance(document, list):
        return [renamed(item, renames) for item in document]
    if not isinstance(document, dict):
        return document
    return {
        renames[name] if name in renames and renames[name] not in document else name: renamed(value, renames)
        for name, value in document.items()
    }


def _check(document: Any) -> None:
    """Depth, and characters that no database keeps or that turn the direction of what is read."""
    level = [document]
    for _depth in range(MOST_LEVELS):
        if not level:
            return
        following: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                following += value.keys()
                following += value.values()
            elif isinstance(value, list):
                following += value
            elif isinstance(value, str) and (sign := dangerous_sign(value)):
                raise NotJson(fault=f"a string holds the character {sign}")
        level = following
    if level:
        raise TooDeep(most=MOST_LEVELS)
