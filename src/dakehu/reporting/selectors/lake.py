"""The lake as Ibis tables, bounded by what the actor sees."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from dakehu.infra.access.api import CITY_DEPTH, Actor
from dakehu.reporting.lake.files import current_files, lake_root
from dakehu.reporting.models import LakeFile

_local = threading.local()
_MEMORY = "512MB"
_PATH_END = "9" * 24


def _connection() -> Any:
    """This thread's DuckDB; Ibis is imported by the first report, not by every process."""
    if not hasattr(_local, "connection"):
        import ibis

        _local.connection = ibis.duckdb.connect(threads=2, memory_limit=_MEMORY)
    return _local.connection


def facts(table: str, months: Sequence[str]) -> tuple[Any | None, list[LakeFile]]:
    """The table over the files that count for the months, with those files; None when there are none."""
    files = current_files(table, months)
    if not files:
        return None, []
    paths = [str(lake_root() / file.path) for file in files]
    return _connection().read_parquet(paths, table_name=table, hive_partitioning=True), files


def seen_by(table: Any, actor: Actor, shared_customers: Sequence[int]) -> Any:
    """The facts of the actor's subtree and of the accounts they were named to work on."""
    scope = actor.scope
    if scope.path and scope.depth < CITY_DEPTH:
        return table
    shared = table.customer_id.isin(list(shared_customers)) if shared_customers else None
    if scope.path:
        inside = table.org_path.between(scope.path, scope.path + _PATH_END)
        return table.filter(inside | shared if shared is not None else inside)
    return table.filter(shared) if shared is not None else table.limit(0)
