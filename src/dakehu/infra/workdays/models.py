from __future__ import annotations

from django.db import models


class CalendarYear(models.Model):
    """One year's exceptions to Monday to Friday, read from the notice beside them.

    `holidays` and `workdays` map a date in ISO form to its festival's name; a notice's first or last days may
    lie in the neighbouring year.
    """

    year = models.PositiveSmallIntegerField(primary_key=True)
    holidays = models.JSONField(default=dict)
    workdays = models.JSONField(default=dict)
    notice = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
