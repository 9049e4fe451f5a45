from __future__ import annotations

from django.db import models

from dakehu.customers.models.customer import Customer
from dakehu.infra.access.api import ScopeRule


class MonthlyRevenue(models.Model):
    """What one customer was billed in one month ("2026-11") for one product, after tax.

    `category` is an entry of the dictionary "product_category"; `product` is the bill's own name for it and
    may be blank. Tens of millions of rows: the one unique index is also what a customer's months, and the
    customers' averages in the order of their ids, are read by.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="monthly_revenue", db_index=False
    )
    month = models.CharField(max_length=7)
    category = models.CharField(max_length=40)
    product = models.CharField(max_length=60, blank=True)
    amount_fen = models.BigIntegerField()
    version = models.PositiveSmallIntegerField(default=1)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "month", "category", "product"], name="monthly_revenue_once"
            )
        ]
        indexes = [models.Index(fields=["month"], name="monthly_revenue_month")]
