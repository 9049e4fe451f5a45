"""Rated calls become facts of the lake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from dakehu.infra.outbox.api import Event


def on_batch_rated(events: Sequence[Event]) -> None:
    """Write each rated batch's calls, a file per month; a batch that is there already is left alone."""
    import pyarrow as pa  # the lake's libraries are loaded by the processes that touch the lake

    from dakehu.charging.api import Usage
    from dakehu.reporting.lake.files import write_facts
    from dakehu.reporting.lake.schemas import CALLS

    batches = [int(event.key) for event in events]
    months: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = Usage.objects.filter(batch_id__in=batches).values(
        "pk", "month", "group_id", "calling_number", "call_class", "cause", "began_at", "talk_ms",
        "charge_fen", "customer_id", "customer__org_path", "customer__org_city", "customer__trade_id",
        "customer__grade",
    )  # fmt: skip
    for row in rows.iterator(chunk_size=2000):
        place = {name.removeprefix("customer__"): row.pop(name) for name in list(row) if "__" in name}
        fact = row | place
        fact["usage_id"], fact["trade"] = fact.pop("pk"), fact.pop("trade_id")
        months[fact.pop("month")].append(fact)
    source = f"batch-{batches[0]}" if len(batches) == 1 else f"batches-{batches[0]}-{batches[-1]}"
    for month, facts in months.items():
        write_facts("calls", month, source, pa.Table.from_pylist(facts, schema=CALLS))
