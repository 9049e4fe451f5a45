from __future__ import annotations

from django.db import models


class Tariff(models.Model):
    """A published tariff: never changed, only followed by a later one."""

    name = models.CharField(max_length=80)
    effective_from = models.DateField(unique=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["effective_from"]

    def __str__(self) -> str:
        return self.name


class TariffRate(models.Model):
    """The rate of one class of call; prices in 1/10,000 yuan (毫)."""

    tariff = models.ForeignKey(Tariff, on_delete=models.CASCADE, related_name="rates")
    call_class = models.CharField(max_length=13)
    first_s = models.PositiveIntegerField()
    first_hao = models.PositiveIntegerField()
    unit_s = models.PositiveIntegerField()
    unit_hao = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tariff", "call_class"], name="tariff_rate_once")]
