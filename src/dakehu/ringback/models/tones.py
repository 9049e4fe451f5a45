from __future__ import annotations

from django.db import models

from dakehu.customers.api import Customer
from dakehu.infra.access.api import ScopeRule
from dakehu.kernel.periods import callers_from, period_from
from dakehu.ringback.domain.choice import Owner, ToneRule, ToneSettings
from dakehu.ringback.domain.review import USABLE, ToneState


class Tone(models.Model):
    """A customer's uploaded sound and how it was reviewed (VPN-17).

    `digest` is the SHA-256 of the sound as it is kept and played. `decided_by` and `reason` are of the last
    move: approval, refusal or withdrawal.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="ringback_tones")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    seconds = models.FloatField()
    state = models.CharField(
        max_length=9, choices=[(s.value, s.value) for s in ToneState], default=ToneState.UPLOADED
    )
    uploaded_by = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["state", "uploaded_at", "id"], name="ringback_tone_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "digest"],
                condition=models.Q(state__in=sorted(USABLE)),
                name="ringback_tone_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OwnerTones(models.Model):
    """What the callers of a VPN, a Centrex group or a line hear (VPN-16, IN-07).

    `owner_id` is the owner's row, without a foreign key: VPNs and groups are another chapter's.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    owner_kind = models.CharField(max_length=5, choices=[(o.value, o.value) for o in Owner])
    owner_id = models.BigIntegerField()
    default = models.ForeignKey(Tone, null=True, on_delete=models.PROTECT, related_name="+")
    personal_wins = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_kind", "owner_id"], name="ringback_owner_once")]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id}"

    def value(self) -> ToneSettings[int]:
        """As the rules see it; reads `rules`, by their rank."""
        rules = sorted(self.rules.all(), key=lambda rule: rule.rank)
        return ToneSettings(self.default_id, tuple(rule.value() for rule in rules), self.personal_wins)


class RuleRow(models.Model):
    """A tone for some hours and callers; the lowest rank that fits counts."""

    owner = models.ForeignKey(OwnerTones, on_delete=models.CASCADE, related_name="rules")
    rank = models.PositiveSmallIntegerField()
    tone = models.ForeignKey(Tone, on_delete=models.PROTECT, related_name="+")
    periods = models.JSONField(default=list)
    callers = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "rank"], name="ringback_rank_once")]

    def __str__(self) -> str:
        return f"{self.owner} #{self.rank}"

    def value(self) -> ToneRule[int]:
        callers = callers_from(self.callers) if self.callers is not None else None
        return ToneRule(self.tone_id, tuple(map(period_from, self.periods)), callers)
