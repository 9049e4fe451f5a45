"""Writing the lake's files and keeping them few."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Count

from dakehu.infra.clock import now
from dakehu.reporting.lake.schemas import SCHEMAS
from dakehu.reporting.models import LakeFile

FEW = 24
_MOST_ROWS = 5_000_000
_KEEP_REPLACED = timedelta(hours=1)
_ROW_GROUP = 16_384


def lake_root() -> Path:
    return Path(settings.HOME) / "lake"


def write_facts(table: str, month: str, source: str, facts: pa.Table) -> LakeFile:
    """Add a month's facts from `source`; a source that is in the lake already is left as it is.

    Must run inside a transaction: the file counts from its commit on. Sorted by customer, so that one
    customer's facts are read from few row groups.
    """
    known = LakeFile.objects.filter(table=table, month=month, source=source).first()
    if known is not None:
        return known
    relative = f"{table}/month={month}/{source}-{uuid.uuid4().hex[:8]}.parquet"
    _write(lake_root() / relative, facts.cast(SCHEMAS[table]).sort_by("customer_id"))
    return LakeFile.objects.create(
        table=table, month=month, source=source, path=relative, rows=facts.num_rows, written_at=now()
    )


def current_files(table: str, months: Sequence[str]) -> list[LakeFile]:
    """The files that count for the months."""
    return list(LakeFile.objects.filter(table=table, month__in=months, replaced_at=None).order_by("pk"))


def compact_lake() -> bool:
    """Merge one month's many small files into one, and delete what was replaced an hour ago."""
    delete_replaced()
    crowded = (
        LakeFile.objects.filter(replaced_at=None, rows__lt=_MOST_ROWS)
        .values("table", "month")
        .annotate(files=Count("pk"))
        .filter(files__gt=FEW)
        .order_by("month")
        .first()
    )
    if crowded is None:
        return False
    compact_month(crowded["table"], crowded["month"])
    return True


def compact_month(table: str, month: str) -> None:
    """One new file for the month's small ones, in one transaction: a reader sees the old set or the new."""
    with transaction.atomic():
        small = list(
            LakeFile.objects.select_for_update()
            .filter(table=table, month=month, replaced_at=None, rows__lt=_MOST_ROWS)
            .order_by("pk")
        )
        if len(small) < 2:
            return
        facts = pa.concat_tables(
            pq.read_table(lake_root() / file.path, schema=SCHEMAS[table], partitioning=None) for file in small
        )
        write_facts(table, month, f"merged-{small[-1].pk}", facts)
        LakeFile.objects.filter(pk__in=[file.pk for file in small]).update(replaced_at=now())


def delete_replaced() -> None:
    """Delete replaced files that no running query can still be reading; their rows stay as their history."""
    for file in LakeFile.objects.filter(replaced_at__lt=now() - _KEEP_REPLACED, rows__gt=0):
        (lake_root() / file.path).unlink(missing_ok=True)
        LakeFile.objects.filter(pk=file.pk).update(rows=0)


def _write(path: Path, facts: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        pq.write_table(facts, file, row_group_size=_ROW_GROUP, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
