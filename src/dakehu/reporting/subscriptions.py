"""Rated calls become facts of the lake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from dakehu.charging.api import Usage
from dakehu.infra.outbox.api import Event


def load_lake() -> None:
    """Load the lake's libraries: a second's work, which no transaction should wait for."""
    import dakehu.reporting.lake.files  # noqa: F401 - imported for its effect


def on_batch_rated(events: Sequence[Event]) -> None:
    """Write each rated batch's calls, a file per month; a batch that is there already is left alone."""
    import pyarrow as pa  # the lake's libraries are loaded by the processes that touch the lake

    from dakehu.reporting.lake.files import write_facts
    from dakehu.reporting.lake.schemas import CALLS

    batches = [int(event.key) for event in events]
    months: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = Usage.objects.filter(batch_id__in=batches).select_related("customer")
    for usage in rows.iterator(chunk_size=2000):
        months[usage.month].append(_fact(usage))
    source = f"batch-{batches[0]}" if len(batches) == 1 else f"batches-{batches[0]}-{batches[-1]}"
    for month, facts in months.items():
        write_facts("calls", month, source, pa.Table.from_pylist(facts, schema=CALLS))


def _fact(usage: Usage) -> dict[str, Any]:
    """A row of `lake.schemas.CALLS`: the call, with its customer's place as of now."""
    customer = usage.customer
    return {
        "usage_id": usage.pk,
        "customer_id": usage.customer_id,
        "org_path": customer.org_path if customer else None,
        "org_city": customer.org_city if customer else None,
        "trade": customer.trade if customer else None,
        "grade": customer.grade if customer else None,
        "group_id": usage.group_id,
        "calling_number": usage.calling_number,
        "call_class": usage.call_class,
        "cause": usage.cause,
        "began_at": usage.began_at,
        "talk_ms": usage.talk_ms,
        "charge_fen": usage.charge_fen,
    }
