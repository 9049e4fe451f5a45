"""What branches do with their steps: start, pause, resume, finish; and urging them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import F

from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.workdays.api import working_calendar
from dakehu.kernel.errors import NotFound
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.domain.errors import NothingToUrge, OrderStandsStill, StepNotYours
from dakehu.orders.domain.states import STEP_STATES, OrderState, PauseReason, StepEvent, StepState
from dakehu.orders.domain.urging import urge_target
from dakehu.orders.models import OrderPause, ProductOrder, StepRun
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.clocks import order_due, step_due
from dakehu.orders.selectors.orders import works_for
from dakehu.orders.services.completion import complete
from dakehu.orders.services.moves import changing, tell
from dakehu.organisation.api import OrgUnit

HELD = (StepState.READY, StepState.WORKING, StepState.PAUSED)


def step_start(*, actor: Actor, step_id: int) -> StepRun:
    """Begin a step; whoever begins it has it in hand."""
    with _working(actor, step_id, "order.step_start") as step:
        _move(step, StepEvent.START)
        step.started_at = step.started_at or now()
        step.worker_id, step.worker_name = actor.user_id, actor.name
        tell(step.order, actor, "step_started", step=step)
    return step


def step_pause(*, actor: Actor, step_id: int, reason: PauseReason, note: str = "") -> StepRun:
    """Let a step stand still; its clock stops only where the delay isn't the operator's."""
    with _working(actor, step_id, "order.step_pause") as step:
        _move(step, StepEvent.PAUSE)
        OrderPause.objects.create(
            order=step.order, step=step, reason=reason, note=note[:500], by_name=actor.name,
            stops_clock=reason.stops_clock, started_at=now(),
        )  # fmt: skip
        tell(step.order, actor, "step_paused", note, step)
    return step


def step_resume(*, actor: Actor, step_id: int) -> StepRun:
    """Go on; due dates have moved by what counts."""
    with _working(actor, step_id, "order.step_resume") as step:
        _move(step, StepEvent.RESUME)
        at, calendar = now(), working_calendar()
        step.pauses.filter(ended_at=None).update(ended_at=at)
        step.due_at = step_due(step, calendar, at)
        step.order.due_at = order_due(step.order, calendar, at)
        tell(step.order, actor, "step_resumed", step=step)
    return step


def step_finish(*, actor: Actor, step_id: int, record: str = "") -> StepRun:
    """Finish a step; those that waited for it open. The customer's signature completes the order."""
    at = now()
    with _working(actor, step_id, "order.step_finish") as step:
        _move(step, StepEvent.FINISH)
        step.finished_at, step.record = at, record.strip()[:500]
        step.save()
        tell(step.order, actor, "step_finished", step.record, step)
        open_ready_steps(step.order, at)
        if step.kind == StepKind.SIGN_OFF:
            complete(actor, step.order, at)
    return step


def open_ready_steps(order: ProductOrder, at: datetime) -> None:
    """Open each waiting step whose predecessors are all done; its clock starts."""
    steps = list(order.steps.all())
    done = {step.key for step in steps if step.stage is StepState.DONE}
    calendar = working_calendar()
    for step in steps:
        if step.stage is StepState.WAITING and done.issuperset(step.after):
            _move(step, StepEvent.OPEN)
            step.ready_at = at
            step.due_at = calendar.add_working_time(at, step.allowed_s)
            step.save(update_fields=["state", "ready_at", "due_at"])


def order_urge(*, actor: Actor, order_id: int, note: str = "") -> ProductOrder:
    """Remind whoever holds the order's steps, a level higher each time; raises `NothingToUrge`."""
    with changing(actor, order_id, OrderPermission.URGE, "order.urge") as order:
        held = list(order.steps.filter(state__in=HELD).select_related("work__unit", "worker"))
        if not held:
            raise NothingToUrge
        for step in held:
            holder = step.worker.org_path if step.worker else step.work.org_path
            target = OrgUnit.objects.get(path=urge_target(holder, step.urged))
            tell(order, actor, "urged", f"{target.name}: {note}" if note else target.name, step)
            publish(
                "order.urged",
                key=order.pk,
                payload={"step": step.pk, "unit": target.pk, "worker": step.worker_id, "by": actor.name},
            )
        order.steps.filter(pk__in=[step.pk for step in held]).update(urged=F("urged") + 1)
    return order


@contextmanager
def _working(actor: Actor, step_id: int, action: str) -> Iterator[StepRun]:
    """The step, its order locked, if the actor's branch holds it and the order is being worked on."""
    require(actor, OrderPermission.WORK)
    order_id = StepRun.objects.filter(pk=step_id).values_list("order", flat=True).first()
    if order_id is None:
        raise NotFound(noun="step", id=str(step_id))
    with changing(actor, order_id, OrderPermission.WORK, action) as order:
        step = StepRun.objects.select_related("work__unit").get(pk=step_id)
        step.order = order
        if not works_for(actor, step.work.org_path):
            raise StepNotYours(branch=step.work.unit.name)
        if order.stage is not OrderState.IN_PROGRESS:
            raise OrderStandsStill(state=order.state)
        yield step
        step.save()


def _move(step: StepRun, event: StepEvent) -> None:
    step.state = STEP_STATES.move(step.stage, event)
