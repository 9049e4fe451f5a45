"""How many rows a list has: exactly up to a bound, an estimate beyond it, and never slowly.

Counting stops at `EXACT_UP_TO`. Beyond, PostgreSQL's planner is asked for its guess; SQLite has none, so
the rows are counted once in a request of their own after the page has come, and the figure is kept a while.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db import connections
from django.db.models import QuerySet

EXACT_UP_TO = 10_000
_KEPT_S = 600


@dataclass(frozen=True, slots=True)
class Count:
    """`is_exact` False: about so many. `is_open`: more than `number`, and nobody has counted further yet."""

    number: int
    is_exact: bool = True
    is_open: bool = False


def count(parts: Sequence[QuerySet[Any]], *, patient: bool = False) -> Count:
    """The number of rows; `patient` counts on where only counting helps."""
    total = 0
    for part in parts:
        total += part.order_by()[: EXACT_UP_TO + 1 - total].count()
        if total > EXACT_UP_TO:
            return _beyond(parts, patient)
    return Count(total)


def _beyond(parts: Sequence[QuerySet[Any]], patient: bool) -> Count:
    if connections[parts[0].db].vendor == "postgresql":
        guess = sum(_planned(part) for part in parts)
        return Count(rounded(max(guess, EXACT_UP_TO)), is_exact=False)
    key = f"list-count:{_fingerprint(parts)}"
    known: int | None = cache.get(key)
    if known is None and patient:
        known = sum(part.order_by().count() for part in parts)
        cache.set(key, known, _KEPT_S)
    if known is None:
        return Count(EXACT_UP_TO, is_exact=False, is_open=True)
    return Count(rounded(known), is_exact=False)


def rounded(number: int) -> int:
    """Two figures that count, for an estimate should not look like a count."""
    step: int = 10 ** max(0, len(str(number)) - 2)
    return (number + step // 2) // step * step


def _planned(part: QuerySet[Any]) -> int:
    sql, params = part.order_by().values("pk").query.sql_with_params()
    with connections[part.db].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])


def _fingerprint(parts: Sequence[QuerySet[Any]]) -> str:
    return sha256(repr([part.order_by().query.sql_with_params() for part in parts]).encode()).hexdigest()
