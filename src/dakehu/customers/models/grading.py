from __future__ import annotations

from django.db import models
from django.db.models import Q

from dakehu.customers.domain.grading import RuleKind
from dakehu.customers.models.customer import Customer
from dakehu.infra.access.api import ScopeRule


class GradeRule(models.Model):
    """What earns a grade: a least yearly average monthly revenue, a trade, or being a group's head.

    Without any active row of revenue the default thresholds hold.
    """

    kind = models.CharField(max_length=10, default=RuleKind.REVENUE)
    grade = models.PositiveSmallIntegerField()
    least_fen = models.BigIntegerField(default=0)
    trade = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["kind", "grade", "trade"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "grade", "trade"], name="grade_rule_once"),
        ]


class GradePeriod(models.Model):
    """The grade an account had from `since` (counted) to `until` (not counted; None: still), and why.

    `reasons` are `domain.grading.Reason` rows, the deciding ones first.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="grade_periods", db_index=False
    )
    grade = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    reasons = models.JSONField(default=list)
    decided_by = models.CharField(max_length=80)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "since"], name="grade_period_once_a_day"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(until__isnull=True), name="grade_period_open_once"
            ),
        ]
