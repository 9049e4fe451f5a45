"""How well the accounts' files are filled in: scores, tasks of owners, a year of months that got better."""

from __future__ import annotations

from dakehu.config.demo.accountbook import Progress
from dakehu.config.demo.models import DemoProvince
from dakehu.customers.api import Customer, fold_sums, keep_quality, load_quality_month, remind
from dakehu.kernel.clock import month_add, month_of

_MOST, _CHUNK = 20_000, 1_000
"""Accounts beyond these are judged by the night's job: a demonstration starts within seconds."""
_MONTHS = 11
_GAIN_PER_CENT = 2


def make_quality(row: DemoProvince, progress: Progress) -> None:
    """Judge the accounts, remind their owners, and let each month before have been a little worse."""
    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:_MOST])
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        keep_quality(some)
        remind(some)
        progress(min(start + _CHUNK, len(ids)), len(ids), "data quality")
    while fold_sums():
        pass
    now = month_of(row.seeded_at)
    for ago in range(_MONTHS, 0, -1):
        load_quality_month(month=month_add(now, -ago), per_cent=100 - _GAIN_PER_CENT * ago)
