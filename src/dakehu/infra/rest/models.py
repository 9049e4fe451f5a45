from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class RequestKey(models.Model):
    """An `Idempotency-Key` and what it made: the same caller's repetition is answered with the same row.

    `digest` is SHA-256 over the body: a key that comes with another body is a mistake of the caller.
    """

    caller = models.CharField(max_length=120)
    resource = models.CharField(max_length=160)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "resource", "key"], name="rest_request_key_once")
        ]


class Listener(models.Model):
    """A client's wish for the events of an API (TMF630's hub); `query` filters them as a list's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.CharField(max_length=100, db_index=True)
    api = models.CharField(max_length=80, db_index=True)
    callback = models.CharField(max_length=500)
    query = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()


class EventDelivery(models.Model):
    """One event on its way to one listener, with the body as it was when the event happened."""

    class State(models.TextChoices):
        DUE = "due"
        DONE = "done"
        PARKED = "parked"

    listener = models.ForeignKey(Listener, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField()
    event_type = models.CharField(max_length=80)
    body = models.JSONField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.DUE)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listener", "event_id", "event_type"], name="rest_event_once")
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="due"), name="rest_event_due")]
