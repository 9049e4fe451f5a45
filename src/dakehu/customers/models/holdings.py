from __future__ import annotations

from django.db import models
from django.db.models import Q

from dakehu.customers.domain.holdings import Confidence
from dakehu.customers.models.customer import Customer
from dakehu.infra.access.api import ScopeRule
from dakehu.infra.files.api import StoredFile


class Holding(models.Model):
    """A small record of a customer's file, seen by whoever sees the customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="%(class)s_rows")
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    remark = models.CharField(max_length=200, blank=True)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        abstract = True


class CompetitorLine(Holding):
    """What a competitor supplies; `operator` and `source` are entries of dictionaries."""

    operator = models.CharField(max_length=40)
    product = models.CharField(max_length=60)
    bandwidth_mbps = models.PositiveIntegerField(null=True, blank=True)
    count = models.PositiveIntegerField(default=1)
    monthly_fee_fen = models.BigIntegerField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    confidence = models.CharField(max_length=10, default=Confidence.LIKELY)

    class Meta:
        indexes = [
            models.Index(fields=["ends_on", "id"], condition=Q(ends_on__isnull=False), name="rival_line_ends")
        ]

    def __str__(self) -> str:
        return self.product


class Equipment(Holding):
    """A device at the customer's; `device` is an entry of the dictionary "equipment_kind"."""

    device = models.CharField(max_length=40)
    model = models.CharField(max_length=60)
    serial = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.model


class Agreement(Holding):
    """A contract's summary with its text attached."""

    number = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    amount_fen = models.BigIntegerField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["ends_on", "id"], condition=Q(ends_on__isnull=False), name="agreement_ends")
        ]

    def __str__(self) -> str:
        return self.number


class Document(Holding):
    """A file of the customer's; `kind` is an entry of the dictionary "document_kind"."""

    subject = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.subject
