from __future__ import annotations

from django.db import models
from django.db.models import Q

from dakehu.customers.models.customer import Customer
from dakehu.infra.access.api import OrgScoped


class Merge(OrgScoped):
    """That one file went into another: the pointer from the gone one, and all that undoing it needs.

    Placed where the survivor stands. `kept_was` is the survivor's id at the time; `kept` follows further
    merges. `row` holds the gone file's columns, `before` and `after` the survivor's fields that could be
    chosen. Once `undone_at` is set it is history.
    """

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges")
    kept_was = models.BigIntegerField()
    gone_id = models.BigIntegerField()
    gone_code = models.CharField(max_length=16, db_index=True)
    gone_name = models.CharField(max_length=120)
    gone_path = models.CharField(max_length=24)
    row = models.JSONField()
    before = models.JSONField()
    after = models.JSONField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    undone_by = models.CharField(max_length=80, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gone_id"], condition=Q(undone_at__isnull=True), name="merge_gone_once"
            )
        ]
        indexes = [models.Index(fields=["at", "id"], name="merge_at")]

    def __str__(self) -> str:
        return f"{self.gone_code} → {self.kept_was}"


class MergeMove(models.Model):
    """Rows of one kind that moved with a merge: `ids`, and in `extra` what their kind needs to go back.

    `number` counts them with those that were put away. `place` is the unit's path that they had,
    "" for rows without one of their own.
    """

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="moves")
    hanging = models.CharField(max_length=40)
    place = models.CharField(max_length=24, blank=True)
    ids = models.JSONField()
    number = models.PositiveIntegerField(default=0)
    extra = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.hanging}: {len(self.ids)}"


class LikePair(models.Model):
    """Two files that may be one customer, as the search found them, or that someone declared different.

    By id and without foreign keys: a declaration outlives a merge and its undoing. `low` < `high`; `group`
    is the least id of all that like pairs connect; `closeness` see `domain.alike`.
    """

    low = models.BigIntegerField()
    high = models.BigIntegerField()
    closeness = models.PositiveSmallIntegerField()
    group = models.BigIntegerField()
    is_distinct = models.BooleanField(default=False)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["low", "high"], name="like_pair_once")]
        indexes = [models.Index(fields=["group"], condition=Q(is_distinct=False), name="like_pair_open")]

    def __str__(self) -> str:
        return f"{self.low} ~ {self.high}"
