"""A completed order is lines, a group and its members; an order that can't complete is none of it."""

from __future__ import annotations

import pytest

from dakehu.centrex.api import CentrexGroup, GroupPlan, MemberPlan, group_create, member_add
from dakehu.centrex.models import CentrexMember
from dakehu.customers.api import Customer
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import DomainError
from dakehu.numbering.models import Line, PublicNumber
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.domain.errors import StepsUnfinished
from dakehu.orders.domain.states import OrderState
from dakehu.orders.models import ProductOrder
from dakehu.orders.services.completion import order_complete
from dakehu.orders.services.steps import step_finish, step_start
from dakehu.orders.testing import OrderScenario

pytestmark = pytest.mark.req("KAM-08")


@pytest.mark.req("CTX-10", "CTX-12")
def test_completing_makes_everything(scene: OrderScenario) -> None:
    order = scene.completed()
    assert order.stage is OrderState.COMPLETED
    group = CentrexGroup.objects.get()
    assert (group.customer, group.gcn_id, group.capacity) == (scene.customer, scene.numbers[99], 10)
    assert group.work_order.content["gcn"] == scene.numbers[99]
    members = {m.short_number: m.line.public_number_id for m in CentrexMember.objects.select_related("line")}
    assert members == {f"80{n:02d}": scene.numbers[n] for n in (1, 2, 3)}
    states = dict(PublicNumber.objects.exclude(state="free").values_list("pk", "state"))
    assert states == {
        **{scene.numbers[n]: "assigned" for n in (1, 2, 3)},
        scene.numbers[99]: "blocked",
    }
    assert set(order.items.values_list("state", flat=True)) == {"completed"}


def test_the_news_of_it(scene: OrderScenario) -> None:
    order = scene.completed()
    event = OutboxEvent.objects.get(topic="order.completed")
    assert event.key == str(order.pk)
    assert event.payload["customer_id"] == scene.customer.pk
    assert [item["offering"] for item in event.payload["items"]] == ["centrex-group", *["centrex-member"] * 3]
    assert {tuple(sorted(item["made"])) for item in event.payload["items"]} == {
        ("group",),
        ("group", "line", "member"),
    }


def test_what_the_order_does_it_does_in_the_finishers_name(scene: OrderScenario) -> None:
    scene.completed()
    names = set(AuditEntry.objects.filter(action__in=["line.create", "group.create"]).values_list(
        "actor_name", flat=True
    ))  # fmt: skip
    assert names == {"调度员"}


@pytest.mark.parametrize("standing", ["prospect", "lost", "active"])
def test_its_customer_is_in_service_then(scene: OrderScenario, standing: str) -> None:
    Customer.objects.filter(pk=scene.customer.pk).update(status=standing)
    scene.completed()
    assert Customer.objects.get(pk=scene.customer.pk).status == "active"
    moves = AuditEntry.objects.filter(action__in=["customer.activate", "customer.win_back"])
    assert moves.count() == (0 if standing == "active" else 1)


def test_lines_alone(scene: OrderScenario) -> None:
    scene.completed(scene.line_item(5), scene.line_item(6))
    assert set(Line.objects.values_list("public_number_id", flat=True)) == {
        scene.numbers[5],
        scene.numbers[6],
    }


@pytest.mark.req("CTX-02", "CTX-17")
def test_members_join_the_chosen_group(scene: OrderScenario) -> None:
    scene.completed()
    group = CentrexGroup.objects.get()
    scene.completed(scene.member_item(4, group=group.pk), scene.member_item(5, group=group.pk))
    assert CentrexGroup.objects.count() == 1
    assert group.members.count() == 5


def test_completing_again_changes_nothing(scene: OrderScenario) -> None:
    order = scene.completed()
    again = order_complete(actor=scene.desk, order_id=order.pk)
    assert again.stage is OrderState.COMPLETED
    assert CentrexGroup.objects.count() == 1
    assert OutboxEvent.objects.filter(topic="order.completed").count() == 1


def test_before_the_customer_signed(scene: OrderScenario) -> None:
    order = scene.taken()
    with pytest.raises(StepsUnfinished) as raised:
        order_complete(actor=scene.desk, order_id=order.pk)
    assert "sign_off" in raised.value.data["steps"]  # type: ignore[operator]  # a list of kinds


@pytest.mark.req("CTX-11")
def test_a_refusal_half_way_leaves_nothing_behind(scene: OrderScenario) -> None:
    """The second member's short number went to someone else meanwhile: nothing of the order is made."""
    scene.completed()
    group = CentrexGroup.objects.get()
    order = scene.taken(scene.member_item(4, group=group.pk), scene.member_item(5, group=group.pk))
    scene.work(order, until=StepKind.SIGN_OFF)
    intruder = CentrexMember.objects.get(short_number="8003")
    intruder.short_number = "8005"
    intruder.save()
    step = scene.ready(order)
    assert step
    step_start(actor=scene.engineer, step_id=step.pk)
    with pytest.raises(DomainError) as raised:
        step_finish(actor=scene.engineer, step_id=step.pk)
    assert (raised.value.field, raised.value.code) == ("2.short_number", "centrex.short_number_taken")
    assert ProductOrder.objects.get(pk=order.pk).stage is OrderState.IN_PROGRESS
    assert order.steps.get(kind="sign_off").state == "working"
    assert group.members.count() == 3
    assert PublicNumber.objects.get(pk=scene.numbers[4]).state == "reserved"
    intruder.short_number = "8003"
    intruder.save()
    step_finish(actor=scene.engineer, step_id=step.pk)
    assert group.members.count() == 5


def test_a_lapsed_reservation_is_renewed_while_the_number_is_free(scene: OrderScenario) -> None:
    order = scene.submitted(scene.line_item(1))
    PublicNumber.objects.filter(holder=order.holder).update(state="free", holder="", reserved_until=None)
    from dakehu.orders.services.handling import order_take

    order_take(actor=scene.desk, order_id=order.pk)
    assert PublicNumber.objects.get(pk=scene.numbers[1]).holder == order.holder


def test_the_scenarios_helpers_are_the_services(scene: OrderScenario) -> None:
    """The order's way and the direct way make the same group."""
    scene.completed()
    made = CentrexGroup.objects.get()
    plan = GroupPlan(scene.customer.pk, "TY01", "另一群", "0", "9", 4, 10, scene.numbers[98])
    other = group_create(actor=SYSTEM, plan=plan)
    member = CentrexMember.objects.filter(group=made).first()
    assert member
    from dataclasses import replace

    value = replace(member.value(), public_number=scene.numbers[20])
    twin = member_add(actor=SYSTEM, plan=MemberPlan(other.pk, value))
    assert replace(twin.value(), public_number="") == replace(member.value(), public_number="")
