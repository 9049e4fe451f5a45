from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dakehu.infra.access.api import OrgScoped
from dakehu.orders.domain.decomposition import BranchRole, StepKind
from dakehu.orders.domain.states import UNFINISHED, PauseReason, StepState
from dakehu.orders.models.orders import ProductOrder
from dakehu.organisation.api import OrgUnit


class BranchWork(OrgScoped):
    """A branch's part in an order, placed in the branch: lead (主办) or assist (协办)."""

    order = models.ForeignKey(ProductOrder, on_delete=models.CASCADE, related_name="works")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=6, default=BranchRole.LEAD)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "unit"], name="branch_once_per_order")]
        indexes = [models.Index(fields=["org_city", "order"], name="branch_work_city")]

    @property
    def is_lead(self) -> bool:
        return self.role == BranchRole.LEAD


class StepRun(models.Model):
    """One step of a branch's work. `after` holds the keys of the steps it waits for.

    `allowed_s` are working seconds from `ready_at` on. `record` is what the step found out or did.
    """

    work = models.ForeignKey(BranchWork, on_delete=models.CASCADE, related_name="steps")
    order = models.ForeignKey(ProductOrder, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, default=StepKind.SURVEY)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, default=StepState.WAITING)
    after = models.JSONField(default=list)
    allowed_s = models.PositiveIntegerField()
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    worker_name = models.CharField(max_length=80, blank=True)
    ready_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    record = models.CharField(max_length=500, blank=True)
    urged = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="step_key_once")]
        indexes = [
            models.Index(fields=["work", "state"], name="step_work_state"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=sorted(UNFINISHED)), name="step_unfinished_due"
            ),
        ]

    @property
    def stage(self) -> StepState:
        return StepState(self.state)


class OrderPause(models.Model):
    """A span in which a step, or the whole order where `step` is empty, stood still, and why."""

    order = models.ForeignKey(ProductOrder, on_delete=models.CASCADE, related_name="pauses")
    step = models.ForeignKey(StepRun, null=True, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=24, default=PauseReason.OTHER_BRANCH)
    note = models.CharField(max_length=500, blank=True)
    by_name = models.CharField(max_length=80)
    stops_clock = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"], condition=Q(ended_at__isnull=True), name="step_paused_once_at_a_time"
            )
        ]
