from __future__ import annotations

from django.db import models

from dakehu.charging.models.tariffs import Tariff
from dakehu.infra.access.api import ScopeRule


class SpoolCursor(models.Model):
    """How far a consumer (the rating, the services) has come in one voice process's spool."""

    source = models.CharField(max_length=40, primary_key=True)
    segment = models.BigIntegerField(default=0)
    offset = models.BigIntegerField(default=0)


class RatingBatch(models.Model):
    """The records that one transaction rated."""

    rated_at = models.DateTimeField()
    records = models.PositiveIntegerField()
    charge_fen = models.BigIntegerField()


class Usage(models.Model):
    """A rated call, answered or not (TMF635 `usage`). `talk_ms` 0 means it was never answered.

    `called_customer_id` and the group ids are those of the moment of the call and outlive what they name.
    `month` is the month of the call's begin in China.
    """

    record_id = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    group_id = models.BigIntegerField(default=0)
    calling_number = models.CharField(max_length=32)
    dialled = models.CharField(max_length=64)
    called_number = models.CharField(max_length=32, blank=True)
    called_customer_id = models.BigIntegerField(default=0)
    called_group_id = models.BigIntegerField(default=0)
    shown_number = models.CharField(max_length=32, blank=True)
    call_class = models.CharField(max_length=13, blank=True)
    began_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    talk_ms = models.BigIntegerField()
    charge_fen = models.BigIntegerField()
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="+", db_index=False)
    cause = models.CharField(max_length=15)
    status = models.PositiveSmallIntegerField(default=0)
    trace = models.JSONField(default=list)
    month = models.CharField(max_length=7)
    batch = models.ForeignKey(RatingBatch, on_delete=models.PROTECT, related_name="usages")

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        indexes = [
            models.Index(fields=["customer", "began_at", "id"], name="usage_customer_began"),
            models.Index(fields=["began_at", "id"], name="usage_began"),
            models.Index(fields=["calling_number", "began_at"], name="usage_calling"),
        ]
