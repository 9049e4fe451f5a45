"""An order is taken whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.errors import faults_of
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import DomainError, Invalid, NotAllowed
from dakehu.numbering.models import PublicNumber
from dakehu.numbering.testing import a_customer, a_line
from dakehu.orders.domain.requests import ItemRequest, OrderRequest
from dakehu.orders.domain.states import ItemAction, OrderState
from dakehu.orders.models import ProductOrder, ProductOrderItem
from dakehu.orders.services.submission import order_submit
from dakehu.orders.testing import OrderScenario


def faults(scene: OrderScenario, *items: ItemRequest, **fields: Any) -> list[tuple[str | None, str]]:
    """Field and code of every fault; the order must have left no trace."""
    with pytest.raises(DomainError) as raised:
        order_submit(actor=scene.manager, request=scene.request(*items, **fields))
    error = raised.value
    assert not ProductOrder.objects.exists()
    assert not PublicNumber.objects.filter(state="reserved").exists()
    leaves = error.faults if isinstance(error, Invalid) else [error]
    return [(leaf.field, leaf.code) for leaf in leaves]


@pytest.mark.req("KAM-08", "CTX-02")
def test_a_good_order_stands_with_its_numbers_reserved(scene: OrderScenario) -> None:
    order = scene.submitted()
    assert order.stage is OrderState.ACKNOWLEDGED
    assert order.number.endswith(f"{order.pk:06d}")
    assert (order.clock_class, order.allowed_days) == ("A", 8)
    assert [(i.position, i.offering.code) for i in order.items.all()] == [
        ("1", "centrex-group"),
        ("1.1", "centrex-member"),
        ("1.2", "centrex-member"),
        ("1.3", "centrex-member"),
    ]
    reserved = PublicNumber.objects.filter(holder=order.holder, state="reserved")
    assert set(reserved.values_list("pk", flat=True)) == {scene.numbers[n] for n in (1, 2, 3, 99)}
    assert OutboxEvent.objects.get(topic="order.submitted").key == str(order.pk)
    assert AuditEntry.objects.get(action="order.submit").object_id == str(order.pk)


def test_values_are_stored_typed_with_defaults(scene: OrderScenario) -> None:
    order = scene.submitted(scene.group_item(scene.member_item(1), capacity="１０"))
    group = order.items.get(position="1").characteristics
    member = order.items.get(position="1.1").characteristics
    assert group["capacity"] == 10
    assert (member["rights_level"], member["rights_special"], member["line_kind"]) == (
        "national",
        True,
        "fixed",
    )


@pytest.mark.req("CTX-11", "CTX-13")
def test_every_fault_is_told_at_once(scene: OrderScenario) -> None:
    found = faults(
        scene,
        scene.group_item(
            scene.member_item(1, "0001"),  # the exit prefix
            scene.member_item(2, "9001"),  # the attendant prefix
            scene.member_item(3, "8001"),
            scene.member_item(4, "8001"),  # twice
            scene.member_item(5, "80"),  # too short
            scene.member_item(6, rights_level="galactic"),
        ),
    )
    assert set(found) == {
        ("1.1.short_number", "centrex.short_number_exit_prefix"),
        ("1.2.short_number", "centrex.short_number_attendant_prefix"),
        ("1.3.short_number", "centrex.short_number_taken"),
        ("1.4.short_number", "centrex.short_number_taken"),
        ("1.5.short_number", "centrex.short_number_length"),
        ("1.6.rights_level", "catalogue.value_not_offered"),
    }


@pytest.mark.req("CTX-11")
def test_more_members_than_the_group_holds(scene: OrderScenario) -> None:
    members = [scene.member_item(n) for n in (1, 2, 3)]
    found = faults(scene, scene.group_item(*members, capacity=2))
    assert {code for _field, code in found} == {"centrex.group_full"}


@pytest.mark.req("CTX-12", "CTX-13")
def test_faults_of_the_group_and_of_its_members_come_together(scene: OrderScenario) -> None:
    found = faults(
        scene,
        scene.group_item(
            scene.member_item(1, "8001", in_group_only=True, outgoing_restriction=True),
            exit_prefix="9",
            gcn="03518889999",
        ),
    )
    assert ("1.attendant_prefix", "centrex.prefixes_equal") in found
    assert ("1.gcn", "centrex.gcn_not_at_exchange") in found
    assert ("1.1.in_group_only", "centrex.exclusive_services") in found


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (OrderRequest(0, (ItemRequest("single-line", {}),)), {("customer", "orders.customer_missing")}),
        (OrderRequest(-1, ()), {("customer", "orders.customer_missing"), ("items", "orders.empty")}),
    ],
)
def test_what_a_whole_order_lacks(
    scene: OrderScenario, request_: OrderRequest, expected: set[tuple[str, str]]
) -> None:
    with pytest.raises(DomainError) as raised:
        order_submit(actor=scene.manager, request=request_)
    error = raised.value
    leaves = error.faults if isinstance(error, Invalid) else [error]
    assert expected <= {(leaf.field, leaf.code) for leaf in leaves}


def test_products_and_their_places(scene: OrderScenario) -> None:
    assert faults(scene, ItemRequest("fax", {})) == [("1.offering", "orders.offering_unknown")]
    misplaced = ItemRequest("single-line", scene.line_item(1).characteristics, children=(scene.line_item(2),))
    assert ("1.1.offering", "orders.item_misplaced") in faults(scene, misplaced)
    removal = ItemRequest("single-line", scene.line_item(1).characteristics, ItemAction.DELETE)
    assert ("1.action", "orders.action_not_offered") in faults(scene, removal)


@pytest.mark.req("CTX-17")
def test_a_group_is_chosen_never_typed(scene: OrderScenario) -> None:
    unnamed = scene.member_item(1)
    assert faults(scene, unnamed) == [("1.group", "centrex.group_not_chosen")]
    typed = scene.member_item(1, group="晋源机械")
    assert [field for field, _code in faults(scene, typed)] == ["1.group"]
    assert faults(scene, scene.member_item(1, group=4711)) == [("1.group", "domain.not_found")]


def test_a_number_that_another_order_holds(scene: OrderScenario) -> None:
    first = scene.submitted(scene.line_item(1))
    with pytest.raises(DomainError) as raised:
        scene.submitted(scene.line_item(1), scene.line_item(2))
    assert raised.value.field == "1.public_number"
    assert raised.value.code == "numbering.number_not_free"
    assert PublicNumber.objects.get(pk=scene.numbers[1]).holder == first.holder
    assert PublicNumber.objects.get(pk=scene.numbers[2]).state == "free"


@pytest.mark.req("CTX-01")
def test_a_customers_own_line_joins_without_a_reservation(scene: OrderScenario) -> None:
    a_line(scene.customer, scene.numbers[1])
    order = scene.submitted(scene.group_item(scene.member_item(1), scene.member_item(2)))
    reserved = PublicNumber.objects.filter(holder=order.holder).values_list("pk", flat=True)
    assert set(reserved) == {scene.numbers[2], scene.numbers[99]}


def test_another_units_customer_is_none(scene: OrderScenario) -> None:
    other = a_customer(scene.world, scene.world.datong_team)
    request = OrderRequest(other.pk, (scene.line_item(1),))
    with pytest.raises(DomainError) as raised:
        order_submit(actor=scene.manager, request=request)
    assert raised.value.code == "orders.customer_missing"


def test_who_may_not_submit(scene: OrderScenario) -> None:
    with pytest.raises(NotAllowed):
        order_submit(actor=scene.world.auditor, request=scene.request())


def test_a_repetition_is_the_same_order(scene: OrderScenario) -> None:
    request = scene.request(external_id="crm-7")
    first = order_submit(actor=scene.manager, request=request)
    second = order_submit(actor=scene.manager, request=request)
    assert (first.replayed, second.replayed) == (False, True)
    assert first.order == second.order
    assert ProductOrderItem.objects.count() == 4
    with pytest.raises(DomainError) as raised:
        order_submit(actor=scene.manager, request=scene.request(scene.line_item(7), external_id="crm-7"))
    assert raised.value.code == "orders.external_id_reused"
    other = scene.world.actor("account_manager")
    assert not order_submit(
        actor=other, request=scene.request(scene.line_item(7), external_id="crm-7")
    ).replayed


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "话务台"), ("en", "attendant prefix")],
)
def test_the_fault_is_told_in_the_readers_language(scene: OrderScenario, language: str, words: str) -> None:
    with pytest.raises(DomainError) as raised:
        scene.submitted(scene.group_item(scene.member_item(1, "9001")))
    with translation.override(language):
        [(field, sentence)] = list(faults_of(raised.value))
    assert field == "1.1.short_number"
    assert words in sentence
