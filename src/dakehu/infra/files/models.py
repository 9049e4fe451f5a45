from __future__ import annotations

import uuid

from django.db import models

from dakehu.infra.access.api import OrgScoped


class StoredFile(OrgScoped):
    """A file on disk under its id. `name` is what its owner called it, for people only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    owner_id = models.BigIntegerField(null=True, db_index=True)
    owner_name = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, db_index=True)
