"""Rows that a merge puts away: whole, as JSON keeps them, and made again under their own ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from dakehu.infra.audit.api import snapshot

Row = dict[str, Any]


def rows_of(rows: QuerySet[Any]) -> list[Row]:
    """All columns of the rows, locked, in the order of their ids."""
    return [plain(snapshot(row)) for row in rows.select_for_update(of=("self",)).order_by("pk")]


def make_again(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that `rows_of` gave."""
    fields = model._meta.concrete_fields
    made: Iterable[Model] = (
        model(**{f.attname: f.to_python(row[f.attname]) for f in fields if f.attname in row}) for row in rows
    )
    model._default_manager.bulk_create(made, batch_size=500)


def plain(values: Mapping[str, Any]) -> Row:
    """Columns as JSON keeps them: a moment to the microsecond, a day by its name."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
