"""Where an order is: which branch holds it, who, since when, how much working time is burnt, what stops it.

Everything is read from prefetched rows (`with_work`), so a page of orders costs as many queries as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dakehu.kernel.workcalendar import WorkingCalendar
from dakehu.orders.domain.clocks import Reading
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.domain.states import StepState
from dakehu.orders.models import BranchWork, OrderPause, ProductOrder, StepRun
from dakehu.orders.selectors.clocks import order_reading, step_reading

HELD = frozenset({StepState.READY, StepState.WORKING, StepState.PAUSED})


@dataclass(frozen=True, slots=True)
class StepPlace:
    """A step with its clock and what stops it just now."""

    step: StepRun
    kind: StepKind
    stage: StepState
    reading: Reading | None
    pauses: tuple[OrderPause, ...]

    @property
    def stopped_by(self) -> OrderPause | None:
        return next((pause for pause in self.pauses if pause.ended_at is None), None)


@dataclass(frozen=True, slots=True)
class BranchPlace:
    """A branch's part, its steps in order."""

    work: BranchWork
    steps: tuple[StepPlace, ...]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The whole of it. `stopped_by` is what stops the whole order."""

    reading: Reading | None
    branches: tuple[BranchPlace, ...]
    stopped_by: OrderPause | None
    past: tuple[OrderPause, ...]

    @property
    def held(self) -> tuple[StepPlace, ...]:
        """The steps somebody holds, in the order of the plan."""
        return tuple(place for branch in self.branches for place in branch.steps if place.stage in HELD)


def whereabouts(order: ProductOrder, calendar: WorkingCalendar, now: datetime) -> Whereabouts:
    """Where the order is at `now`."""
    pauses = list(order.pauses.all())
    by_work: dict[int, list[StepPlace]] = {}
    works: dict[int, BranchWork] = {}
    for step in order.steps.all():
        works[step.work_id] = step.work
        by_work.setdefault(step.work_id, []).append(_place(step, pauses, calendar, now))
    own = [pause for pause in pauses if pause.step_id is None]
    return Whereabouts(
        reading=order_reading(order, calendar, now),
        branches=tuple(BranchPlace(works[pk], tuple(steps)) for pk, steps in sorted(by_work.items())),
        stopped_by=next((pause for pause in own if pause.ended_at is None), None),
        past=tuple(pauses),
    )


def _place(
    step: StepRun, pauses: Sequence[OrderPause], calendar: WorkingCalendar, now: datetime
) -> StepPlace:
    return StepPlace(
        step=step,
        kind=StepKind(step.kind),
        stage=step.stage,
        reading=step_reading(step, pauses, calendar, now),
        pauses=tuple(pause for pause in pauses if pause.step_id == step.pk),
    )
