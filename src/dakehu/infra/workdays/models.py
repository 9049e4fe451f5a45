from __future__ import annotations

from django.db import models


class CalendarYear(models.Model):
    """One year's exceptions to Monday to Friday, as dates in ISO form, with the notice they come from."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    holidays = models.JSONField(default=list)
    workdays = models.JSONField(default=list)
    notice = models.TextField(blank=True)
