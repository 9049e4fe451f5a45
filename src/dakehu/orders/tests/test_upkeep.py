from __future__ import annotations

from datetime import timedelta

from dakehu.infra.clock import now
from dakehu.numbering.models import PublicNumber
from dakehu.orders.services.handling import order_reject
from dakehu.orders.services.upkeep import renew_lapsing
from dakehu.orders.testing import OrderScenario


def lapse(scene: OrderScenario, index: int, days: int) -> None:
    numbers = PublicNumber.objects.filter(pk=scene.numbers[index])
    numbers.update(reserved_until=now() + timedelta(days=days))


def left(scene: OrderScenario, index: int) -> int:
    until = PublicNumber.objects.get(pk=scene.numbers[index]).reserved_until
    assert until
    return (until - now()).days


def test_reservations_of_open_orders_are_renewed_before_they_lapse(scene: OrderScenario) -> None:
    scene.submitted(scene.line_item(1))
    scene.taken(scene.line_item(2))
    for index, days in ((1, 3), (2, 5)):
        lapse(scene, index, days)
    assert not renew_lapsing()
    assert left(scene, 1) > 20
    assert left(scene, 2) > 20


def test_those_with_time_left_are_let_be(scene: OrderScenario) -> None:
    scene.submitted(scene.line_item(1))
    lapse(scene, 1, 15)
    renew_lapsing()
    assert left(scene, 1) in {14, 15}


def test_a_number_that_went_elsewhere_holds_nobody_up(scene: OrderScenario) -> None:
    scene.submitted(scene.line_item(1), scene.line_item(2))
    scene.submitted(scene.line_item(3))
    PublicNumber.objects.filter(pk=scene.numbers[1]).update(holder="someone")
    for index in (2, 3):
        lapse(scene, index, 1)
    renew_lapsing()
    assert left(scene, 2) == 0
    assert left(scene, 3) > 20


def test_a_closed_orders_numbers_are_free(scene: OrderScenario) -> None:
    order = scene.submitted(scene.line_item(1))
    order_reject(actor=scene.desk, order_id=order.pk, reason="重复")
    renew_lapsing()
    assert PublicNumber.objects.get(pk=scene.numbers[1]).state == "free"
