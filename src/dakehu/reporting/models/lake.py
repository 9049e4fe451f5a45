from __future__ import annotations

from django.db import models
from django.db.models import Q


class LakeFile(models.Model):
    """One Parquet file of facts. `source` names what it was made from, once per table and month.

    A file that compaction has replaced has `replaced_at` and is deleted once no reader can still hold it.
    """

    table = models.CharField(max_length=20)
    month = models.CharField(max_length=7)
    source = models.CharField(max_length=60)
    path = models.CharField(max_length=120, unique=True)
    rows = models.BigIntegerField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "month", "source"], name="lake_file_once"),
        ]
        indexes = [
            models.Index(fields=["table", "month"], condition=Q(replaced_at=None), name="lake_file_current")
        ]
