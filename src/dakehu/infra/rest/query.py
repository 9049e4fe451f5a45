"""The query string of a list, by TMF630: pure reading, no resource known yet.

`a=v` and `a.eq=v` ask for equality, `.ne .gt .gte .lt .lte` for the rest, and so do the operators themselves,
encoded: `orderDate%3E2026-11-01`, `orderDate%3E%3D2026-11-01`. Different attributes and operators are ANDed,
commas and repetitions ORed; a comma that belongs to a value is written `%2C`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, unquote_plus

from dakehu.infra.rest.errors import ParameterInvalid

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000
LARGEST_OFFSET = 1_000_000
_MOST_CONDITIONS = 50
_RESERVED = frozenset({"fields", "offset", "limit", "sort"})


class Operator(StrEnum):
    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"


_SIGNS = {
    "=": Operator.EQ, "==": Operator.EQ, "!=": Operator.NE,
    ">": Operator.GT, ">=": Operator.GTE, "<": Operator.LT, "<=": Operator.LTE,
}  # fmt: skip
_PART = re.compile(
    r"(?P<path>(?:[\w@$.:\-]|%40|%24|%3A)+?)(?:\.(?P<word>eq|ne|gt|gte|lt|lte))?"
    r"(?P<sign>(?:%3E|%3C|[<>])(?:%3D|=)?|(?:%21|!)(?:%3D|=)|==|=|%3D%3D|%3D)(?P<value>.*)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """The attribute at `path` compares by `operator` with one of `values`."""

    path: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SortKey:
    path: str
    descending: bool


@dataclass(frozen=True, slots=True)
class ListQuery:
    """`fields` is None where all are wanted, empty for `fields=none`; `paged` when paging was asked for."""

    fields: tuple[str, ...] | None = None
    offset: int = 0
    limit: int = DEFAULT_LIMIT
    paged: bool = False
    sort: tuple[SortKey, ...] = ()
    conditions: tuple[Condition, ...] = ()


def parse_query(raw: str) -> ListQuery:
    """Reads a raw query string; raises `ParameterInvalid`."""
    reserved: dict[str, str] = {}
    merged: dict[tuple[str, Operator], list[str]] = {}
    for part in filter(None, raw.split("&")):
        path, operator, value = _pair(part)
        if path in _RESERVED:
            joined = f"{reserved[path]},{value}" if path in reserved and path in {"fields", "sort"} else value
            reserved[path] = joined
        else:
            values = [unquote_plus(item) for item in value.split(",")]
            merged.setdefault((path, operator), []).extend(values)
    if len(merged) > _MOST_CONDITIONS:
        raise ParameterInvalid(parameter="filter", value=f"{len(merged)} > {_MOST_CONDITIONS}")
    return ListQuery(
        fields=parse_fields(reserved.get("fields")),
        offset=_whole(reserved, "offset", 0, LARGEST_OFFSET),
        limit=min(_whole(reserved, "limit", DEFAULT_LIMIT, None), LARGEST_LIMIT),
        paged="offset" in reserved or "limit" in reserved,
        sort=_sort(reserved.get("sort", "")),
        conditions=tuple(Condition(*key, tuple(values)) for key, values in merged.items()),
    )


def parse_fields(raw: str | None) -> tuple[str, ...] | None:
    """The value of `fields`; None where it wasn't given or is empty."""
    names = [name.strip() for name in unquote_plus(raw or "").split(",") if name.strip()]
    if not names:
        return None
    return () if names == ["none"] else tuple(dict.fromkeys(names))


def _pair(part: str) -> tuple[str, Operator, str]:
    """Attribute, operator and the value, still encoded so that its commas can be told apart."""
    match = _PART.fullmatch(part)
    if match is None:
        raise ParameterInvalid(parameter=unquote(part.partition("=")[0])[:80], value=unquote_plus(part)[:80])
    word = match["word"]
    operator = Operator(word.lower()) if word else _SIGNS[unquote(match["sign"])]
    return unquote(match["path"]), operator, match["value"]


def _whole(given: dict[str, str], name: str, default: int, most: int | None) -> int:
    text = unquote_plus(given.get(name, "")).strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or (most is not None and int(text) > most):
        raise ParameterInvalid(parameter=name, value=text[:80])
    return int(text)


def _sort(raw: str) -> tuple[SortKey, ...]:
    """`-a,+b,c`; a plus sign, which forms read as a blank, says ascending."""
    keys = [item.strip() for item in unquote(raw).split(",") if item.strip(" +-")]
    return tuple(SortKey(key.lstrip("+- "), key.startswith("-")) for key in keys)
