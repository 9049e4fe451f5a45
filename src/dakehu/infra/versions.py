"""Optimistic locking: a row that people edit carries `version`, the form sends back the one it read."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from django.db.models import Model

from dakehu.infra.audit.api import snapshot
from dakehu.kernel.errors import Conflict


@runtime_checkable
class Versioned(Protocol):
    """Any row with a version column."""

    version: int


def advance(row: Model, read: int) -> None:
    """Give `row`, locked by the caller, its next version.

    Raises `Conflict` if `read` isn't its version, with the row's version and values for the form to show.
    """
    if not isinstance(row, Versioned):
        raise TypeError(f"{type(row).__name__} has no version")
    if row.version != read:
        raise Conflict(noun=str(row._meta.model_name), version=row.version, current=snapshot(row))
    row.version += 1
