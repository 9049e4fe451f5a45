"""What the desk does with an order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dakehu.infra.workdays.api import working_calendar
from dakehu.kernel.clock import cst
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.numbering.models import PublicNumber
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.domain.errors import PointOfNoReturn, ReasonMissing
from dakehu.orders.domain.states import OrderState, PauseReason, StepState
from dakehu.orders.models import OrderEntry, ProductOrder
from dakehu.orders.selectors.orders import orders_for
from dakehu.orders.services import handling
from dakehu.orders.services.handling import (
    order_cancel,
    order_grant_cancellation,
    order_hold,
    order_refuse_cancellation,
    order_reject,
    order_resume,
    order_take,
)
from dakehu.orders.testing import OrderScenario

pytestmark = pytest.mark.req("KAM-08")

MONDAY = cst(2026, 11, 23, 9)


class Now:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def on(self, day: int, hour: int) -> None:
        self.at = cst(2026, 11, day, hour)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Now:
    now = Now()
    monkeypatch.setattr(handling, "now", now)
    monkeypatch.setattr("dakehu.orders.services.steps.now", now)
    return now


def test_taking_dispatches_the_work(scene: OrderScenario, clock: Now) -> None:
    order = scene.taken()
    assert order.stage is OrderState.IN_PROGRESS
    assert order.due_at == working_calendar().deadline(MONDAY, 8)
    [work] = order.works.all()
    assert (work.unit, work.role) == (scene.world.taiyuan, "lead")
    assert [(s.kind, s.state) for s in order.steps.all()] == [
        ("survey", "ready"),
        ("resource", "waiting"),
        ("construction", "waiting"),
        ("test", "waiting"),
        ("sign_off", "waiting"),
    ]
    assert sum(step.allowed_s for step in order.steps.all()) <= order.allowed_s
    assert set(order.items.values_list("state", flat=True)) == {"inProgress"}


def test_another_citys_exchange_brings_its_branch_in(scene: OrderScenario) -> None:
    scene.world.taiyuan  # noqa: B018 - the first city's path comes first
    group = scene.group_item(exchange=scene.datong_exchange.code, gcn=scene.datong_numbers[0])
    manager = scene.world.actor("account_manager", "one_stop_desk", unit=scene.world.province)
    request = scene.request(group)
    from dakehu.orders.services.submission import order_submit

    order = order_submit(actor=manager, request=request).order
    order_take(actor=manager, order_id=order.pk)
    assert [(w.unit.short_name, w.role) for w in order.works.all()] == [("太原", "lead"), ("大同", "assist")]
    assert orders_for(scene.datong_engineer).get() == order
    assert not orders_for(scene.world.neighbour).exists()
    scene.work(order)
    assert ProductOrder.objects.get().stage is OrderState.COMPLETED


def test_taken_once(scene: OrderScenario) -> None:
    order = scene.submitted()
    order_take(actor=scene.desk, order_id=order.pk, version=order.version)
    with pytest.raises(Conflict):
        order_take(actor=scene.desk, order_id=order.pk, version=order.version)
    with pytest.raises(IllegalMove):
        order_take(actor=scene.desk, order_id=order.pk)
    assert order.steps.count() == 5


def test_rights_and_scope(scene: OrderScenario) -> None:
    order = scene.submitted()
    with pytest.raises(NotAllowed):
        order_take(actor=scene.manager, order_id=order.pk)
    far = scene.world.actor("one_stop_desk", unit=scene.world.datong)
    with pytest.raises(NotFound):
        order_take(actor=far, order_id=order.pk)
    with pytest.raises(NotFound):
        order_take(actor=scene.desk, order_id=4711)


def test_rejecting_frees_the_numbers(scene: OrderScenario) -> None:
    order = scene.submitted()
    with pytest.raises(ReasonMissing):
        order_reject(actor=scene.desk, order_id=order.pk, reason="  ")
    assert ProductOrder.objects.get().stage is OrderState.ACKNOWLEDGED
    order_reject(actor=scene.desk, order_id=order.pk, reason="资料不全")
    order.refresh_from_db()
    assert (order.stage, order.reason) == (OrderState.REJECTED, "资料不全")
    assert not PublicNumber.objects.exclude(state="free").exists()


@pytest.mark.parametrize(
    ("reason", "state", "moved_h"),
    [
        (PauseReason.CUSTOMER_NOT_READY, OrderState.PENDING, 7),
        (PauseReason.FORCE_MAJEURE, OrderState.HELD, 7),
        (PauseReason.MATERIAL_MISSING, OrderState.HELD, 0),
    ],
)
def test_holding_stops_the_clock_where_it_counts(
    scene: OrderScenario, clock: Now, reason: PauseReason, state: OrderState, moved_h: int
) -> None:
    order = scene.taken()
    due = order.due_at
    step_due = order.steps.get(kind="survey").due_at
    clock.on(24, 9)
    assert due
    assert step_due
    held = order_hold(actor=scene.desk, order_id=order.pk, reason=reason, note="等客户机房")
    assert held.stage is state
    clock.on(25, 9)
    order_resume(actor=scene.desk, order_id=order.pk)
    order.refresh_from_db()
    calendar = working_calendar()
    assert order.stage is OrderState.IN_PROGRESS
    assert order.due_at
    assert calendar.working_seconds_between(due, order.due_at) == moved_h * 3600
    after = order.steps.get(kind="survey").due_at
    assert after
    assert calendar.working_seconds_between(step_due, after) == moved_h * 3600


def test_cancelling_before_the_taking_is_at_once(scene: OrderScenario) -> None:
    order = scene.submitted()
    order_cancel(actor=scene.manager, order_id=order.pk, reason="客户不办了")
    assert ProductOrder.objects.get().stage is OrderState.CANCELLED
    assert not PublicNumber.objects.exclude(state="free").exists()


def test_cancelling_work_in_hand_asks_the_desk(scene: OrderScenario) -> None:
    order = scene.taken()
    asked = order_cancel(actor=scene.manager, order_id=order.pk, reason="客户不办了")
    assert asked.stage is OrderState.ASSESSING_CANCELLATION
    with pytest.raises(NotAllowed):
        order_grant_cancellation(actor=scene.manager, order_id=order.pk)
    order_grant_cancellation(actor=scene.desk, order_id=order.pk)
    order.refresh_from_db()
    assert (order.stage, order.reason) == (OrderState.CANCELLED, "客户不办了")
    assert set(order.steps.values_list("state", flat=True)) == {"dropped"}
    assert not PublicNumber.objects.exclude(state="free").exists()


def test_a_refused_cancellation_lets_work_go_on(scene: OrderScenario) -> None:
    order = scene.taken()
    order_hold(actor=scene.desk, order_id=order.pk, reason=PauseReason.MATERIAL_MISSING)
    order_cancel(actor=scene.manager, order_id=order.pk, reason="客户不办了")
    order_refuse_cancellation(actor=scene.desk, order_id=order.pk, reason="客户又要了")
    assert not order.pauses.filter(ended_at=None).exists()
    scene.work(order)
    assert ProductOrder.objects.get().stage is OrderState.COMPLETED


def test_after_the_construction_there_is_no_return(scene: OrderScenario) -> None:
    order = scene.taken()
    scene.work(order, until=StepKind.TEST)
    assert order.steps.get(kind="construction").state == StepState.DONE
    with pytest.raises(PointOfNoReturn):
        order_cancel(actor=scene.manager, order_id=order.pk, reason="太晚了")
    assert ProductOrder.objects.get().stage is OrderState.IN_PROGRESS


def test_the_story_tells_who_did_what(scene: OrderScenario) -> None:
    order = scene.taken()
    story = OrderEntry.objects.filter(order=order).values_list("kind", "by_name")
    assert list(story) == [("submitted", "王晓明"), ("taken", "受理员")]


def test_a_finished_order_is_late_no_longer(scene: OrderScenario, clock: Now) -> None:
    order = scene.taken()
    clock.at = MONDAY + timedelta(days=60)
    order_cancel(actor=scene.manager, order_id=order.pk, reason="客户不办了")
    order_grant_cancellation(actor=scene.desk, order_id=order.pk)
    order.refresh_from_db()
    assert order.finished_at == clock.at
