from __future__ import annotations

from django.db import models

from dakehu.infra.access.scope import ScopeRule


class AuditEntry(models.Model):
    """One write: `changes` maps a field to `[old, new]`; a creation has no old, a removal no new."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    noun = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    label = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)
    org_path = models.CharField(max_length=24, blank=True)
    correlation_id = models.CharField(max_length=64)

    SCOPE = ScopeRule(city="")

    class Meta:
        indexes = [
            models.Index(fields=["at"]),
            models.Index(fields=["noun", "object_id", "id"]),
            models.Index(fields=["actor_id", "id"]),
            models.Index(fields=["correlation_id"]),
        ]


class AuditPending(models.Model):
    """The queue of rows to seal; emptied by the sealing loop."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True)


class AuditSeal(models.Model):
    """The chain: `digest` is SHA-256 over the previous digest and the entry's canonical text."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64)
