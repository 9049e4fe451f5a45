from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dakehu.catalogue.api import ProductOffering
from dakehu.customers.api import Customer
from dakehu.infra.access.api import OrgScoped
from dakehu.orders.domain.states import OPEN_ORDERS, ItemAction, ItemState, OrderState


class ProductOrder(OrgScoped):
    """An order, placed in its customer's unit; branches that hold its work see it too (`orders_for`).

    `caller` names who sent it, so that `external_id` is unique per sender; `digest` tells a repetition from
    another order under the same id. `allowed_s` are working seconds
    from `clock_from` on, the day after the taking; `due_at` is when they run out, moved on by pauses that
    stop the clock.
    """

    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, default="desk")
    caller = models.CharField(max_length=120)
    external_id = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    description = models.CharField(max_length=500, blank=True)
    priority = models.CharField(max_length=2, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_name = models.CharField(max_length=80)
    state = models.CharField(max_length=24, default=OrderState.ACKNOWLEDGED)
    clock_class = models.CharField(max_length=4)
    allowed_days = models.PositiveSmallIntegerField()
    allowed_s = models.PositiveIntegerField()
    order_date = models.DateTimeField()
    requested_completion = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    clock_from = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "external_id"], condition=~Q(external_id=""), name="order_external_id_once"
            )
        ]
        indexes = [
            models.Index(fields=["org_city", "-order_date", "-id"], name="order_city_date"),
            models.Index(fields=["-order_date", "-id"], name="order_date"),
            models.Index(fields=["customer", "-order_date"], name="order_customer"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=sorted(OPEN_ORDERS)), name="order_open_due"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stage(self) -> OrderState:
        return OrderState(self.state)

    @property
    def holder(self) -> str:
        """The name under which the order reserves numbers."""
        return f"order:{self.pk}"


class ProductOrderItem(models.Model):
    """One product of the order. `position` is "1", "1.1"; `made` holds the ids of what completing made."""

    order = models.ForeignKey(ProductOrder, on_delete=models.CASCADE, related_name="items")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")
    position = models.CharField(max_length=12)
    offering = models.ForeignKey(ProductOffering, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=8, default=ItemAction.ADD)
    state = models.CharField(max_length=24, default=ItemState.ACKNOWLEDGED)
    characteristics = models.JSONField(default=dict)
    made = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="order_item_position_once")]


class OrderEntry(models.Model):
    """A line of the order's story, as its readers see it: who did what when, and why."""

    order = models.ForeignKey(ProductOrder, on_delete=models.CASCADE, related_name="entries")
    step = models.ForeignKey("orders.StepRun", null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["order", "id"], name="order_entry_order")]
