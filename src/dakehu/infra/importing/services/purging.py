"""What old imports keep: their figures and what was made of them, not the rows that people typed."""

from __future__ import annotations

from datetime import timedelta

from dakehu.infra.clock import now
from dakehu.infra.importing.domain.states import AT_WORK
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.reading.rowfile import path_for
from dakehu.infra.importing.services.uploading import KEEP_DAYS

_BATCHES = 20


def purge_old() -> bool:
    """Drop the rows and row files of some imports past their days; True when there may be more."""
    border = now() - timedelta(days=KEEP_DAYS)
    old = ImportBatch.objects.filter(created_at__lt=border).exclude(state__in=AT_WORK)
    rows = ImportRow.objects.filter(batch__in=old)
    ids = list(rows.values_list("batch_id", flat=True).order_by("batch_id").distinct()[:_BATCHES])
    for batch_id in ids:
        ImportRow.objects.filter(batch=batch_id).delete()
        path_for(batch_id).unlink(missing_ok=True)
    return len(ids) == _BATCHES
