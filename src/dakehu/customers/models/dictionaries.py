from __future__ import annotations

from django.db import models


class Trade(models.Model):
    """One of the operator's own trades (行业), with the GB/T 4754 sections that usually fall into it."""

    code = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    sections = models.CharField(max_length=20, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class GradeRule(models.Model):
    """The least yearly average monthly revenue that earns a grade."""

    grade = models.PositiveSmallIntegerField(primary_key=True)
    least_fen = models.BigIntegerField()

    class Meta:
        ordering = ["grade"]
