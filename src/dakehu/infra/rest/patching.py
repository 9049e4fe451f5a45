"""Patches of JSON documents, pure: merge-patch (RFC 7396) and JSON Patch (RFC 6902)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from dakehu.infra.rest.errors import PatchInvalid, PatchTestFailed

MOST_OPERATIONS = 500
_MISSING = object()


def merge_patch(document: Any, patch: Any) -> Any:
    """The document after a merge-patch: null removes, objects merge, all else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(document) if isinstance(document, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def json_patch(document: Any, operations: Any) -> Any:
    """The document after every operation in turn; raises `PatchInvalid` or `PatchTestFailed`, all or none."""
    if not isinstance(operations, list) or len(operations) > MOST_OPERATIONS:
        raise PatchInvalid(fault=f"an array of at most {MOST_OPERATIONS} operations is expected")
    result = copy.deepcopy(document)
    for operation in operations:
        result = _apply(result, operation)
    return result


def _apply(document: Any, operation: Any) -> Any:
    if not isinstance(operation, Mapping) or not isinstance(operation.get("path"), str):
        raise PatchInvalid(fault="an operation has “op” and “path”")
    path = _tokens(operation["path"])
    match operation.get("op"):
        case "add":
            return _put(document, path, _value(operation), insert=True)
        case "replace":
            _get(document, path)
            return _put(document, path, _value(operation), insert=False)
        case "remove":
            return _removed(document, path)
        case "test":
            if not _same(_get(document, path), _value(operation)):
                raise PatchTestFailed(path=operation["path"])
            return document
        case "copy":
            value = copy.deepcopy(_get(document, _source(operation)))
            return _put(document, path, value, insert=True)
        case "move":
            source = _source(operation)
            if path[: len(source)] == source and path != source:
                raise PatchInvalid(fault="nothing moves into itself")
            value = _get(document, source)
            return _put(_removed(document, source), path, value, insert=True)
    raise PatchInvalid(fault=f"unknown operation {operation.get('op')!r}")


def _tokens(pointer: str) -> list[str]:
    """The reference tokens of a JSON pointer (RFC 6901)."""
    if pointer and not pointer.startswith("/"):
        raise PatchInvalid(fault=f"{pointer!r} is no JSON pointer")
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


def _source(operation: Mapping[str, Any]) -> list[str]:
    if not isinstance(operation.get("from"), str):
        raise PatchInvalid(fault="“from” is missing")
    return _tokens(operation["from"])


def _value(operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise PatchInvalid(fault="“value” is missing")
    return operation["value"]


def _step(target: Any, name: str) -> Any:
    if isinstance(target, dict):
        value = target.get(name, _MISSING)
    elif isinstance(target, list):
        value = target[_index(name, len(target) - 1)]
    else:
        value = _MISSING
    if value is _MISSING:
        raise PatchInvalid(fault=f"nothing at {name!r}")
    return value


def _index(name: str, last: int) -> int:
    if not name.isascii() or not name.isdigit() or (name != "0" and name.startswith("0")):
        raise PatchInvalid(fault=f"{name!r} is no index")
    if len(name) > 9 or int(name) > last:
        raise PatchInvalid(fault=f"no element {name}")
    return int(name)


def _get(document: Any, path: list[str]) -> Any:
    for name in path:
        document = _step(document, name)
    return document


def _put(document: Any, path: list[str], value: Any, *, insert: bool) -> Any:
    if not path:
        return value
    target, name = _get(document, path[:-1]), path[-1]
    if isinstance(target, dict):
        target[name] = value
    elif isinstance(target, list) and insert:
        target.insert(len(target) if name == "-" else _index(name, len(target)), value)
    elif isinstance(target, list):
        target[_index(name, len(target) - 1)] = value
    else:
        raise PatchInvalid(fault=f"nothing can stand under {name!r}")
    return document


def _removed(document: Any, path: list[str]) -> Any:
    if not path:
        raise PatchInvalid(fault="the whole resource can't be removed by a patch")
    target, name = _get(document, path[:-1]), path[-1]
    _step(target, name)
    if isinstance(target, dict):
        del target[name]
    else:
        del target[int(name)]
    return document


def _same(left: Any, right: Any) -> bool:
    """Equality by RFC 6902 section 4.6: a boolean is no number."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right)
