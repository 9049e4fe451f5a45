from __future__ import annotations

from allauth.idp.oidc.models import Client
from django.db import models

from dakehu.infra.access.scope import OrgScoped
from dakehu.organisation.models.people import Role
from dakehu.organisation.models.tree import OrgUnit


class ApiClient(OrgScoped):
    """A program that calls the API by OAuth2 client credentials: a role's rights over a unit's subtree."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, unique=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    org_unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
