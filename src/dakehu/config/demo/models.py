from __future__ import annotations

from django.db import models


class DemoProvince(models.Model):
    """The mark that the demonstration province is there: seeded once, with this seed and size."""

    seed = models.BigIntegerField()
    accounts = models.PositiveIntegerField()
    seeded_at = models.DateTimeField()
