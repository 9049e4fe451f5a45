from __future__ import annotations

from django.db import models


class ParameterValue(models.Model):
    """A value that holds from a moment on, until the next one does. Rows are added, never changed.

    Of two rows with one moment the later written holds. A withdrawn row was taken back in time.
    """

    name = models.CharField(max_length=80)
    value = models.BigIntegerField()
    effective_from = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=80)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["-effective_from", "-id"]
        indexes = [models.Index(fields=["name", "effective_from", "id"])]
