from __future__ import annotations

from django.conf import settings
from django.db import models

from dakehu.customers.api import Contact, Customer
from dakehu.infra.access.api import ScopeRule
from dakehu.infra.files.api import StoredFile
from dakehu.managers.domain.states import PromiseState, VisitState


class Visit(models.Model):
    """A visit of `manager` to an account: planned, then logged, then commented on by the leader.

    `starts_at` is the plan and becomes the moment of the visit when it is logged. `latitude` and `longitude`
    are degrees (WGS 84) where the log was written, if the person let the telephone say so. History stays with
    who earned it: a logged visit keeps its manager when the account is handed over.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, default=VisitState.PLANNED)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    purpose = models.CharField(max_length=200)
    contacts = models.ManyToManyField(Contact, related_name="+", blank=True)
    log = models.TextField(blank=True)
    logged_at = models.DateTimeField(null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    photo = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    comment = models.CharField(max_length=400, blank=True)
    comment_by = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(
        path="customer__org_path",
        city="customer__org_city",
        collaborators="customer__collaborators__user_id",
    )

    class Meta:
        indexes = [
            models.Index(fields=["manager", "starts_at", "id"], name="visit_manager_start"),
            models.Index(fields=["customer", "starts_at", "id"], name="visit_customer_start"),
            models.Index(fields=["starts_at", "id"], name="visit_start"),
        ]


class Promise(models.Model):
    """Something promised in a visit: a task of `keeper` with a day and, in the end, an outcome."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="promises")
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    text = models.CharField(max_length=200)
    due_on = models.DateField()
    state = models.CharField(max_length=8, default=PromiseState.OPEN)
    outcome = models.CharField(max_length=400, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = ScopeRule(
        path="visit__customer__org_path",
        city="visit__customer__org_city",
        collaborators="visit__customer__collaborators__user_id",
    )

    class Meta:
        indexes = [
            models.Index(fields=["keeper", "state", "due_on", "id"], name="promise_keeper_due"),
            models.Index(fields=["due_on", "id"], name="promise_due"),
        ]


class VisitRule(models.Model):
    """How often accounts of a grade are visited; without any row the defaults hold. No visits: no rule."""

    grade = models.PositiveSmallIntegerField(primary_key=True)
    visits = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()


class CalendarFeed(models.Model):
    """A person's own visits for a calendar program, under an address whose secret is kept as a hash alone."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
