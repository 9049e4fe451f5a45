from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dakehu.customers.models.customer import Customer
from dakehu.infra.access.api import OrgScoped, ScopeRule

_USER = settings.AUTH_USER_MODEL


class QualityRule(models.Model):
    """What is asked of one subject, from `valid_from` (counted) to `valid_until` (not counted; None: still).

    `subject` is a name of `customers.subjects`, `grades` a list of the grades' numbers. What held on a past
    day is never changed: a change ends the row and begins another.
    """

    subject = models.CharField(max_length=40)
    stage = models.PositiveSmallIntegerField()
    grades = models.JSONField(default=list)
    weight = models.PositiveSmallIntegerField()
    is_required = models.BooleanField(default=True)
    format = models.CharField(max_length=20, blank=True)
    fresh_days = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["subject", "stage", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="quality_rule_forward",
            )
        ]


class AccountQuality(OrgScoped):
    """An account's score as its file is now; written by `services.qualitykeeping` alone.

    Place, owner and grade are the account's, kept beside the score for lists and for what is taken out of
    the sums again. `stamp` names the rules it was judged by, 0 before the first time; `confirmed` says of
    fields on which day (ISO) they were last entered or found right; `check_on` is the day on which time
    alone may change the score.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="quality"
    )
    owner = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    grade = models.PositiveSmallIntegerField(default=5)
    score = models.PositiveSmallIntegerField(default=0)
    completeness = models.PositiveSmallIntegerField(default=0)
    validity = models.PositiveSmallIntegerField(default=0)
    freshness = models.PositiveSmallIntegerField(default=0)
    fault_count = models.PositiveSmallIntegerField(default=0)
    is_poor = models.BooleanField(default=False)
    check_on = models.DateField(null=True, blank=True)
    stamp = models.BigIntegerField(default=0)
    confirmed = models.JSONField(default=dict)

    SCOPE = ScopeRule(collaborators="customer__collaborators__user_id")

    class Meta:
        indexes = [
            models.Index(fields=["org_city", "score", "customer"], name="quality_city_score"),
            models.Index(fields=["score", "customer"], name="quality_score"),
            models.Index(fields=["owner", "score", "customer"], name="quality_owner_score"),
            models.Index(fields=["stamp", "customer"], name="quality_stamp"),
            models.Index(fields=["check_on"], condition=Q(check_on__isnull=False), name="quality_check_on"),
        ]


class QualityFault(OrgScoped):
    """One thing that is wrong with an account's file now. `rank` sorts by grade, then by gain."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="quality_faults", db_index=False
    )
    subject = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    gain = models.PositiveSmallIntegerField()
    grade = models.PositiveSmallIntegerField()
    rank = models.SmallIntegerField()
    owner = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    SCOPE = ScopeRule(collaborators="customer__collaborators__user_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "subject"], name="quality_fault_once"),
        ]
        indexes = [
            models.Index(fields=["owner", "rank", "id"], name="quality_fault_owner"),
            models.Index(fields=["subject", "org_city", "rank", "id"], name="quality_fault_city"),
            models.Index(fields=["subject", "rank", "id"], name="quality_fault_subject"),
            models.Index(fields=["org_city", "rank", "id"], name="quality_fault_place"),
            models.Index(fields=["rank", "id"], name="quality_fault_rank"),
        ]


class QualityTally(OrgScoped):
    """Sums over the accounts of a unit and owner, as rows to be added up.

    Every write of scores adds rows with what it changed, so that no two writers wait for each other; a loop
    folds the rows of one key into one. With an empty `subject` the row counts accounts, their points and the
    poor ones among them; otherwise the accounts that have a fault there.
    """

    owner = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=40, blank=True)
    accounts = models.IntegerField(default=0)
    points = models.BigIntegerField(default=0)
    poor = models.IntegerField(default=0)
    is_folded = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "org_city", "org_path"], name="quality_tally_place"),
            models.Index(fields=["subject", "owner"], name="quality_tally_owner"),
            models.Index(fields=["id"], condition=Q(is_folded=False), name="quality_tally_open"),
        ]


class QualityMonth(OrgScoped):
    """The sums of `QualityTally` as a month left them; of the running month, as of its last look."""

    month = models.CharField(max_length=7)
    owner = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    accounts = models.IntegerField()
    points = models.BigIntegerField()
    poor = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["month", "org_city", "org_path"], name="quality_month_place")]


class QualityReminder(models.Model):
    """A task of an account's owner: its score is below the bound. One is open per account at most."""

    class State(models.TextChoices):
        OPEN = "open"
        MENDED = "mended"
        DROPPED = "dropped"

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="quality_reminders", db_index=False
    )
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    score = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state="open"), name="quality_reminder_one_open"
            )
        ]
        indexes = [
            models.Index(fields=["state", "raised_at", "id"], name="quality_reminder_state"),
            models.Index(fields=["owner", "state", "raised_at", "id"], name="quality_reminder_owner"),
            models.Index(fields=["customer", "raised_at"], name="quality_reminder_account"),
        ]

    def __str__(self) -> str:
        return self.customer.name
