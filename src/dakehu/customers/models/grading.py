from __future__ import annotations

from django.db import models


class GradeRule(models.Model):
    """The least yearly average monthly revenue that earns a grade; without any row the defaults hold."""

    grade = models.PositiveSmallIntegerField(primary_key=True)
    least_fen = models.BigIntegerField()

    class Meta:
        ordering = ["grade"]
