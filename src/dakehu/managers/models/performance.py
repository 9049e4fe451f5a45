from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dakehu.customers.api import Customer
from dakehu.infra.access.api import OrgScoped, ScopeRule
from dakehu.infra.files.api import StoredFile
from dakehu.managers.domain.contract_states import AppealState, ContractState
from dakehu.managers.domain.contracts import Term
from dakehu.managers.domain.indicators import Code
from dakehu.managers.domain.scoring import Limits

_USER = settings.AUTH_USER_MODEL


class Contract(OrgScoped):
    """A manager's performance contract for a year; it lies where the manager worked when it was drawn up.

    `floor` and `cap` are the limits of scoring, in hundredths of a per cent, as they held when the contract
    was proposed. `score` is the year's, in hundredths of a point, once the year is closed.
    """

    manager = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    first_month = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, default=ContractState.DRAFT)
    floor = models.PositiveIntegerField()
    cap = models.PositiveIntegerField()
    remark = models.CharField(max_length=400, blank=True)
    last_reason = models.CharField(max_length=400, blank=True)
    score = models.IntegerField(null=True, blank=True)
    proposed_by = models.CharField(max_length=80, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    enforced_by = models.CharField(max_length=80, blank=True)
    enforced_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(collaborators="manager")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["manager", "year"],
                condition=~Q(state=str(ContractState.DISCARDED)),
                name="contract_once_a_year",
            )
        ]
        indexes = [
            models.Index(fields=["org_city", "year", "id"], name="contract_city_year"),
            models.Index(fields=["year", "id"], name="contract_year"),
        ]

    @property
    def limits(self) -> Limits:
        return Limits(self.floor, self.cap)


class ContractTerm(models.Model):
    """One indicator of a contract; `months` holds twelve targets or nulls, January first."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="terms")
    place = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=20)
    weight = models.PositiveSmallIntegerField()
    year_target = models.BigIntegerField()
    months = models.JSONField()
    is_typed = models.BooleanField(default=False)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["contract", "indicator"], name="contract_term_once")]

    def term(self) -> Term:
        return Term(Code(self.indicator), self.weight, self.year_target, tuple(self.months))


class NewProduct(models.Model):
    """Revenue of this product counts as new from month to month; a blank product means the whole category."""

    category = models.CharField(max_length=40)
    product = models.CharField(max_length=60, blank=True)
    since = models.CharField(max_length=7)
    until = models.CharField(max_length=7, blank=True)

    class Meta:
        ordering = ["category", "product", "since"]
        constraints = [
            models.UniqueConstraint(fields=["category", "product", "since"], name="new_product_once")
        ]


class EnteredFigure(models.Model):
    """A figure that the system cannot know, entered by a person who names its source."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="entered")
    month = models.CharField(max_length=7)
    indicator = models.CharField(max_length=20)
    value = models.BigIntegerField()
    note = models.CharField(max_length=400, blank=True)
    document = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(path="contract__org_path", city="contract__org_city", collaborators="contract__manager")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "month", "indicator"], name="entered_figure_once")
        ]


class MonthResult(OrgScoped):
    """A closed month of a contract: frozen, whatever becomes of the data behind it.

    `score` is what holds, `first_score` what it was at the close: granted appeals lie between. A month that
    was opened again keeps this row with `is_current` False, and its next close makes another.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="results", db_index=False)
    manager = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    run = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    score = models.IntegerField(null=True, blank=True)
    first_score = models.IntegerField(null=True, blank=True)
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=80)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    SCOPE = ScopeRule(collaborators="manager")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "month", "run"], name="month_result_run"),
            models.UniqueConstraint(
                fields=["contract", "month"], condition=Q(is_current=True), name="month_result_current"
            ),
        ]
        indexes = [
            models.Index(fields=["org_city", "month", "score", "id"], name="month_result_city"),
            models.Index(fields=["month", "score", "id"], name="month_result_month"),
            models.Index(fields=["manager", "month"], name="month_result_manager"),
        ]


class MonthFigure(models.Model):
    """One indicator of a closed month. `value`, `reached` and `points` hold; the `first_` ones were closed.

    `part` of `whole` is what a computed share is made of. `value` is None where there was no base.
    """

    result = models.ForeignKey(MonthResult, on_delete=models.CASCADE, related_name="figures")
    place = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=20)
    weight = models.PositiveSmallIntegerField()
    target = models.BigIntegerField()
    value = models.BigIntegerField(null=True, blank=True)
    part = models.BigIntegerField(null=True, blank=True)
    whole = models.BigIntegerField(null=True, blank=True)
    reached = models.IntegerField(null=True, blank=True)
    points = models.IntegerField(null=True, blank=True)
    first_value = models.BigIntegerField(null=True, blank=True)
    first_reached = models.IntegerField(null=True, blank=True)
    first_points = models.IntegerField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["result", "indicator"], name="month_figure_once")]


class FigureRecord(models.Model):
    """A record behind a closed figure, as it was then: an account with what it brought, a visit, a promise.

    `amount` is the part that counts, by `percent` of the account's credit; `base` is what it is held against.
    """

    figure = models.ForeignKey(MonthFigure, on_delete=models.CASCADE, related_name="records")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.PositiveBigIntegerField(null=True, blank=True)
    text = models.CharField(max_length=200, blank=True)
    day = models.DateField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(default=100)
    amount = models.BigIntegerField()
    base = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["customer"], name="figure_record_customer")]


class Appeal(OrgScoped):
    """A manager's appeal against a closed figure, with its decision. `wanted` is the figure asked for."""

    figure = models.ForeignKey(MonthFigure, on_delete=models.PROTECT, related_name="appeals")
    manager = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default=AppealState.OPEN)
    wanted = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=400)
    opened_at = models.DateTimeField()
    corrected = models.BigIntegerField(null=True, blank=True)
    decision = models.CharField(max_length=400, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(collaborators="manager")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["figure"], condition=Q(state=str(AppealState.OPEN)), name="appeal_one_open"
            )
        ]
        indexes = [
            models.Index(fields=["org_city", "opened_at", "id"], name="appeal_city"),
            models.Index(fields=["opened_at", "id"], name="appeal_opened"),
        ]
