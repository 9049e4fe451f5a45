from __future__ import annotations

from datetime import date

from django.db import models

from dakehu.catalogue.models.specifications import ProductSpecification
from dakehu.organisation.api import localised


class ClockClass(models.Model):
    """How many working days an order may take where resources exist: class A 8, B 10, C 12, D 13."""

    code = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, blank=True)
    working_days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return localised(self.name, self.name_en)


class ProductOffering(models.Model):
    """A specification on sale. A new version takes over from the day its predecessor ends.

    `valid_to` is the first day on which it can no longer be ordered. `relies_on` names the offering whose
    order item an item of this one may build on within one order: a member on its group.
    """

    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    specification = models.ForeignKey(
        ProductSpecification, on_delete=models.PROTECT, related_name="offerings"
    )
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    category = models.CharField(max_length=20)
    clock_class = models.ForeignKey(ClockClass, on_delete=models.PROTECT, related_name="+")
    relies_on = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="offering_version_once")]

    def __str__(self) -> str:
        return localised(self.name, self.name_en)

    def is_orderable(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class ProductPrice(models.Model):
    """What an offering costs. A usage price has no amount: `tariff` names the one that rates it."""

    class Kind(models.TextChoices):
        ONE_TIME = "one_time"
        RECURRING = "recurring"
        USAGE = "usage"

    offering = models.ForeignKey(ProductOffering, on_delete=models.CASCADE, related_name="prices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    amount_fen = models.BigIntegerField(default=0)
    months = models.PositiveSmallIntegerField(default=0)
    tariff = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["offering", "kind", "name"], name="price_once")]

    def __str__(self) -> str:
        return localised(self.name, self.name_en)
