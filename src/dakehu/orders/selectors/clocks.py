"""The clocks of orders and steps, read from their rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dakehu.kernel.workcalendar import WorkingCalendar
from dakehu.orders.domain.clocks import Clock, Pause, Reading, due_at, read_clock
from dakehu.orders.models import OrderPause, ProductOrder, StepRun


def order_clock(order: ProductOrder, pauses: Iterable[OrderPause]) -> Clock | None:
    """The order's clock; None before it is taken. Whatever stops a step's clock stops the order's."""
    if order.clock_from is None:
        return None
    return Clock(order.clock_from, order.allowed_s, _stopping(pauses), order.finished_at)


def step_clock(step: StepRun, pauses: Iterable[OrderPause]) -> Clock | None:
    """The step's clock, stopped by its own pauses and the whole order's; None while it waits."""
    if step.ready_at is None:
        return None
    own = (pause for pause in pauses if pause.step_id in {None, step.pk})
    return Clock(step.ready_at, step.allowed_s, _stopping(own), step.finished_at)


def order_reading(order: ProductOrder, calendar: WorkingCalendar, now: datetime) -> Reading | None:
    """What the order's clock shows; reads the prefetched pauses."""
    clock = order_clock(order, order.pauses.all())
    return read_clock(calendar, clock, now) if clock else None


def step_reading(
    step: StepRun, pauses: Iterable[OrderPause], calendar: WorkingCalendar, now: datetime
) -> Reading | None:
    clock = step_clock(step, pauses)
    return read_clock(calendar, clock, now) if clock else None


def order_due(order: ProductOrder, calendar: WorkingCalendar, now: datetime) -> datetime | None:
    """The moment to store as `due_at`, after a pause began or ended."""
    clock = order_clock(order, order.pauses.all())
    return due_at(calendar, clock, now) if clock else None


def step_due(step: StepRun, calendar: WorkingCalendar, now: datetime) -> datetime | None:
    clock = step_clock(step, step.order.pauses.all())
    return due_at(calendar, clock, now) if clock else None


def _stopping(pauses: Iterable[OrderPause]) -> tuple[Pause, ...]:
    return tuple(Pause(pause.started_at, pause.ended_at) for pause in pauses if pause.stops_clock)
