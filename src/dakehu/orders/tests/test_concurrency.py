"""Two at once: one gets what is scarce, the other is told so, and nothing is given twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.kernel.errors import DomainError
from dakehu.numbering.models import PublicNumber
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.models import ProductOrder
from dakehu.orders.services.completion import order_complete
from dakehu.orders.services.steps import step_finish, step_start
from dakehu.orders.services.submission import order_submit
from dakehu.orders.testing import OrderScenario
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("KAM-08")]


@pytest.fixture(autouse=True)
def _postgresql(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets writers take turns as a whole: there is no race to lose")


@pytest.fixture
def scene(transactional_db: None) -> OrderScenario:
    return OrderScenario(Scenario())


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run all of them together, each on a connection of its own; a domain error is a result."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(index: int, work: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=10)
            results[index] = work()
        except DomainError as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, work)) for index, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return results


def faults(results: list[Any]) -> list[str]:
    return [result.code for result in results if isinstance(result, DomainError)]


def test_two_orders_for_the_last_free_number(scene: OrderScenario) -> None:
    manager, last = scene.manager, scene.request(scene.line_item(1))
    results = at_once(*[lambda: order_submit(actor=manager, request=last)] * 4)
    assert faults(results) == ["numbering.number_not_free"] * 3
    order = ProductOrder.objects.get()
    assert PublicNumber.objects.get(pk=scene.numbers[1]).holder == order.holder


def test_orders_that_want_the_same_numbers_crosswise(scene: OrderScenario) -> None:
    manager = scene.manager
    one = scene.request(scene.line_item(1), scene.line_item(2))
    other = scene.request(scene.line_item(2), scene.line_item(1))
    results = at_once(
        lambda: order_submit(actor=manager, request=one), lambda: order_submit(actor=manager, request=other)
    )
    assert len(faults(results)) == 1
    assert ProductOrder.objects.count() == 1


def test_the_same_request_twice_at_once_is_one_order(scene: OrderScenario) -> None:
    manager, request = scene.manager, scene.request(scene.line_item(1), external_id="crm-1")
    results = at_once(*[lambda: order_submit(actor=manager, request=request)] * 4)
    assert faults(results) == []
    assert {submitted.order.pk for submitted in results} == {ProductOrder.objects.get().pk}
    assert sum(not submitted.replayed for submitted in results) == 1


def test_a_signature_given_twice_completes_once(scene: OrderScenario) -> None:
    order = scene.taken()
    scene.work(order, until=StepKind.SIGN_OFF)
    signature = order.steps.get(kind="sign_off")
    step_start(actor=scene.engineer, step_id=signature.pk)
    engineer, desk = scene.engineer, scene.desk
    at_once(
        lambda: step_finish(actor=engineer, step_id=signature.pk),
        lambda: step_finish(actor=engineer, step_id=signature.pk),
        lambda: order_complete(actor=desk, order_id=order.pk),
    )
    assert CentrexGroup.objects.count() == 1
    assert CentrexMember.objects.count() == 3


@pytest.mark.req("CTX-11")
def test_two_orders_for_the_groups_last_place(scene: OrderScenario) -> None:
    scene.completed(scene.group_item(scene.member_item(1), scene.member_item(2), capacity=3))
    group = CentrexGroup.objects.get()
    orders = [scene.taken(scene.member_item(n, group=group.pk)) for n in (3, 4)]
    steps = []
    for order in orders:
        scene.work(order, until=StepKind.SIGN_OFF)
        step = order.steps.get(kind="sign_off")
        step_start(actor=scene.engineer, step_id=step.pk)
        steps.append(step.pk)
    engineer = scene.engineer
    results = at_once(*[lambda pk=pk: step_finish(actor=engineer, step_id=pk) for pk in steps])
    assert faults(results) == ["centrex.group_full"]
    assert group.members.count() == 3
