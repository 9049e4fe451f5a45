from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.states import CustomerStatus
from dakehu.infra.access.api import OrgScoped, ScopeRule
from dakehu.organisation.models import OrgUnit


class Customer(OrgScoped):
    """A customer file: one account with one owner, placed in one unit of the organisation.

    `parent` makes the tree of group, branches and sites. `name_key` is the name as duplicates are compared,
    `name_sort` its pinyin with the name behind it, `initials` the pinyin initials. `section` and `trade`
    are entries of the dictionaries "trade_section" and "trade". `monthly_revenue_fen` is the average of the
    last twelve months, kept here for sorting and grading; `grade` is what `hand_grade` and the rules give,
    kept here likewise (see `services.grading`). Written by the services alone: they keep the
    search index beside the row.
    """

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    name_sort = models.CharField(max_length=80, editable=False)
    initials = models.CharField(max_length=60, editable=False)
    credit_code = models.CharField(max_length=18, blank=True)
    section = models.CharField(max_length=1, blank=True)
    trade = models.CharField(max_length=40, blank=True)
    grade = models.PositiveSmallIntegerField(default=Grade.SMALL)
    status = models.CharField(max_length=10, default=CustomerStatus.PROSPECT)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="branches", db_index=False
    )
    org_unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    hand_grade = models.PositiveSmallIntegerField(null=True, blank=True)
    hand_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    monthly_revenue_fen = models.BigIntegerField(default=0)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.CharField(max_length=200, blank=True)
    remark = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    SCOPE = ScopeRule(collaborators="collaborators__user_id")

    class Meta:
        # A list is an equality on the city (or nothing, for the province) followed by its sort columns.
        indexes = [
            models.Index(fields=["org_city", "name_sort", "id"], name="customer_city_name"),
            models.Index(fields=["name_sort", "id"], name="customer_name"),
            models.Index(fields=["org_city", "monthly_revenue_fen", "id"], name="customer_city_revenue"),
            models.Index(fields=["monthly_revenue_fen", "id"], name="customer_revenue"),
            models.Index(fields=["org_city", "created_at", "id"], name="customer_city_created"),
            models.Index(fields=["created_at", "id"], name="customer_created"),
            models.Index(fields=["org_city", "grade", "name_sort", "id"], name="customer_city_grade"),
            models.Index(fields=["org_city", "trade", "name_sort", "id"], name="customer_city_trade"),
            # Grades follow revenue: within one, the order by revenue would skip or sort all the others.
            models.Index(
                fields=["org_city", "grade", "monthly_revenue_fen", "id"], name="customer_city_grade_revenue"
            ),
            models.Index(fields=["grade", "monthly_revenue_fen", "id"], name="customer_grade_revenue"),
            models.Index(fields=["owner", "name_sort", "id"], name="customer_owner"),
            models.Index(fields=["credit_code"], condition=~Q(credit_code=""), name="customer_credit_code"),
            models.Index(fields=["name_key"], name="customer_name_key"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="customer_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class CodeSeries(models.Model):
    """The last serial given to an account number, per area code; bulk writes take a run at once."""

    area_code = models.CharField(max_length=4, primary_key=True)
    last = models.PositiveIntegerField(default=0)
