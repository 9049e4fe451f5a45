"""How many rows a list has: exactly up to a bound, an estimate beyond it, and never slowly.

A page counts at most `AT_ONCE` rows, and none where filters hold, for then each row may have to be looked
at; the page asks again for the rest after it has come. That request counts to `EXACT_UP_TO`. Beyond,
PostgreSQL's planner is asked for its guess; SQLite has none, so its rows are counted to the end. What was
found beyond is kept a while.
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

AT_ONCE = 1_000
EXACT_UP_TO = 10_000
_KEPT_S = 600


@dataclass(frozen=True, slots=True)
class Count:
    """`is_exact` False: about so many. `is_open`: more than `number`, and nobody has counted further yet."""

    number: int
    is_exact: bool = True
    is_open: bool = False


def quick_count(parts: Sequence[QuerySet[Any]], shown: int, *, narrowed: bool) -> Count:
    """What can be said at once of a list that has more than the `shown` rows."""
    known: int | None = cache.get(_key(parts))
    if known is not None:
        return Count(rounded(known), is_exact=False)
    if narrowed:
        return Count(shown, is_exact=False, is_open=True)
    found = _up_to(parts, AT_ONCE)
    return Count(found) if found <= AT_ONCE else Count(AT_ONCE, is_exact=False, is_open=True)


def full_count(parts: Sequence[QuerySet[Any]]) -> Count:
    """The number of rows, exact up to the bound."""
    found = _up_to(parts, EXACT_UP_TO)
    if found <= EXACT_UP_TO:
        return Count(found)
    known: int | None = cache.get(_key(parts))
    if known is None:
        if connections[parts[0].db].vendor == "postgresql":
            known = max(sum(_planned(part) for part in parts), EXACT_UP_TO)
        else:
            known = sum(part.order_by().values("pk").count() for part in parts)
        cache.set(_key(parts), known, _KEPT_S)
    return Count(rounded(known), is_exact=False)


def _up_to(parts: Sequence[QuerySet[Any]], bound: int) -> int:
    """The number of rows, or some number beyond the bound; what stands beside a row is not reckoned."""
    total = 0
    for part in parts:
        total += part.order_by().values("pk")[: bound + 1 - total].count()
        if total > bound:
            break
    return total


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


def _key(parts: Sequence[QuerySet[Any]]) -> str:
    """Names the question: another scope or filter is another question."""
    questions = repr([part.order_by().values("pk").query.sql_with_params() for part in parts])
    return f"list-count:{sha256(questions.encode()).hexdigest()}"
