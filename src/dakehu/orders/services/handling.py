"""What the desk does with an order: take, reject, hold, resume, cancel."""

from __future__ import annotations

from datetime import datetime

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.workdays.api import working_calendar
from dakehu.kernel.clock import day_of, day_start
from dakehu.orders.domain.decomposition import NO_RETURN, PlannedBranch, allowances, decompose
from dakehu.orders.domain.errors import PointOfNoReturn
from dakehu.orders.domain.states import (
    UNFINISHED,
    OrderEvent,
    OrderState,
    PauseReason,
    StepState,
)
from dakehu.orders.models import BranchWork, OrderPause, ProductOrder, StepRun
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.clocks import order_due, step_due
from dakehu.orders.services.fulfilment import release_numbers, renew_reservations, work_scope
from dakehu.orders.services.moves import changing, move, reason_of, tell
from dakehu.orders.services.steps import open_ready_steps
from dakehu.organisation.api import OrgUnit

_CUSTOMERS = frozenset({PauseReason.CUSTOMER_NOT_READY, PauseReason.CUSTOMER_CHANGES})


def order_take(*, actor: Actor, order_id: int, version: int | None = None) -> ProductOrder:
    """Take the order: its clock starts, the branches concerned get their steps, the first ones open."""
    at = now()
    with changing(actor, order_id, OrderPermission.TAKE, "order.take", version) as order:
        move(order, OrderEvent.TAKE)
        order.taken_at = at
        _start_clock(order, at)
        _dispatch(order, at)
        renew_reservations(actor, order)
        tell(order, actor, "taken")
    return order


def order_reject(*, actor: Actor, order_id: int, reason: str, version: int | None = None) -> ProductOrder:
    """Send the order back to whoever submitted it; its numbers are free again."""
    with changing(actor, order_id, OrderPermission.TAKE, "order.reject", version) as order:
        move(order, OrderEvent.REJECT)
        _close(actor, order, reason, "rejected")
    return order


def order_hold(
    *, actor: Actor, order_id: int, reason: PauseReason, note: str = "", version: int | None = None
) -> ProductOrder:
    """Let the whole order stand still: `pending` where the customer must answer, else `held`."""
    with changing(actor, order_id, OrderPermission.TAKE, "order.hold", version) as order:
        move(order, OrderEvent.ASK_CUSTOMER if reason in _CUSTOMERS else OrderEvent.HOLD)
        OrderPause.objects.create(
            order=order, reason=reason, note=note[:500], by_name=actor.name,
            stops_clock=reason.stops_clock, started_at=now(),
        )  # fmt: skip
        tell(order, actor, "held", note)
    return order


def order_resume(*, actor: Actor, order_id: int, version: int | None = None) -> ProductOrder:
    """Go on after a hold or the customer's answer; the due date has moved by what counts."""
    with changing(actor, order_id, OrderPermission.TAKE, "order.resume", version) as order:
        waiting = order.stage is OrderState.PENDING
        move(order, OrderEvent.CUSTOMER_ANSWERED if waiting else OrderEvent.RESUME)
        _end_pauses(order)
        tell(order, actor, "resumed")
    return order


def order_cancel(*, actor: Actor, order_id: int, reason: str, version: int | None = None) -> ProductOrder:
    """Cancel at once what nobody has taken yet, else ask the desk to.

    Raises `PointOfNoReturn` once a construction is done.
    """
    reason = reason_of(reason)
    with changing(actor, order_id, OrderPermission.SUBMIT, "order.cancel", version) as order:
        if order.stage is OrderState.ACKNOWLEDGED:
            move(order, OrderEvent.CANCEL)
            _close(actor, order, reason, "cancelled")
        else:
            _check_return(order)
            move(order, OrderEvent.ASK_CANCELLATION)
            order.reason = reason
            tell(order, actor, "cancellation_asked", reason)
    return order


def order_grant_cancellation(*, actor: Actor, order_id: int, version: int | None = None) -> ProductOrder:
    """Grant it: unfinished steps are dropped, numbers are free again."""
    with changing(actor, order_id, OrderPermission.TAKE, "order.grant_cancellation", version) as order:
        move(order, OrderEvent.GRANT_CANCELLATION)
        _check_return(order)
        move(order, OrderEvent.CANCEL)
        _close(actor, order, order.reason, "cancelled")
    return order


def order_refuse_cancellation(
    *, actor: Actor, order_id: int, reason: str, version: int | None = None
) -> ProductOrder:
    """Refuse it: work goes on, whatever the order waited for before."""
    with changing(actor, order_id, OrderPermission.TAKE, "order.refuse_cancellation", version) as order:
        move(order, OrderEvent.REFUSE_CANCELLATION)
        order.reason = ""
        _end_pauses(order)
        tell(order, actor, "cancellation_refused", reason_of(reason))
    return order


def _start_clock(order: ProductOrder, at: datetime) -> None:
    """Days are counted from the next working day on; they run out at closing time of the last of them."""
    calendar = working_calendar()
    order.clock_from = day_start(calendar.add_working_days(day_of(at), 1))
    order.allowed_s = order.allowed_days * calendar.seconds_per_day
    order.due_at = calendar.deadline(at, order.allowed_days)


def _dispatch(order: ProductOrder, at: datetime) -> None:
    """Write the branches' work as planned."""
    plan = decompose(work_scope(order))
    allowed = allowances(plan, order.allowed_s)
    units = {unit.path: unit for unit in OrgUnit.objects.filter(path__in=[b.branch for b in plan])}
    works = {branch.branch: _work(order, branch, units[branch.branch]) for branch in plan}
    steps = [step for branch in plan for step in branch.steps]
    StepRun.objects.bulk_create(
        StepRun(
            order=order, work=works[step.branch], key=step.key, kind=step.kind, position=position,
            after=list(step.after), allowed_s=allowed[step.key],
        )
        for position, step in enumerate(steps)
    )  # fmt: skip
    open_ready_steps(order, at)


def _work(order: ProductOrder, branch: PlannedBranch, unit: OrgUnit) -> BranchWork:
    work = BranchWork(order=order, unit=unit, role=branch.role)
    work.place(branch.branch)
    work.save()
    return work


def _close(actor: Actor, order: ProductOrder, reason: str, kind: str) -> None:
    order.reason = reason_of(reason)
    order.finished_at = now()
    order.steps.filter(state__in=UNFINISHED).update(state=StepState.DROPPED, finished_at=order.finished_at)
    order.pauses.filter(ended_at=None).update(ended_at=order.finished_at)
    release_numbers(actor, order)
    tell(order, actor, kind, order.reason)


def _check_return(order: ProductOrder) -> None:
    if order.steps.filter(kind=NO_RETURN, state=StepState.DONE).exists():
        raise PointOfNoReturn(step=str(NO_RETURN))


def _end_pauses(order: ProductOrder) -> None:
    """End the order's own pauses and move the due dates that they moved."""
    at, calendar = now(), working_calendar()
    order.pauses.filter(step=None, ended_at=None).update(ended_at=at)
    order.due_at = order_due(order, calendar, at)
    _move_step_due_dates(order, at)


def _move_step_due_dates(order: ProductOrder, at: datetime) -> None:
    calendar = working_calendar()
    running = list(order.steps.filter(state__in=UNFINISHED).exclude(ready_at=None))
    for step in running:
        step.order = order
        step.due_at = step_due(step, calendar, at)
    StepRun.objects.bulk_update(running, ["due_at"])
