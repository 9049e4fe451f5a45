"""Folding the differences of the sums into one row a key, and keeping what each month came to (KAM-13)."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.db.models import Sum

from dakehu.customers.models import QualityMonth, QualityTally
from dakehu.infra.clock import now
from dakehu.infra.rows import create_many
from dakehu.kernel.clock import Month, month_of

_BATCH = 2000
_Key = tuple[str, int | None, str]


def fold_sums() -> bool:
    """Fold a batch of differences, whatever their age; True when there may be more.

    One transaction: a reader sees the same sums before, while and after.
    """
    with transaction.atomic():
        rows = QualityTally.objects.select_for_update(of=("self",)).filter(is_folded=False)
        fresh = list(rows.order_by("pk")[:_BATCH])
        if not fresh:
            return False
        keys = {_key(row) for row in fresh}
        folded = QualityTally.objects.select_for_update(of=("self",)).filter(
            is_folded=True, subject__in={key[2] for key in keys}, org_path__in={key[0] for key in keys}
        )
        old = [row for row in folded.order_by("pk") if _key(row) in keys]
        sums: dict[_Key, list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in [*fresh, *old]:
            held = sums[_key(row)]
            held[0], held[1], held[2] = held[0] + row.accounts, held[1] + row.points, held[2] + row.poor
        QualityTally.objects.filter(pk__in=[row.pk for row in [*fresh, *old]]).delete()
        QualityTally.objects.bulk_create(
            [_row(key, values) for key, values in sums.items() if any(values)], batch_size=500
        )
    return len(fresh) == _BATCH


def keep_month() -> bool:
    """Write what the running month comes to so far in the place of what it had; never has more work."""
    _write(month_of(now()), 100)
    return False


def load_quality_month(*, month: Month, per_cent: int) -> None:
    """Let a month have come to this part of the points of now: for generators of whole installations."""
    _write(month, per_cent)


def _write(month: Month, per_cent: int) -> None:
    sums = QualityTally.objects.filter(subject="").values_list("org_path", "owner_id").order_by()
    found = sums.annotate(a=Sum("accounts"), p=Sum("points"), poor=Sum("poor"))
    rows = []
    for path, owner_id, accounts, points, poor in found:
        if accounts:
            row = QualityMonth(
                month=month, owner_id=owner_id, accounts=accounts, points=points * per_cent // 100, poor=poor
            )
            row.place(path)
            rows.append(row)
    with transaction.atomic():
        QualityMonth.objects.filter(month=month).delete()
        create_many(rows)


def _key(row: QualityTally) -> _Key:
    return row.org_path, row.owner_id, row.subject


def _row(key: _Key, values: list[int]) -> QualityTally:
    path, owner_id, subject = key
    accounts, points, poor = values
    row = QualityTally(
        owner_id=owner_id, subject=subject, accounts=accounts, points=points, poor=poor, is_folded=True
    )
    row.place(path)
    return row
