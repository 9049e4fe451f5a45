from __future__ import annotations

from django.db import models

from dakehu.infra.access.api import OrgScoped
from dakehu.infra.importing.domain.states import BatchState


class ImportBatch(OrgScoped):
    """One uploaded table on its way.

    `sheets` holds each sheet's first rows, `heading_number` the row number of the headings in sheet `sheet`,
    `headings` their texts and `mapping` field → place among them. `runner` is the token of the run at work,
    `staged_to` the last row number staged. `repeats` is an earlier import of the same content.
    """

    spec = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default=BatchState.READING)
    file_id = models.UUIDField()
    file_name = models.CharField(max_length=200)
    file_kind = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=80)
    sheets = models.JSONField(default=list)
    sheet = models.PositiveIntegerField(default=0)
    heading_number = models.PositiveIntegerField(default=0)
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    alike = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    staged_to = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    committed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    problem = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True)
    runner = models.CharField(max_length=32, blank=True)
    repeats = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="repeated_by")
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner_id", "id"]),
            models.Index(fields=["sha256", "spec"]),
        ]


class ImportRow(models.Model):
    """One filled row of the file. The texts are JSON written by msgspec: cells, draft, faults, duplicates.

    `number` is the row's number in the person's spreadsheet; `keys` has one line per key as `field=value`
    between line feeds, so that equal rows are found by containment.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="staged", db_index=False)
    number = models.PositiveIntegerField()
    state = models.PositiveSmallIntegerField()
    cells = models.TextField()
    draft = models.TextField(blank=True)
    faults = models.TextField(blank=True)
    duplicates = models.TextField(blank=True)
    keys = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "state", "number"], name="import_row_state")]


class ImportMade(models.Model):
    """What one row became. `kept_because` is the fault for which an undo left it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="made", db_index=False)
    number = models.PositiveIntegerField()
    object_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    removed = models.BooleanField(default=False)
    kept_because = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_made_once")]


class RememberedMapping(models.Model):
    """What a person chose for the same headings last time."""

    owner_id = models.BigIntegerField()
    spec = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "spec", "fingerprint"], name="mapping_once")
        ]


class ImportLane(models.Model):
    """One row per import; committing locks it, so that imports of one noun save one after the other."""

    spec = models.CharField(max_length=40, primary_key=True)
