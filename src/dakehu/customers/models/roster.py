from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.domain.reclaim import DEFAULT_DAYS
from dakehu.customers.domain.roster import CURRENT, OPEN, EntryState
from dakehu.customers.models.customer import Customer
from dakehu.infra.access.api import ScopeRule

_THROUGH_CUSTOMER = ScopeRule(
    path="customer__org_path",
    city="customer__org_city",
    collaborators="customer__collaborators__user_id",
)
_USER = settings.AUTH_USER_MODEL


class OwnershipPeriod(models.Model):
    """One owner's days with an account, from `since` to the day before `until`; open while they own it.

    Written by `services.ownership.keep_in_step` alone, under the lock of the customer's row.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="ownership", db_index=False)
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    SCOPE = _THROUGH_CUSTOMER

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "since"], name="ownership_one_a_day"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(until__isnull=True), name="ownership_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="ownership_forward"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "since", "id"], name="ownership_owner"),
            models.Index(fields=["since", "id"], name="ownership_since"),
        ]


class RosterEntry(models.Model):
    """One stint of an account on the named-account list, from the application to its end.

    `previous` is the entry in force when this one was applied for: its approval ends that one. `asked_by` is
    who applied, later who asked to leave. `check_on` is the day on which the rule of reclaiming looks again.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="roster", db_index=False)
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, default=EntryState.APPLIED)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    warned_on = models.DateField(null=True, blank=True)
    check_on = models.DateField(null=True, blank=True)
    last_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = _THROUGH_CUSTOMER

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state__in=[str(state) for state in CURRENT]),
                name="roster_one_current",
            ),
            models.UniqueConstraint(
                fields=["customer", "owner"],
                condition=Q(state__in=[str(state) for state in OPEN]),
                name="roster_one_application",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "state"], name="roster_customer"),
            models.Index(fields=["state", "applied_at", "id"], name="roster_state"),
            models.Index(fields=["applied_at", "id"], name="roster_applied"),
            models.Index(fields=["check_on"], condition=Q(check_on__isnull=False), name="roster_check_on"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.pk}"


class RosterShare(models.Model):
    """What part of an entry's credit goes to one who works beside the owner."""

    entry = models.ForeignKey(RosterEntry, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "user"], name="roster_share_once"),
            models.CheckConstraint(
                condition=Q(percent__gte=1) & Q(percent__lte=100), name="roster_share_range"
            ),
        ]


class ReclaimRule(models.Model):
    """The days of `domain.reclaim`; without the one row the defaults hold."""

    idle_days = models.PositiveSmallIntegerField(default=DEFAULT_DAYS.idle_days)
    grace_days = models.PositiveSmallIntegerField(default=DEFAULT_DAYS.grace_days)
    rest_days = models.PositiveSmallIntegerField(default=DEFAULT_DAYS.rest_days)
    version = models.PositiveIntegerField(default=1)


class OwnershipDispute(models.Model):
    """A case about an account's ownership; `awarded_to` and `since` are its decision."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="disputes", db_index=False)
    state = models.CharField(max_length=10, default=DisputeState.OPEN)
    opened_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    awarded_to = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = _THROUGH_CUSTOMER

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state=str(DisputeState.OPEN)), name="dispute_one_open"
            )
        ]
        indexes = [
            models.Index(fields=["opened_at", "id"], name="dispute_opened"),
            models.Index(fields=["customer", "id"], name="dispute_customer"),
        ]


class DisputeClaim(models.Model):
    """Who claims the account, and what on."""

    dispute = models.ForeignKey(OwnershipDispute, on_delete=models.CASCADE, related_name="claims")
    claimant = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=2000)
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispute", "claimant"], name="dispute_claim_once")]
        ordering = ["pk"]
