"""Billed revenue enters the lake: from the billing system, or from the demonstration's generator."""

from __future__ import annotations

import pyarrow as pa
from django.db import transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.reporting.lake.files import write_facts
from dakehu.reporting.lake.schemas import REVENUE
from dakehu.reporting.permissions import ReportPermission


def revenue_write(*, actor: Actor, month: str, source: str, columns: dict[str, list[object]]) -> int:
    """Add a month's revenue, given by columns as in `lake.schemas.REVENUE`; the number of rows.

    `source` names the delivery: the same one a second time changes nothing.
    """
    require(actor, ReportPermission.LOAD)
    with transaction.atomic():
        file = write_facts("revenue", month, source, pa.table(columns, schema=REVENUE))
        change = Change("revenue", file.pk, f"{month} {source}", after={"rows": file.rows})
        record(actor, "revenue.write", change)
    return file.rows
