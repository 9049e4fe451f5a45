from __future__ import annotations

from django.db import models


class RequestKey(models.Model):
    """An `Idempotency-Key` and what it made: the same caller's repetition is answered with the same row.

    `digest` is SHA-256 over the body: a key that comes with another body is a mistake of the caller.
    """

    caller = models.CharField(max_length=120)
    resource = models.CharField(max_length=160)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "resource", "key"], name="rest_request_key_once")
        ]
