from __future__ import annotations

from django.db import models

from dakehu.infra.access.scope import OrgScoped


class SavedView(OrgScoped):
    """A list's filters, order and columns under a name, or, without a name, what its owner used last.

    `params` is a query string. A shared view is seen by its owner's unit and the units below it.
    """

    list_name = models.CharField(max_length=80)
    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=80)
    name = models.CharField(max_length=60, blank=True)
    is_shared = models.BooleanField(default=False)
    params = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["list_name", "owner_id"])]
        constraints = [
            models.UniqueConstraint(fields=["list_name", "owner_id", "name"], name="ui_one_view_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name
