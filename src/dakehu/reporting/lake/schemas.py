"""The tables of the lake. Every fact carries its place in the organisation as of its day."""

from __future__ import annotations

import pyarrow as pa

PLACE = [
    pa.field("customer_id", pa.int64()),
    pa.field("org_path", pa.string()),
    pa.field("org_city", pa.string()),
    pa.field("trade", pa.string()),
    pa.field("grade", pa.int8()),
]
CALLS = pa.schema(
    [
        pa.field("usage_id", pa.int64()),
        *PLACE,
        pa.field("group_id", pa.int64()),
        pa.field("calling_number", pa.string()),
        pa.field("call_class", pa.string()),
        pa.field("cause", pa.string()),
        pa.field("began_at", pa.timestamp("ms", tz="UTC")),
        pa.field("talk_ms", pa.int64()),
        pa.field("charge_fen", pa.int64()),
    ]
)
REVENUE = pa.schema([*PLACE, pa.field("product", pa.string()), pa.field("amount_fen", pa.int64())])
SCHEMAS = {"calls": CALLS, "revenue": REVENUE}
