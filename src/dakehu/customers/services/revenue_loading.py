"""Loading revenue of a whole installation: figures checked where they come from, no audit row each."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from dakehu.customers.models import MonthlyRevenue
from dakehu.infra.rows import insert_rows

_FIELDS = ("customer", "month", "category", "product", "amount_fen", "version")


def load_revenue(rows: Iterable[tuple[int, str, str, str, int]]) -> None:
    """Write (customer id, month, category, product, fen) of customers that have no such figures yet.

    Part of the caller's transaction. Averages and grades are the caller's to have made, by the day's job.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a load is one transaction")
    insert_rows(MonthlyRevenue, _FIELDS, ((*row, 1) for row in rows))
