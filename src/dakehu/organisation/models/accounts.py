from __future__ import annotations

from django.conf import settings
from django.db import models


class UserBefore(models.Model):
    """How an account was before an import gave it `version`, for an undo; None: it was not there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    details = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="user_before_once")]


class PasswordSheet(models.Model):
    """First passwords on their way to people: sealed, taken once by who had them made, gone after a day."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    people = models.PositiveIntegerField(default=0)
    sealed = models.TextField(blank=True)
    is_ready = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True)
