from __future__ import annotations

from django.conf import settings
from django.db import models

from dakehu.customers.domain.relations import Attitude
from dakehu.customers.models.customer import Customer
from dakehu.infra.access.api import ScopeRule

_THROUGH_CUSTOMER = ScopeRule(
    path="customer__org_path",
    city="customer__org_city",
    collaborators="customer__collaborators__user_id",
)


class Collaborator(models.Model):
    """A person who works on an account beside its owner, and sees it wherever it is placed."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="collaborators")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    SCOPE = _THROUGH_CUSTOMER

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="collaborator_once")]


class Contact(models.Model):
    """A person at the customer's; `role` is an entry of the dictionary "contact_role".

    `reports_to` is another contact of the same customer. `birthday_key` is the birthday as a day of the year
    (see `domain.birthdays`), by which birthdays are found as they come round.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=60)
    post = models.CharField(max_length=60, blank=True)
    role = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    birthday = models.DateField(null=True, blank=True)
    birthday_key = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    reports_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports", db_index=False
    )
    attitude = models.CharField(max_length=10, default=Attitude.NEUTRAL, db_default=Attitude.NEUTRAL)
    preferences = models.CharField(max_length=200, blank=True, default="", db_default="")
    is_primary = models.BooleanField(default=False)
    remark = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    SCOPE = _THROUGH_CUSTOMER

    class Meta:
        ordering = ["-is_primary", "id"]
        indexes = [
            models.Index(
                fields=["birthday_key", "id"],
                condition=models.Q(birthday_key__isnull=False),
                name="contact_birthday",
            ),
            models.Index(
                fields=["reports_to"], condition=models.Q(reports_to__isnull=False), name="contact_reports_to"
            ),
        ]
