"""SQL's LIKE with its own wildcards, for number patterns: `_` one digit, `%` any."""

from __future__ import annotations

from typing import Any

from django.db.models import Lookup


class Like(Lookup[str]):
    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right}", (*left_values, *right_values)
