from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dakehu.customers.domain.churn import LIVE, WarningState
from dakehu.customers.models.customer import Customer
from dakehu.infra.access.api import ScopeRule


class ChurnThreshold(models.Model):
    """From which measure a signal warns, where it differs from the signal's default; or that it is off."""

    signal = models.CharField(max_length=40, primary_key=True)
    value = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)


class ChurnWarning(models.Model):
    """An account that may be lost: the evidence, who looks after it, what came of it.

    `evidence` holds `domain.churn.Evidence` rows, one for each signal. `closed_at` is set with the outcome.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="churn_warnings", db_index=False
    )
    state = models.CharField(max_length=12, default=WarningState.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.JSONField(default=list)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        indexes = [
            models.Index(fields=["raised_at", "id"], name="churn_warning_raised"),
            models.Index(fields=["state", "raised_at", "id"], name="churn_warning_state"),
            models.Index(fields=["customer", "raised_at"], name="churn_warning_customer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state__in=[str(s) for s in LIVE]), name="churn_warning_live"
            )
        ]

    def __str__(self) -> str:
        return self.customer.name
