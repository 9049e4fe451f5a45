from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dakehu.customers.api import Customer
from dakehu.infra.access.api import OrgScoped, ScopeRule
from dakehu.managers.domain.states import HandOverState


class HandOver(OrgScoped):
    """Accounts on their way from one manager to another; it lies where the giver works, both see it."""

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    parties = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    state = models.CharField(max_length=10, default=HandOverState.PROPOSED)
    reason = models.CharField(max_length=200)
    opened_at = models.DateTimeField(db_index=True)
    given_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(collaborators="parties")


class HandOverItem(models.Model):
    """One account of a hand-over; `is_open` while that is undecided, so that no account is in two at once."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="items")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_open=True), name="hand_over_account_once"
            ),
        ]
