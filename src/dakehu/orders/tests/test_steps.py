"""What branches do with their steps."""

from __future__ import annotations

import pytest

from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.orders.domain.errors import NothingToUrge, OrderStandsStill, StepNotYours
from dakehu.orders.domain.states import PauseReason, StepState
from dakehu.orders.models import OrderEntry, StepRun
from dakehu.orders.selectors.orders import works_for
from dakehu.orders.services.handling import order_hold
from dakehu.orders.services.steps import order_urge, step_finish, step_pause, step_resume, step_start
from dakehu.orders.testing import OrderScenario
from dakehu.organisation.api import OrgUnit

pytestmark = pytest.mark.req("KAM-08")


@pytest.fixture
def survey(scene: OrderScenario) -> StepRun:
    return scene.taken().steps.get(kind="survey")


def test_one_step_after_another(scene: OrderScenario, survey: StepRun) -> None:
    step_start(actor=scene.engineer, step_id=survey.pk)
    survey.refresh_from_db()
    assert (survey.stage, survey.worker_name) == (StepState.WORKING, "调度员")
    step_finish(actor=scene.engineer, step_id=survey.pk, record="管线已到楼")
    survey.refresh_from_db()
    assert (survey.stage, survey.record) == (StepState.DONE, "管线已到楼")
    following = survey.order.steps.get(kind="resource")
    assert following.stage is StepState.READY
    assert following.ready_at == survey.finished_at
    assert following.due_at
    assert survey.order.steps.get(kind="construction").stage is StepState.WAITING


def test_no_step_begins_before_its_turn_or_twice(scene: OrderScenario, survey: StepRun) -> None:
    later = survey.order.steps.get(kind="test")
    with pytest.raises(IllegalMove):
        step_start(actor=scene.engineer, step_id=later.pk)
    step_start(actor=scene.engineer, step_id=survey.pk)
    with pytest.raises(IllegalMove):
        step_start(actor=scene.engineer, step_id=survey.pk)


def test_pausing_and_resuming(scene: OrderScenario, survey: StepRun) -> None:
    step_start(actor=scene.engineer, step_id=survey.pk)
    step_pause(
        actor=scene.engineer, step_id=survey.pk, reason=PauseReason.CUSTOMER_NOT_READY, note="机房未装修"
    )
    pause = survey.pauses.get()
    assert (pause.stops_clock, pause.note, pause.ended_at) == (True, "机房未装修", None)
    with pytest.raises(IllegalMove):
        step_finish(actor=scene.engineer, step_id=survey.pk)
    step_resume(actor=scene.engineer, step_id=survey.pk)
    pause.refresh_from_db()
    assert pause.ended_at


def test_another_branch_cannot_do_ones_step(scene: OrderScenario, survey: StepRun) -> None:
    everywhere = scene.world.actor("provisioning_engineer", unit=scene.world.province)
    step_start(actor=everywhere, step_id=survey.pk)
    with pytest.raises(NotFound):
        step_finish(actor=scene.datong_engineer, step_id=survey.pk)
    with pytest.raises(NotAllowed):
        step_finish(actor=scene.manager, step_id=survey.pk)
    with pytest.raises(NotFound):
        step_finish(actor=scene.engineer, step_id=4711)


def test_a_branch_in_the_same_order_keeps_to_its_own_steps(scene: OrderScenario) -> None:
    group = scene.group_item(exchange=scene.datong_exchange.code, gcn=scene.datong_numbers[0])
    both = scene.world.actor("account_manager", "one_stop_desk", unit=scene.world.province)
    from dakehu.orders.services.handling import order_take
    from dakehu.orders.services.submission import order_submit

    order = order_submit(actor=both, request=scene.request(group)).order
    order_take(actor=both, order_id=order.pk)
    survey = order.steps.get(kind="survey")
    with pytest.raises(StepNotYours):
        step_start(actor=scene.datong_engineer, step_id=survey.pk)
    step_start(actor=scene.datong_engineer, step_id=order.steps.get(kind="resource").pk)


def test_a_countys_engineer_works_for_the_citys_branch(scene: OrderScenario) -> None:
    city = scene.world.taiyuan.path
    assert works_for(scene.world.actor("provisioning_engineer", unit=scene.world.county), city)
    assert works_for(scene.world.actor("provisioning_engineer", unit=scene.world.province), city)
    assert not works_for(scene.datong_engineer, city)


def test_while_the_order_stands_still_nobody_works(scene: OrderScenario, survey: StepRun) -> None:
    order_hold(actor=scene.desk, order_id=survey.order_id, reason=PauseReason.MATERIAL_MISSING)
    with pytest.raises(OrderStandsStill):
        step_start(actor=scene.engineer, step_id=survey.pk)


def test_urging_goes_to_the_holder_then_up_a_level(scene: OrderScenario, survey: StepRun) -> None:
    county = scene.world.actor("provisioning_engineer", unit=scene.world.county)
    step_start(actor=county, step_id=survey.pk)
    for _time in range(4):
        order_urge(actor=scene.manager, order_id=survey.order_id, note="客户着急")
    told = OutboxEvent.objects.filter(topic="order.urged").order_by("pk")
    units = [OrgUnit.objects.get(pk=event.payload["unit"]) for event in told]
    world = scene.world
    assert units == [world.county, world.taiyuan, world.province, world.province]
    survey.refresh_from_db()
    assert survey.urged == 4
    assert "客户着急" in OrderEntry.objects.filter(kind="urged").latest("pk").text


def test_nothing_to_urge(scene: OrderScenario) -> None:
    order = scene.submitted()
    with pytest.raises(NothingToUrge):
        order_urge(actor=scene.manager, order_id=order.pk)
