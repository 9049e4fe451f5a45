from __future__ import annotations

from django.db import models
from django.db.models import Q


class OutboxEvent(models.Model):
    """A fact in the past tense: `topic` such as "order.completed", `key` the id of what it is about."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    correlation_id = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["topic", "id"])]


class Delivery(models.Model):
    """One event on its way to one consumer."""

    class State(models.TextChoices):
        DUE = "due"
        DONE = "done"
        PARKED = "parked"

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE)
    consumer = models.CharField(max_length=60)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="outbox_once_per_consumer")]
        indexes = [
            models.Index(fields=["consumer", "due_at"], condition=Q(state="due"), name="outbox_due"),
            models.Index(fields=["id"], condition=Q(state="parked"), name="outbox_parked"),
        ]
