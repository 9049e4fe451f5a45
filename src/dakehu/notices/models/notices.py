from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import OrgScoped
from dakehu.notices.models.readers import Robot


class Telling(models.Model):
    """What is told: facts for the kind's sentence, what it is about, where it leads.

    `mark` tells one occasion from another, so that none is told twice.
    """

    kind = models.CharField(max_length=60)
    mark = models.CharField(max_length=80)
    noun = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Notice(Telling):
    """A notice in a person's list."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "mark"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "id"], name="notice_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["at"], name="notice_at"),
        ]


class Dispatch(Telling, OrgScoped):
    """One message on its way out: a mail to `user`, or to a `robot`, calling `mobiles`.

    DROPPED: the reader may not see it any more, has left, or has no address.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", pgettext_lazy("notice", "Mail")
        ROBOT = "robot", pgettext_lazy("notice", "Robot")

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("notice", "To be sent")
        DONE = "done", pgettext_lazy("notice", "Sent")
        PARKED = "parked", pgettext_lazy("notice", "Failed")
        DROPPED = "dropped", pgettext_lazy("notice", "Dropped")

    channel = models.CharField(max_length=5, choices=Channel.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    robot = models.ForeignKey(Robot, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    mobiles = models.JSONField(default=list)
    is_digest = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "mark"], condition=Q(robot=None), name="mail_once"
            ),
            models.UniqueConstraint(
                fields=["robot", "kind", "mark"], condition=Q(user=None), name="robot_once"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="due"), name="dispatch_due"),
            models.Index(fields=["state", "id"], name="dispatch_state"),
            models.Index(fields=["made_at"], name="dispatch_made"),
        ]

    @property
    def is_mail(self) -> bool:
        return self.channel == self.Channel.MAIL
