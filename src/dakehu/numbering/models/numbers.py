from __future__ import annotations

from django.db import models
from django.db.models import Q

from dakehu.infra.access.api import ScopeRule
from dakehu.numbering.domain.exchanges import EXCHANGE_TYPES, ExchangeType
from dakehu.numbering.domain.numbers import BlockReason, NumberState
from dakehu.organisation.api import OrgUnit


class Exchange(models.Model):
    """An exchange (交换局) of a city. `org_city` is the city's path: whoever works in the city sees it."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(
        max_length=12, choices=[(code, kind.name) for code, kind in EXCHANGE_TYPES.items()]
    )
    area_code = models.CharField(max_length=4)
    city = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    org_city = models.CharField(max_length=8, db_index=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(path="org_city", city="org_city")

    class Meta:
        ordering = ["area_code", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def exchange_type(self) -> ExchangeType:
        return EXCHANGE_TYPES[self.kind]


class NumberBlock(models.Model):
    """A run of numbers given to an exchange (号段): `first` and `last` in national form."""

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="blocks")
    first = models.CharField(max_length=12, unique=True)
    last = models.CharField(max_length=12)
    count = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    SCOPE = ScopeRule(path="exchange__org_city", city="exchange__org_city")

    class Meta:
        ordering = ["first"]


class PublicNumber(models.Model):
    """One number. `tail` is the number written backwards, so that endings are found by an index.

    `holder` says for whom a reserved number is kept, such as "order:17"; `reserved_until` when the
    reservation lapses; `free_from` when a quarantined one is free again.
    """

    number = models.CharField(max_length=12, primary_key=True)
    tail = models.CharField(max_length=12, editable=False)
    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="+", db_index=False)
    block = models.ForeignKey(NumberBlock, on_delete=models.PROTECT, related_name="numbers")
    state = models.CharField(
        max_length=11, choices=[(s.value, s.value) for s in NumberState], default=NumberState.FREE
    )
    block_reason = models.CharField(
        max_length=10, choices=[(reason.value, reason.value) for reason in BlockReason], blank=True
    )
    holder = models.CharField(max_length=40, blank=True)
    reserved_until = models.DateTimeField(null=True)
    free_from = models.DateField(null=True)

    SCOPE = ScopeRule(path="exchange__org_city", city="exchange__org_city")

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["exchange", "state", "number"], name="number_by_state"),
            models.Index(fields=["exchange", "tail"], condition=Q(state="free"), name="number_free_tail"),
            models.Index(fields=["tail"], name="number_tail"),
            models.Index(fields=["holder"], condition=~Q(holder=""), name="number_holder"),
            models.Index(fields=["reserved_until"], condition=Q(state="reserved"), name="number_lapsing"),
            models.Index(fields=["free_from"], condition=Q(state="quarantined"), name="number_resting"),
        ]

    def __str__(self) -> str:
        return self.number
