"""Paging by key: a page starts after the last row seen, so that page 40,000 costs what page 1 costs.

Theory of operation. The order is one column and then the primary key, both in the same direction, hence
total: no row is shown twice or left out because of equal values. A cursor holds the two values of a row.
Rows after it are those with a greater column, or an equal column and a greater key. The condition also
says the weaker `column >= value` by itself, which is what lets an index start reading there.

Empty columns (NULL) stand where the database puts them by default, so that its indexes serve the order:
PostgreSQL takes NULL for the greatest value, SQLite for the smallest.

Several disjoint querysets are merged: each gives at most a page and one row, the database then sorts these
few by the same order, for only it knows its collation.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connections
from django.db.models import Field, Model, Q, QuerySet

from dakehu.infra.ui.lists.columns import follow

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Order:
    """Order by the ORM path `path` (empty: by the key alone), then by the primary key."""

    path: str = ""
    descending: bool = False

    def fields(self, *, backwards: bool = False) -> list[str]:
        sign = "-" if self.descending != backwards else ""
        return [f"{sign}{name}" for name in (self.path, "pk") if name]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a row in an order: its column's value and its key."""

    value: Any
    pk: Any


@dataclass(frozen=True)  # without slots: `Page[Row](…)` would fail on Python 3.11
class Page(Generic[M]):
    """The rows of a page in order, and the cursors of the neighbours, where there are any."""

    rows: Sequence[M]
    previous: str = ""
    next: str = ""


def encode(cursor: Cursor) -> str:
    text = json.dumps([_json(cursor.value), str(cursor.pk)], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, model: type[Model], order: Order) -> Cursor | None:
    """The cursor in an address, or None where it is none: people edit addresses."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        column = _field(model, order.path)
        if column is not None and value is not None:
            value = column.to_python(value)
        return Cursor(value, model._meta.pk.to_python(pk))
    except (binascii.Error, ValueError, TypeError, ValidationError):
        return None


def page_of(
    parts: Sequence[QuerySet[M]], order: Order, size: int, *, after: str = "", before: str = ""
) -> Page[M]:
    """The page after, or before, a cursor; the first page without one or with one that is none."""
    model = parts[0].model
    backwards = bool(before)
    cursor = decode(before or after, model, order) if before or after else None
    if cursor is None:
        backwards = False
    limited = [_beyond(part, order, cursor, backwards)[: size + 1] for part in parts]
    rows = _merged(limited, model, order.fields(backwards=backwards), size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    has_previous = more if backwards else cursor is not None
    has_next = True if backwards else more
    return Page(
        rows,
        previous=_cursor_of(rows[0], order) if has_previous else "",
        next=_cursor_of(rows[-1], order) if has_next else "",
    )


def in_order(parts: Sequence[QuerySet[M]], order: Order) -> list[QuerySet[M]]:
    """Each part in the order of the list: what an export reads one after the other."""
    return [part.order_by(*order.fields()) for part in parts]


def _beyond(part: QuerySet[M], order: Order, cursor: Cursor | None, backwards: bool) -> QuerySet[M]:
    ordered = part.order_by(*order.fields(backwards=backwards))
    if cursor is None:
        return ordered
    rising = order.descending == backwards
    return ordered.filter(_after(part, order.path, cursor, rising))


def _after(part: QuerySet[Any], path: str, cursor: Cursor, rising: bool) -> Q:
    way = "gt" if rising else "lt"
    further = Q(**{f"pk__{way}": cursor.pk})
    if not path:
        return further
    nulls_follow = rising == (connections[part.db].vendor == "postgresql")
    is_null = Q(**{f"{path}__isnull": True})
    if cursor.value is None:
        return (is_null & further) if nulls_follow else (is_null & further) | ~is_null
    started = Q(**{f"{path}__{way}e": cursor.value})
    beyond = Q(**{f"{path}__{way}": cursor.value}) | (Q(**{path: cursor.value}) & further)
    return (started & beyond) | is_null if nulls_follow and _nullable(part.model, path) else started & beyond


def _merged(parts: list[QuerySet[M]], model: type[M], fields: list[str], size: int) -> list[M]:
    lists = [list(part) for part in parts]
    filled = [rows for rows in lists if rows]
    if len(filled) <= 1:
        return filled[0] if filled else []
    rows = {row.pk: row for found in filled for row in found}
    keys = model._default_manager.filter(pk__in=list(rows)).order_by(*fields).values_list("pk", flat=True)
    return [rows[key] for key in keys[:size]]


def _cursor_of(row: Model, order: Order) -> str:
    return encode(Cursor(follow(row, order.path) if order.path else None, row.pk))


def _steps(model: type[Model], path: str) -> list[Any]:
    """The fields along an ORM path; none for an annotation."""
    found: list[Any] = []
    for step in path.split("__") if path else ():
        try:
            found.append(model._meta.get_field(step))
        except FieldDoesNotExist:
            return []
        model = found[-1].related_model or model
    return found


def _field(model: type[Model], path: str) -> Field[Any, Any] | None:
    steps = _steps(model, path)
    return steps[-1] if steps else None


def _nullable(model: type[Model], path: str) -> bool:
    steps = _steps(model, path)
    return not steps or any(step.null for step in steps)


def _json(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
