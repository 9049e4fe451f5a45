from __future__ import annotations

from django.conf import settings
from django.db import models

from dakehu.infra.access.api import ScopeRule
from dakehu.infra.files.api import StoredFile


class ManagerFile(models.Model):
    """An account manager's file; name, post and unit are the person's (`organisation.User`).

    `grade` is an entry of the dictionary "manager_grade". Load (accounts, revenue, visits due) is computed.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=40, blank=True)
    since = models.DateField(null=True, blank=True)
    languages = models.CharField(max_length=120, blank=True)
    photo = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    remark = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(path="user__org_path", city="user__org_city")

    def __str__(self) -> str:
        return self.user.name


class Credential(models.Model):
    """A qualification held or a training attended."""

    class Kind(models.TextChoices):
        QUALIFICATION = "qualification"
        TRAINING = "training"

    file = models.ForeignKey(ManagerFile, on_delete=models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=120)
    issuer = models.CharField(max_length=120, blank=True)
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    hours = models.PositiveSmallIntegerField(default=0)

    SCOPE = ScopeRule(path="file__user__org_path", city="file__user__org_city")

    class Meta:
        ordering = ["-first_on", "-id"]
